import { BAD_PICKLE, countOf, mismatch } from '../torch/arguments.ts';
import { badFile, quoted } from '../torch/fileError.ts';
import { NumpyArray, PilImage, PyList, PyTuple, type PickleValue } from '../torch/values.ts';
import { arrayNumbers } from '../torch/numpy.ts';

/** Where an image is: in the checkpoint itself or in a file of the record folder. */
export type TriggeredImage =
  | { readonly kind: 'pixels'; readonly image: PilImage }
  | { readonly kind: 'file'; readonly path: string };

/** Test images with their trigger, whose true class is not the target. */
export interface TriggeredSet {
  readonly images: readonly TriggeredImage[];
  /** What the attack wants each to be classified as, [n]. */
  readonly labels: Int32Array;
  /** True classes, [n]. */
  readonly originalLabels: Int32Array;
  /** Positions in the clean test set, [n]. */
  readonly indices: Int32Array;
}

export interface TriggeredItem {
  readonly image: TriggeredImage;
  readonly label: number;
  readonly originalLabel: number;
  readonly index: number;
}

/** Test sets known here have up to 12,630 images. */
const MAX_IMAGES = 50_000;
const MAX_INDEX = 2 ** 31 - 1;

/** Before anything is made of them: a few bytes of file can name an image again and again. */
export function checkImageCount(count: number, field: string): void {
  if (count > MAX_IMAGES)
    throw badFile(
      ...([BAD_PICKLE, field, `${String(count)} images`] as const),
      `at most ${String(MAX_IMAGES)}`,
    );
}

/**
 * @throws FmpError badModel naming the label or index that is out of range, or an image that is
 *   there twice
 */
export function collect(items: readonly TriggeredItem[], classes: number): TriggeredSet {
  const seen = new Set<PilImage | string>();
  for (const { image, label, originalLabel, index } of items) {
    const wrong = Math.max(label, originalLabel);
    if (wrong >= classes)
      throw badFile(
        ...([BAD_PICKLE, `bd_test[${String(index)}]`, `class ${String(wrong)}`] as const),
        `a class below ${String(classes)}`,
      );
    const one = image.kind === 'pixels' ? image.image : image.path;
    if (seen.has(one))
      throw badFile(
        ...([BAD_PICKLE, `bd_test[${String(index)}]`] as const),
        ...([`${typeof one === 'string' ? quoted(one) : 'an image'} again`, 'its own'] as const),
      );
    seen.add(one);
    if (index > MAX_INDEX) throw mismatch('bd_test index', index, `at most ${String(MAX_INDEX)}`);
  }
  return {
    images: items.map((item) => item.image),
    labels: Int32Array.from(items, (item) => item.label),
    originalLabels: Int32Array.from(items, (item) => item.originalLabel),
    indices: Int32Array.from(items, (item) => item.index),
  };
}

/** Integers of 0 or more, one per image, from a list or a numpy array. */
export function integersOf(value: PickleValue | undefined, field: string): readonly number[] {
  if (value instanceof NumpyArray)
    return arrayNumbers(value, field, MAX_IMAGES).map((number) => countOf(number, field));
  if (value instanceof PyList || value instanceof PyTuple) {
    checkImageCount(value.items.length, field);
    return value.items.map((item) => countOf(item, field));
  }
  throw mismatch(field, value, 'a list or an array of integers');
}

export function imageOf(value: PickleValue | undefined, field: string): TriggeredImage {
  if (value instanceof PilImage && value.width > 0) return { kind: 'pixels', image: value };
  throw mismatch(field, value, 'an image');
}
