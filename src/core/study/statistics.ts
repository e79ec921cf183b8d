/** Means over seeds, intervals, and which results belong together. */
import { rate, wilson95 } from '../metrics.ts';
import type { Rates } from './job.ts';

export type Metric = 'acc' | 'asr' | 'ra';
export const METRICS: readonly Metric[] = ['acc', 'asr', 'ra'];

export interface Spread {
  /** Of all seeds, fractions of 1. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** In the order of the results. */
  readonly values: readonly number[];
  /**
   * 95 % Wilson interval of the mean on the images of one seed. The seeds share test images, so
   * they count as no more images than one of them.
   */
  readonly interval: readonly [low: number, high: number];
}

/** Null where nothing was measured: there are no results, or there is no trigger. */
export function spread(results: readonly Rates[], metric: Metric): Spread | null {
  const values = results.flatMap((rates) => rates[metric] ?? []);
  if (values.length === 0) return null;
  const mean = average(values);
  const counts = results.map(({ nClean, nTriggered }) => (metric === 'acc' ? nClean : nTriggered));
  const n = Math.round(average(counts));
  return {
    ...{ mean, values, low: Math.min(...values), high: Math.max(...values) },
    interval: wilson95(rate(mean * n, n)),
  };
}

/** @param values at least one */
export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Items by key, both in the order in which they come. */
export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): ReadonlyMap<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
