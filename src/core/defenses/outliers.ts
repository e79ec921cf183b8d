/** Neural Cleanse's outlier test: median absolute deviations below the median. */

/** Makes the median absolute deviation of normal numbers their standard deviation. */
const CONSISTENCY = 1.4826;

/** Of the deviation, pixels: keeps the index finite where most norms are equal. */
const SMALLEST = 1e-6;

/** More deviations than this below the median, and a class is suspected. */
export const ANOMALY_LIMIT = 2;

export interface OutlierTest {
  readonly median: number;
  /** Median absolute deviation times 1.4826. */
  readonly deviation: number;
  /** |norm − median| / deviation, by class. */
  readonly index: readonly number[];
  /** Classes whose norm is too small, the most anomalous first. */
  readonly flagged: readonly number[];
}

/** @param norms of the classes' masks; medians are the lower of two middle values */
export function testOutliers(norms: readonly number[]): OutlierTest {
  const median = lowerMedian(norms);
  const distances = norms.map((norm) => Math.abs(norm - median));
  const deviation = CONSISTENCY * lowerMedian(distances);
  const index = distances.map((distance) => distance / Math.max(deviation, SMALLEST));
  const flagged = [...norms.keys()]
    .filter((k) => (norms[k] ?? 0) <= median && (index[k] ?? 0) > ANOMALY_LIMIT)
    .sort((a, b) => (index[b] ?? 0) - (index[a] ?? 0));
  return { median, deviation, index, flagged };
}

function lowerMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
