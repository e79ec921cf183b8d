/** How much work the one budget allows, and the random batches it is spent on. */
import { augment } from '../augment.ts';
import { gatherImages } from '../fineTune.ts';
import { createRandom, permutation } from '../random.ts';
import type { DefenseInput } from './defense.ts';

/** Images that fine-tuning sees in all: epochs · clean images. */
export function budgetImages({ budget, clean }: DefenseInput): number {
  return budget.epochs * clean.labels.length;
}

export interface Batch {
  /** Augmented as for fine-tuning, float32 [B,32,32,3] in [0, 1]. */
  readonly pixels: Float32Array;
  readonly labels: Int32Array;
}

/**
 * `count` batches of `size` clean images, or of all where there are fewer. A new random order of all
 * images is drawn when what is left of one does not fill a batch.
 * @param stream of random numbers, so that the uses of one seed are apart
 */
export function* randomBatches(
  { clean, mirror, seed }: DefenseInput,
  size: number,
  count: number,
  stream: string,
): Generator<Batch, void, void> {
  const random = createRandom(seed, stream);
  const n = clean.labels.length;
  const width = Math.min(size, n);
  let order = permutation(n, random);
  let next = 0;
  for (let i = 0; i < count; i++) {
    if (next + width > n) [order, next] = [permutation(n, random), 0];
    const chosen = order.subarray(next, next + width);
    next += width;
    const pixels = augment(gatherImages(clean.images, chosen), mirror, random);
    yield { pixels, labels: Int32Array.from(chosen, (image) => clean.labels[image] ?? 0) };
  }
}
