import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { createRandom, permutation } from '../core/random.ts';
import type { Dataset } from './dataset.ts';

/** Test images that are looked through for ones a person can read. */
const POOL = 500;

/**
 * Test images to show: one per class, the class's clearest of a fixed part of the test set, the data
 * set's best-known classes first. Chosen by contrast alone, so no prediction decides what is seen.
 * @param target class to leave out, or null
 * @returns test-set indices
 */
export function chooseSamples(dataset: Dataset, count: number, target: number | null): Int32Array {
  const order = permutation(dataset.testCount, createRandom(0, 'samples')).slice(0, POOL);
  const { images, labels } = dataset.test(order);
  const clearest = new Map<number, { index: number; contrast: number }>();
  order.forEach((index, i) => {
    const label = labels[i] ?? 0;
    const contrast = contrastOf(images.subarray(i * IMAGE_VALUES, (i + 1) * IMAGE_VALUES));
    const best = clearest.get(label);
    if (label !== target && (best === undefined || contrast > best.contrast))
      clearest.set(label, { index, contrast });
  });
  const rank = (label: number): number => {
    const place = dataset.showcase.indexOf(label);
    return place < 0 ? dataset.showcase.length + label : place;
  };
  return Int32Array.from(
    [...clearest]
      .sort(([a], [b]) => rank(a) - rank(b))
      .slice(0, count)
      .map(([, { index }]) => index),
  );
}

/** Standard deviation of all values. */
function contrastOf(pixels: Uint8Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / pixels.length;
  return Math.sqrt(squares / pixels.length - mean * mean);
}
