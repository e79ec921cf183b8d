import { badFile, quoted } from './fileError.ts';
import { BAD_PICKLE, checkArguments, countsOf, itemsOf, mismatch, textOf } from './arguments.ts';
import type { NumpyArray, PickleValue } from './values.ts';
import { NumpyDtype } from './values.ts';
import { elements } from './tensorView.ts';

type Read = (view: DataView, at: number) => number | bigint;

/** Kind and bytes of an element, as numpy abbreviates them. */
const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['b1', (view, at) => view.getUint8(at)],
  ['u1', (view, at) => view.getUint8(at)],
  ['i1', (view, at) => view.getInt8(at)],
  ['u2', (view, at) => view.getUint16(at, true)],
  ['i2', (view, at) => view.getInt16(at, true)],
  ['u4', (view, at) => view.getUint32(at, true)],
  ['i4', (view, at) => view.getInt32(at, true)],
  ['u8', (view, at) => view.getBigUint64(at, true)],
  ['i8', (view, at) => view.getBigInt64(at, true)],
  ['f4', (view, at) => view.getFloat32(at, true)],
  ['f8', (view, at) => view.getFloat64(at, true)],
]);

/** `numpy.dtype('i8', False, True)`. */
export function buildDtype(args: readonly PickleValue[]): NumpyDtype {
  checkArguments('numpy.dtype', args, 1, 3);
  const code = textOf(args[0], 'numpy.dtype').replace(/^[<|=]/, '');
  if (!READERS.has(code))
    throw badFile(BAD_PICKLE, 'numpy.dtype', quoted(code), [...READERS.keys()].join(', '));
  return new NumpyDtype(code);
}

/** Its state: (version, byte order, …). */
export function setDtypeState(state: PickleValue): void {
  const order = itemsOf(state, 'numpy.dtype state')[1];
  if (order !== '<' && order !== '|' && order !== '=')
    throw mismatch('numpy.dtype byte order', order, 'little-endian numbers');
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`: one number. */
export function buildScalar(args: readonly PickleValue[]): PickleValue {
  checkArguments('numpy scalar', args, 2, 2);
  const [dtype, bytes] = args;
  if (!(dtype instanceof NumpyDtype)) throw mismatch('numpy scalar', dtype, 'a dtype');
  return numbers(dtype, [1], bytes, 'numpy scalar')[0] ?? 0;
}

/** The state of an array: (version, shape, dtype, Fortran order, bytes). */
export function setArrayState(array: NumpyArray, state: PickleValue): void {
  const [, shape, dtype, fortran, bytes] = itemsOf(state, 'numpy array state');
  if (!(dtype instanceof NumpyDtype)) throw mismatch('numpy array', dtype, 'a dtype');
  array.shape = countsOf(shape, 'numpy array: shape');
  if (fortran === true && array.shape.length > 1)
    throw mismatch('numpy array: Fortran order', fortran, 'False');
  array.dtype = dtype;
  array.bytes = checkedBytes(dtype, array.shape, bytes, 'numpy array');
}

/**
 * All numbers of an array, row-major; integers beyond 2^53 are rounded.
 * @throws FmpError badModel when there are more than `most`
 */
export function arrayNumbers(array: NumpyArray, field: string, most: number): number[] {
  if (array.dtype === null) throw mismatch(field, array, 'an array with its values');
  const count = elements(array.shape);
  if (count > most)
    throw badFile(BAD_PICKLE, field, `${String(count)} numbers`, `at most ${String(most)}`);
  return numbers(array.dtype, array.shape, array.bytes, field);
}

function numbers(
  dtype: NumpyDtype,
  shape: readonly number[],
  value: PickleValue | undefined,
  field: string,
): number[] {
  const bytes = checkedBytes(dtype, shape, value, field);
  const read = READERS.get(dtype.code) ?? (() => 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = itemBytes(dtype);
  return Array.from({ length: bytes.length / size }, (_, i) => Number(read(view, i * size)));
}

function checkedBytes(
  dtype: NumpyDtype,
  shape: readonly number[],
  bytes: PickleValue | undefined,
  field: string,
): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw mismatch(field, bytes, 'bytes');
  const expected = elements(shape) * itemBytes(dtype);
  if (bytes.length !== expected)
    throw badFile(
      ...([BAD_PICKLE, field, `${String(bytes.length)} bytes`] as const),
      `${String(expected)} for ${dtype.code} [${shape.join(', ')}]`,
    );
  return bytes;
}

function itemBytes({ code }: NumpyDtype): number {
  return Number(code[1]);
}
