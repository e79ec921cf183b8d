import { FmpError } from '../core/errors.ts';
import { describeArchitecture } from '../core/network/architecture.ts';
import type { NetworkPlan } from '../core/network/layers.ts';
import { stateShapes, type StateDict, type StateTensor } from '../core/network/stateDict.ts';
import type { HostTensor } from './hostTensor.ts';
import { copiedTensor, sumCopies } from './poolCopies.ts';

/** PyTorch's counters of batch norm; nothing that runs here reads them. */
const COUNTER = '.num_batches_tracked';
/** Names listed per kind of mistake; a hostile file may have any number. */
const LISTED = 8;

/**
 * The weights of the planned network, checked: every tensor there with its shape and nothing
 * else, finite values, `running_var` >= 0. `num_batches_tracked` is dropped, and columns that read
 * the same value are added up.
 * @param tensors by PyTorch's names, e.g. from a safetensors file
 * @throws FmpError badModel listing all missing, wrong and unexpected tensors at once, or naming
 *   the first bad value and its flat index
 */
export function checkStateDict(
  tensors: ReadonlyMap<string, HostTensor>,
  plan: NetworkPlan,
): StateDict {
  const copied = copiedTensor(plan.architecture);
  const shapes = new Map(stateShapes(plan));
  if (copied !== null) {
    const [outputs = 0, channels = 0] = shapes.get(copied.name) ?? [];
    shapes.set(copied.name, [outputs, channels * copied.copies]);
  }
  const missing: string[] = [];
  const wrong: string[] = [];
  const found = new Map<string, StateTensor>();
  for (const [name, shape] of shapes) {
    const tensor = tensors.get(name);
    if (tensor === undefined) missing.push(name);
    else if (!(tensor.data instanceof Float32Array))
      wrong.push(`${name} ${tensor.dtype}, expected a float type`);
    else if (!sameShape(tensor.shape, shape))
      wrong.push(`${name} ${describeShape(tensor.shape)}, expected ${describeShape(shape)}`);
    else found.set(name, { shape, data: tensor.data });
  }
  const unexpected = [...tensors.keys()].filter(
    (name) => !shapes.has(name) && !name.endsWith(COUNTER),
  );
  const [first] = [...missing, ...wrong, ...unexpected];
  if (first !== undefined)
    throw new FmpError('the weights do not fit the network', {
      code: 'badModel',
      field: clip(first.split(' ')[0] ?? first),
      got: [list('missing', missing), list('wrong', wrong), list('unexpected', unexpected)]
        .filter((part) => part !== '')
        .join('; '),
      expected: `the ${String(shapes.size)} tensors of ${describeArchitecture(plan.architecture)}`,
      remedy: 'use the weights of a network with this architecture',
    });
  for (const [name, { data }] of found) checkValues(name, data);
  const stored = copied === null ? undefined : found.get(copied.name);
  if (copied !== null && stored !== undefined)
    found.set(copied.name, summed(copied.name, stored, copied.copies));
  return found;
}

/** Checked again: sums of finite values may overflow. */
function summed(name: string, stored: StateTensor, copies: number): StateTensor {
  const sums = sumCopies(stored, copies);
  checkValues(name, sums.data);
  return sums;
}

function checkValues(name: string, data: Float32Array): void {
  const positive = name.endsWith('.running_var');
  const at = data.findIndex((value) => !Number.isFinite(value) || (positive && value < 0));
  if (at < 0) return;
  throw new FmpError('the weights hold a value that no trained network has', {
    code: 'badModel',
    field: `${name}[${String(at)}]`,
    got: String(data[at]),
    expected: positive ? 'a finite variance of 0 or more' : 'a finite number',
    remedy: 'export the model again',
  });
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i]);
}

function describeShape(shape: readonly number[]): string {
  return clip(`[${shape.join(', ')}]`);
}

function list(kind: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const rest = names.length > LISTED ? ` and ${String(names.length - LISTED)} more` : '';
  return `${kind}: ${names.slice(0, LISTED).map(clip).join(', ')}${rest}`;
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
