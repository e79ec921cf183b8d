/** Which feature maps carry the trigger, and how well a ranking finds them. Needs the trigger. */
import type { NetworkPlan } from '../network/plan.ts';
import { relativeToLayer } from '../network/relativeToLayer.ts';
import { rankRows } from './select.ts';

/**
 * A map carries the trigger when the trigger changes it at least this many times as much as the mean
 * map of its layer. Layers differ in scale, so nothing is compared across them unscaled.
 */
export const CARRIER = 2;

/** Arrays are per row of an FRG table. */
export interface Carriers {
  /** Mean activation change by the trigger, over the mean of its layer. */
  readonly change: Float32Array;
  /** 1: carries the trigger. */
  readonly carries: Uint8Array;
  readonly total: number;
}

/**
 * @param maps global feature-map index of each row
 * @param change mean |f(triggered) − f(clean)| of every feature map, [plan.maps]
 */
export function findCarriers(plan: NetworkPlan, maps: Int32Array, change: Float32Array): Carriers {
  const relative = relativeToLayer(plan, change, maps);
  const carries = Uint8Array.from(relative, (value) => (value >= CARRIER ? 1 : 0));
  return { change: relative, carries, total: carries.reduce((a, b) => a + b, 0) };
}

/** How well a suspicion ranks the maps that carry the trigger; fractions in [0, 1]. */
export interface RankingQuality {
  /** Maps looked at: the first k of the ranking. */
  readonly k: number;
  /** Carriers among them, over k; null where k = 0. */
  readonly precision: number | null;
  /** Carriers among them, over all carriers; null where there are none. */
  readonly recall: number | null;
  /** Rank correlation of suspicion and activation change, in [−1, 1]; null where one is constant. */
  readonly spearman: number | null;
  /**
   * Chance that a carrier is ranked before another map, ties counting half; 0.5 is blind. Null where
   * all maps or none carry the trigger.
   */
  readonly auc: number | null;
}

/** @param suspicion per row, higher = more suspicious; ties break as in pruning */
export function rankingQuality(
  maps: Int32Array,
  suspicion: Float32Array,
  { change, carries, total }: Carriers,
  k: number,
): RankingQuality {
  const hits = rankRows(maps, suspicion)
    .subarray(0, k)
    .reduce((sum, row) => sum + (carries[row] ?? 0), 0);
  return {
    k,
    precision: k === 0 ? null : hits / k,
    recall: total === 0 ? null : hits / total,
    spearman: spearman(suspicion, change),
    auc: separation(suspicion, carries),
  };
}

/** Ranks from 1; equal values share the mean of theirs. */
function ranks(values: Float32Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const out = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let i = from; i < to; i++) out[order[i] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return out;
}

/** Pearson's correlation of the ranks. */
export function spearman(a: Float32Array, b: Float32Array): number | null {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, i) => {
    const [dx, dy] = [value - mean, (y[i] ?? 0) - mean];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

/**
 * Area under the ROC curve of a statistic: the chance that it is larger for a positive than for a
 * negative, ties counting half (Mann and Whitney). Null where there are only positives or negatives.
 */
export function separation(statistic: Float32Array, positive: Uint8Array): number | null {
  const positives = positive.reduce((a, b) => a + b, 0);
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const sum = ranks(statistic).reduce((total, rank, i) => total + rank * (positive[i] ?? 0), 0);
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
