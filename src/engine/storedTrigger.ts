/** Triggered test images that came with a checkpoint: what stands for a trigger nobody described. */
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { gatherImages } from '../core/fineTune.ts';
import { rate, type StageMetrics } from '../core/metrics.ts';
import { IMAGE_SIZE } from '../core/network/plan.ts';
import type { Dataset } from '../data/dataset.ts';
import { decodeImage } from '../data/readers/decodeImage.ts';
import { loadTriggeredImages } from '../formats/backdoorBench/triggeredImages.ts';
import type { HeldCheckpoint } from './checkpointFiles.ts';

export interface StoredTriggered {
  /** uint8 RGB [n, 32, 32, 3]. */
  readonly images: Uint8Array;
  /** What the attack wants each to be read as, [n]; never its true class. */
  readonly wanted: Int32Array;
  /** True classes, [n]. */
  readonly labels: Int32Array;
  /** The same images without the trigger; null where the data set's order is another. */
  readonly clean: Uint8Array | null;
}

/**
 * Decodes them; null where there are none. Images that already are of the class that is wanted
 * are left out.
 * @throws FmpError badModel when one is no PNG of 32×32
 */
export function loadStored(
  { checkpoint, triggered }: HeldCheckpoint,
  dataset: Dataset,
): StoredTriggered | null {
  if (triggered === null) return null;
  const decode = (bytes: Uint8Array) => decodeImage('bd_test', bytes);
  const all = loadTriggeredImages(triggered, checkpoint.companions, decode, IMAGE_SIZE);
  const { labels, originalLabels, indices } = triggered;
  const kept = Int32Array.from(labels.keys()).filter((i) => labels[i] !== originalLabels[i]);
  if (kept.length === 0) return null;
  const some = (values: Int32Array): Int32Array => kept.map((i) => values[i] ?? 0);
  return {
    ...{ images: gatherImages(all, kept), wanted: some(labels), labels: some(originalLabels) },
    clean: sameImages(dataset, some(indices), some(originalLabels)),
  };
}

/** The test images at these positions, if their classes say that the positions mean this data. */
function sameImages(dataset: Dataset, indices: Int32Array, labels: Int32Array): Uint8Array | null {
  if (indices.some((index) => index >= dataset.testCount)) return null;
  const found = dataset.test(indices);
  return found.labels.every((label, i) => label === labels[i]) ? found.images : null;
}

/** The first `count` of them. */
export function someStored(stored: StoredTriggered, count: number): StoredTriggered {
  const { images, wanted, labels, clean } = stored;
  return {
    images: images.subarray(0, count * IMAGE_VALUES),
    wanted: wanted.subarray(0, count),
    labels: labels.subarray(0, count),
    clean: clean?.subarray(0, count * IMAGE_VALUES) ?? null,
  };
}

/** The class that all of them call; null where they call several. */
export function commonTarget({ wanted }: StoredTriggered): number | null {
  const [first] = wanted;
  return first !== undefined && wanted.every((label) => label === first) ? first : null;
}

/** ASR: read as what the attack wants; RA: read as what they are. */
export function storedRates(
  predictions: ArrayLike<number>,
  { wanted, labels }: StoredTriggered,
): Pick<StageMetrics, 'asr' | 'ra'> {
  let [fooled, right] = [0, 0];
  labels.forEach((label, i) => {
    if (predictions[i] === wanted[i]) fooled++;
    else if (predictions[i] === label) right++;
  });
  return { asr: rate(fooled, labels.length), ra: rate(right, labels.length) };
}

/** Positions to show: the first image of each class, at most `count`. */
export function shownStored({ labels }: StoredTriggered, count: number): Int32Array {
  const first = new Map<number, number>();
  labels.forEach((label, i) => {
    if (!first.has(label)) first.set(label, i);
  });
  return Int32Array.from([...first.values()].slice(0, count));
}
