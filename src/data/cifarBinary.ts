import { badData, grouped } from './archive/badData.ts';
import type { Dataset } from './dataset.ts';
import { type ImageList, imageList } from './readers/imageList.ts';

const PLANE = 32 * 32;
const CHANNELS = 3;
/** The red, the green and the blue plane of one image, row by row. */
export const PLANAR_BYTES = CHANNELS * PLANE;

export interface RecordOptions {
  /** Positions of records to leave out, e.g. known duplicates. */
  readonly omit?: ReadonlySet<number>;
  /** Label bytes before the planes, of which the last is the class: CIFAR-100 has coarse, fine. */
  readonly labelBytes?: 1 | 2;
  /** How many records the file is known to hold. */
  readonly records?: number;
}

/**
 * Checks a file of 3,073-byte records (3,074 with two labels) and gives access to its images
 * without copying it (https://www.cs.toronto.edu/~kriz/cifar.html, "binary version").
 * @param field the file, as the user knows it
 * @throws FmpError badData: no whole number of records, none at all, another number than is known,
 *   or a label out of range
 */
export function readCifarBinary(
  field: string,
  bytes: Uint8Array,
  classes: number,
  { omit = new Set(), labelBytes = 1, records }: RecordOptions = {},
): ImageList {
  const stride = labelBytes + PLANAR_BYTES;
  const count = Math.floor(bytes.length / stride);
  if (records !== undefined && bytes.length !== records * stride)
    throw bad(field, `${grouped(count)} records (${grouped(bytes.length)} bytes)`, {
      expected: `${grouped(records)} records (${grouped(records * stride)} bytes)`,
    });
  if (bytes.length === 0 || bytes.length !== count * stride)
    throw bad(field, `${String(bytes.length)} bytes`, {
      expected: `a multiple of ${String(stride)} bytes, not 0`,
    });
  const starts: number[] = [];
  for (let record = 0; record < count; record++) {
    const start = record * stride + labelBytes;
    checkLabel(field, record, bytes[start - 1] ?? 0, classes);
    if (!omit.has(record)) starts.push(start);
  }
  return imageList(starts.length, (index, to) => {
    const start = starts[index] ?? 0;
    copyPlanes(bytes, start, to);
    return bytes[start - 1] ?? 0;
  });
}

/** @throws FmpError badData for a label that is no class */
export function checkLabel(field: string, record: number, label: number, classes: number): void {
  if (!(label >= 0 && label < classes))
    throw bad(`${field}, record ${String(record)}`, `label ${String(label)}`, {
      expected: `a label below ${String(classes)}`,
    });
}

/** Copies three planes, from `start` on, to row-major RGB. */
export function copyPlanes(bytes: Uint8Array, start: number, to: Uint8Array): void {
  for (let channel = 0; channel < CHANNELS; channel++) {
    const from = start + channel * PLANE;
    for (let pixel = 0; pixel < PLANE; pixel++)
      to[pixel * CHANNELS + channel] = bytes[from + pixel] ?? 0;
  }
}

/** A data set of two lists of images. */
export function cifarDataset(
  about: Pick<Dataset, 'id' | 'classes' | 'mirrors' | 'showcase'>,
  train: ImageList,
  test: ImageList,
): Dataset {
  return {
    ...about,
    trainCount: train.count,
    testCount: test.count,
    train: (indices) => train.read(indices),
    test: (indices) => test.read(indices),
  };
}

function bad(field: string, got: string, { expected }: { readonly expected: string }): Error {
  return badData('the image file is not valid', {
    ...{ field, got, expected },
    remedy: 'use whole files with the labels of this data set; see docs/data.md',
  });
}
