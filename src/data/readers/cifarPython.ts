import { badData, grouped, reasonOf } from '../archive/badData.ts';
import { checkLabel, copyPlanes, PLANAR_BYTES } from '../cifarBinary.ts';
import { type ImageList, imageList } from './imageList.ts';
import {
  latin,
  PickleArray,
  PickleDict,
  PickleGlobal,
  type PickleValue,
  unpickle,
} from './pickle.ts';

/**
 * The images of one batch of the python archives: `data`, uint8 [n, 3072], and `labels` or
 * `fine_labels` (https://www.cs.toronto.edu/~kriz/cifar.html, "python version").
 * @param field the file, as the user knows it
 * @param records how many images the batch is known to hold
 * @throws FmpError badData
 */
export function readCifarPython(
  field: string,
  bytes: Uint8Array,
  classes: number,
  records: number,
): ImageList {
  const batch = readDict(field, bytes);
  const { pixels, count, byColumn } = readData(field, batch.get('data'));
  const labels = batch.get('fine_labels') ?? batch.get('labels');
  if (!Array.isArray(labels)) throw bad(field, 'no labels', 'a list `labels` or `fine_labels`');
  if (count !== records || labels.length !== count)
    throw bad(
      field,
      `${grouped(count)} images and ${grouped(labels.length)} labels`,
      `${grouped(records)} records`,
    );
  const ids = Int32Array.from(labels, (label, i) => {
    const value = typeof label === 'number' ? label : -1;
    checkLabel(field, i, value, classes);
    return value;
  });
  const row = new Uint8Array(PLANAR_BYTES);
  return imageList(count, (index, to) => {
    if (byColumn) {
      for (let at = 0; at < PLANAR_BYTES; at++) row[at] = pixels[at * count + index] ?? 0;
      copyPlanes(row, 0, to);
    } else copyPlanes(pixels, index * PLANAR_BYTES, to);
    return ids[index] ?? 0;
  });
}

/**
 * The class names in `batches.meta` and `meta`; null where there are none.
 * @throws FmpError badData
 */
export function readPythonNames(field: string, bytes: Uint8Array): readonly string[] | null {
  const meta = readDict(field, bytes);
  const names = meta.get('fine_label_names') ?? meta.get('label_names');
  if (!Array.isArray(names)) return null;
  try {
    return names.flatMap((name) => (name instanceof Uint8Array ? [latin(name)] : []));
  } catch (error) {
    throw bad(field, reasonOf(error), 'names of classes');
  }
}

/** Whether bytes may be a pickle of protocol 2 or later. */
export const isPickle = (bytes: Uint8Array): boolean => bytes[0] === 0x80;

function readDict(field: string, bytes: Uint8Array): PickleDict {
  let value: PickleValue;
  try {
    value = unpickle(bytes);
  } catch (error) {
    throw bad(field, reasonOf(error), "a pickle of CIFAR's python version");
  }
  if (value instanceof PickleDict) return value;
  throw bad(field, 'a pickle of something else', 'a dict');
}

/** numpy's state of an array: version, shape, dtype, whether it lies by columns, bytes. */
function readData(
  field: string,
  data: PickleValue | undefined,
): { readonly pixels: Uint8Array; readonly count: number; readonly byColumn: boolean } {
  const state = data instanceof PickleArray ? data.state : null;
  const [, shape, dtype, byColumn, pixels] = Array.isArray(state) ? state : [];
  const [count, values] = Array.isArray(shape) ? shape : [];
  const isBytes = dtype instanceof PickleGlobal && /^dtype [|<=]?u1$/.test(dtype.name);
  if (
    !isBytes ||
    typeof count !== 'number' ||
    values !== PLANAR_BYTES ||
    !(pixels instanceof Uint8Array) ||
    pixels.length !== count * PLANAR_BYTES
  )
    throw bad(field, 'no such array', `\`data\`, uint8 of shape [n, ${grouped(PLANAR_BYTES)}]`);
  return { pixels, count, byColumn: byColumn === true };
}

function bad(field: string, got: string, expected: string): Error {
  return badData('the batch is not valid', {
    ...{ field, got, expected },
    remedy: 'download the official archive again; see docs/data.md',
  });
}
