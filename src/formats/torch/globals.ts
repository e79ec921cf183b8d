/**
 * The allow-list: every name that PyTorch's and BackdoorBench's checkpoints need, and what it
 * assembles. Nothing else exists for a pickle, so that it can name no code.
 */
import type { HostDtype } from '../hostTensor.ts';
import { badFile, quoted } from './fileError.ts';
import { BAD_PICKLE, checkArguments, itemsOf, mismatch, textOf } from './arguments.ts';
import { COST, type MemoryBudget } from './budget.ts';
import { buildDtype, buildScalar } from './numpy.ts';
import { buildTensor } from './tensorView.ts';
import {
  AllowedGlobal,
  NumpyArray,
  PilImage,
  PyDict,
  PyTuple,
  StridedTensor,
  type PickleValue,
} from './values.ts';

const STORAGES: readonly (readonly [name: string, dtype: HostDtype])[] = [
  ['DoubleStorage', 'F64'],
  ['FloatStorage', 'F32'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
];

/** Element types by the name of their storage class. */
export const STORAGE_DTYPES: ReadonlyMap<string, HostDtype> = new Map(
  STORAGES.map(([name, dtype]) => [`torch.${name}`, dtype]),
);

export type FindGlobal = (module: string, name: string) => AllowedGlobal;

/**
 * The allow-list. Names and text of the pickle are looked up, never run.
 * @param budget charged for every element that is copied, however often
 */
export function createGlobals(budget: MemoryBudget): FindGlobal {
  const known = new Map<string, AllowedGlobal>();
  const add = (name: string, build: AllowedGlobal['build']): void => {
    known.set(name, new AllowedGlobal(name, build));
  };
  for (const name of STORAGE_DTYPES.keys())
    add(name, () => {
      throw mismatch(name, null, 'a storage class that is only named');
    });
  add('collections.OrderedDict', (args) => buildDict(args, budget));
  add('torch._utils._rebuild_tensor_v2', buildTensor);
  add('torch._utils._rebuild_parameter', buildParameter);
  add('torch.Size', ([sizes]) => new PyTuple(itemsOf(sizes, 'torch.Size')));
  for (const numpy of ['numpy.core', 'numpy._core']) {
    // Its arguments only say which class; the values come with the state.
    add(`${numpy}.multiarray._reconstruct`, () => new NumpyArray());
    add(`${numpy}.multiarray.scalar`, buildScalar);
  }
  add('numpy.ndarray', () => new NumpyArray());
  add('numpy.dtype', buildDtype);
  add('_codecs.encode', (args) => encodeLatin1(args, budget));
  // Python 3 writes empty bytes as a call without arguments.
  for (const module of ['__builtin__', 'builtins']) add(`${module}.bytes`, buildEmptyBytes);
  add('PIL.Image.Image', () => new PilImage());
  return (module, name) => known.get(`${module}.${name}`) ?? refuse(module, name);
}

function refuse(module: string, name: string): never {
  throw badFile(
    'the file names code that is not on the list of what may be in it; nothing of it was run',
    'global',
    quoted(`${module}.${name}`),
    'tensors and plain data only',
    'do not open it with torch.load; if you trust it, save its model.state_dict() and open that',
  );
}

/** OrderedDict(), or OrderedDict([(key, value), …]) of older Pythons. */
function buildDict([pairs]: readonly PickleValue[], budget: MemoryBudget): PyDict {
  const dict = new PyDict();
  if (pairs === undefined) return dict;
  const items = itemsOf(pairs, 'OrderedDict');
  budget.take(items.length * COST.entry);
  for (const pair of items) {
    const [key, value] = itemsOf(pair, 'OrderedDict item');
    if (key === undefined || value === undefined)
      throw mismatch('OrderedDict item', pair, 'a key and a value');
    dict.set(key, value);
  }
  return dict;
}

function buildParameter(args: readonly PickleValue[]): StridedTensor {
  const [data] = args;
  if (data instanceof StridedTensor) return data;
  throw mismatch('torch._utils._rebuild_parameter', data, 'a tensor');
}

/** Bytes as protocol 2 writes them: characters of the same codes. */
function encodeLatin1(args: readonly PickleValue[], budget: MemoryBudget): Uint8Array {
  checkArguments('_codecs.encode', args, 2, 2);
  const text = textOf(args[0], '_codecs.encode');
  const encoding = textOf(args[1], '_codecs.encode');
  if (encoding !== 'latin1')
    throw badFile(BAD_PICKLE, '_codecs.encode', quoted(encoding), 'latin1');
  budget.take(text.length);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw badFile(BAD_PICKLE, '_codecs.encode', 'other characters', 'latin1');
    bytes[i] = code;
  }
  return bytes;
}

function buildEmptyBytes(args: readonly PickleValue[]): Uint8Array {
  checkArguments('bytes', args, 0, 0);
  return new Uint8Array(0);
}
