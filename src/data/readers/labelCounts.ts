import type { Dataset, LabelledImages } from '../dataset.ts';

/** Images of each class, by class. */
export interface LabelCounts {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Counts the images of each class. */
export function labelCounts(dataset: Dataset): LabelCounts {
  const count = (total: number, read: (indices: Int32Array) => LabelledImages): number[] => {
    const counts = new Array<number>(dataset.classes).fill(0);
    // In parts: the images that come along are not held all at once.
    for (let start = 0; start < total; start += 1024) {
      const length = Math.min(1024, total - start);
      for (const label of read(Int32Array.from({ length }, (_, i) => start + i)).labels)
        counts[label] = (counts[label] ?? 0) + 1;
    }
    return counts;
  };
  return {
    train: count(dataset.trainCount, (indices) => dataset.train(indices)),
    test: count(dataset.testCount, (indices) => dataset.test(indices)),
  };
}
