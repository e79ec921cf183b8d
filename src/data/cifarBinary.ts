import { FmpError } from '../core/errors.ts';
import type { Dataset, LabelledImages } from './dataset.ts';

const PLANE = 32 * 32;
const CHANNELS = 3;
/** A label byte, then the red, the green and the blue plane, row by row. */
export const RECORD_BYTES = 1 + CHANNELS * PLANE;

/** The images of one file in CIFAR-10's binary layout. */
export interface CifarRecords {
  readonly count: number;
  /** The images at these positions, in this order. @throws RangeError */
  read(indices: Int32Array): LabelledImages;
}

/**
 * Checks a file of 3,073-byte records and gives access to its images without copying it
 * (https://www.cs.toronto.edu/~kriz/cifar.html, "binary version").
 * @param field the file, as the user knows it
 * @param omit positions of records to leave out, e.g. known duplicates
 * @throws FmpError badData: no whole number of records, none at all, or a label out of range
 */
export function readCifarBinary(
  field: string,
  bytes: Uint8Array,
  classes: number,
  omit: ReadonlySet<number> = new Set(),
): CifarRecords {
  const size = String(bytes.length);
  if (bytes.length === 0 || bytes.length % RECORD_BYTES !== 0)
    throw bad(field, `${size} bytes`, `a multiple of ${String(RECORD_BYTES)} bytes, not 0`);
  const starts: number[] = [];
  for (let record = 0; record * RECORD_BYTES < bytes.length; record++) {
    const start = record * RECORD_BYTES;
    const label = bytes[start] ?? 0;
    if (label >= classes)
      throw bad(
        `${field}, record ${String(record)}`,
        `label ${String(label)}`,
        `a label below ${String(classes)}`,
      );
    if (!omit.has(record)) starts.push(start);
  }
  return { count: starts.length, read: (indices) => readRecords(bytes, starts, indices) };
}

function readRecords(
  bytes: Uint8Array,
  starts: readonly number[],
  indices: Int32Array,
): LabelledImages {
  const images = new Uint8Array(indices.length * CHANNELS * PLANE);
  const labels = new Int32Array(indices.length);
  indices.forEach((index, i) => {
    const start = starts[index];
    if (start === undefined)
      throw new RangeError(
        `index: expected 0 to ${String(starts.length - 1)}, got ${String(index)}`,
      );
    labels[i] = bytes[start] ?? 0;
    const to = i * CHANNELS * PLANE;
    for (let channel = 0; channel < CHANNELS; channel++) {
      const from = start + 1 + channel * PLANE;
      for (let pixel = 0; pixel < PLANE; pixel++)
        images[to + pixel * CHANNELS + channel] = bytes[from + pixel] ?? 0;
    }
  });
  return { images, labels };
}

/** A data set of two files of records. */
export function cifarDataset(
  about: Pick<Dataset, 'id' | 'classes' | 'mirrors' | 'showcase'>,
  train: CifarRecords,
  test: CifarRecords,
): Dataset {
  return {
    ...about,
    trainCount: train.count,
    testCount: test.count,
    train: (indices) => train.read(indices),
    test: (indices) => test.read(indices),
  };
}

function bad(field: string, got: string, expected: string): FmpError {
  return new FmpError('the image file is not valid', {
    ...{ code: 'badData', field, got, expected },
    remedy: "use files in CIFAR-10's binary layout with the labels of this data set",
  });
}
