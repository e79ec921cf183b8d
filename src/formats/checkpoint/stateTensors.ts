/** From what a file holds to the tensors of a network under their plain PyTorch names. */
import type { HostTensor } from '../hostTensor.ts';
import { clippedFacts } from './facts.ts';
import { BAD_PICKLE } from '../torch/arguments.ts';
import { badFile, quoted } from '../torch/fileError.ts';
import { elements } from '../torch/tensorView.ts';
import { PyDict, StridedTensor, typeName, type PickleValue } from '../torch/values.ts';

/** Where training scripts put the state dict, the likeliest first. */
const PLACES = ['state_dict', 'model_state_dict', 'model', 'net', 'netC', 'weights'];
/** Prefixes of DataParallel, of a model inside another, and of torch.compile. */
const WRAPPERS = ['module.', 'model.', '_orig_mod.'];
/** What torch.nn.utils.prune makes of a weight, as Fine-Pruning's files have it. */
const PRUNED = '_orig';
const MASK = '_mask';
const LISTED = 8;
const MAX_WRAPPERS = 4;

/** The dictionary of tensors: the root itself, or one of its usual places. */
export function findStateDict(root: PickleValue): PyDict {
  if (!(root instanceof PyDict)) throw noTensors(typeName(root));
  if (hasTensors(root)) return root;
  for (const place of PLACES) {
    const inner = root.get(place);
    if (inner instanceof PyDict && hasTensors(inner)) return inner;
  }
  const keys: string[] = [];
  for (const [key] of root.entries()) {
    if (keys.push(typeof key === 'string' ? quoted(key) : '…') === LISTED) break;
  }
  throw noTensors(`a dictionary of ${keys.join(', ') || 'nothing'}`);
}

/** The tensors of a state dict by name. @throws FmpError badModel on a name that is no text */
export function tensorViews(stateDict: PyDict): Map<string, StridedTensor> {
  const views = new Map<string, StridedTensor>();
  for (const [name, value] of stateDict.entries()) {
    if (!(value instanceof StridedTensor)) continue;
    if (typeof name !== 'string')
      throw badFile(BAD_PICKLE, 'tensor name', typeName(name), 'a text');
    views.set(name, value);
  }
  return views;
}

/** Plain facts that stand beside the tensors, such as the epoch, as text. */
export function plainFacts(root: PickleValue): Map<string, string> {
  return root instanceof PyDict ? clippedFacts(plainEntries(root)) : new Map<string, string>();
}

function* plainEntries(dict: PyDict): Iterable<[key: string, value: string]> {
  for (const [key, value] of dict.entries()) {
    const plain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (typeof key === 'string' && plain) yield [key, String(value)];
  }
}

/** Names without the prefixes that all of them share with wrappers, a few of which may be nested. */
export function unwrap(tensors: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
  const [first = ''] = tensors.keys();
  let start = 0;
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    const wrapper = WRAPPERS.find((prefix) => first.startsWith(prefix, start));
    if (wrapper === undefined) break;
    const shared = [...tensors.keys()].every((name) => name.startsWith(wrapper, start));
    if (!shared) break;
    start += wrapper.length;
  }
  return new Map(Array.from(tensors, ([name, tensor]) => [name.slice(start), tensor]));
}

/**
 * Every `X_orig` with its `X_mask` becomes the product `X`, where both have the same shape. The
 * product takes the place of the original's values: there may be no memory for both.
 */
export function applyStoredMasks(
  tensors: ReadonlyMap<string, HostTensor>,
): Map<string, HostTensor> {
  const result = new Map<string, HostTensor>();
  const masks = new Set<string>();
  for (const [name, tensor] of tensors) {
    const plain = name.slice(0, -PRUNED.length);
    const mask = name.endsWith(PRUNED) ? tensors.get(plain + MASK) : undefined;
    const product = mask === undefined ? null : masked(tensor, mask);
    result.set(product === null ? name : plain, product ?? tensor);
    if (product !== null) masks.add(plain + MASK);
  }
  for (const name of masks) result.delete(name);
  return result;
}

function masked(tensor: HostTensor, mask: HostTensor): HostTensor | null {
  const { data, shape } = tensor;
  if (!(data instanceof Float32Array) || !(mask.data instanceof Float32Array)) return null;
  if (shape.join() !== mask.shape.join() || elements(shape) !== data.length) return null;
  const values = mask.data;
  data.forEach((value, i) => {
    data[i] = value * (values[i] ?? 0);
  });
  return { dtype: 'F32', shape, data };
}

function hasTensors(dict: PyDict): boolean {
  for (const [, value] of dict.entries()) if (value instanceof StridedTensor) return true;
  return false;
}

function noTensors(got: string): Error {
  return badFile('the file holds no weights', 'content', got, 'a state dict: tensors by name');
}
