/** Which feature maps carry the trigger, and whether the cut met them. For Oracle view only. */
import type { FrgTable } from '../core/frg/score.ts';
import { locateMap, type NetworkPlan } from '../core/network/plan.ts';
import { PRUNED, type Cut, type Scored } from './scoring.ts';

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

/** @param change mean |f(triggered) − f(clean)| of every feature map, [plan.maps] */
export function findCarriers(plan: NetworkPlan, table: FrgTable, change: Float32Array): Carriers {
  const means = plan.convs.map(({ offset, outChannels }) => {
    const layer = change.subarray(offset, offset + outChannels);
    return layer.reduce((a, b) => a + b, 0) / layer.length;
  });
  const relative = Float32Array.from(table.maps, (map) => {
    const mean = means[plan.convs.indexOf(locateMap(plan, map).conv)] ?? 0;
    return mean > 0 ? (change[map] ?? 0) / mean : 0;
  });
  const carries = Uint8Array.from(relative, (value) => (value >= CARRIER ? 1 : 0));
  return { change: relative, carries, total: carries.reduce((a, b) => a + b, 0) };
}

export interface Found {
  /** Carriers among the cut maps. */
  readonly hits: number;
  /** How many maps are cut. */
  readonly k: number;
  /** hits / k; null when nothing is cut. */
  readonly precision: number | null;
  /** hits / carriers; null when no map carries the trigger. */
  readonly recall: number | null;
  /** Rank correlation of suspicion and change over all maps; null when either is constant. */
  readonly spearman: number | null;
  /** Rows of carriers that are kept, the strongest first. */
  readonly misses: readonly number[];
}

/** What the cut found of the backdoor. */
export function compareCut(carriers: Carriers, scored: Scored, cut: Cut): Found {
  const rows = Array.from(carriers.carries.keys());
  const isCut = (row: number): boolean => cut.verdict[row] === PRUNED;
  const carrying = rows.filter((row) => carriers.carries[row] === 1);
  const hits = carrying.filter(isCut).length;
  return {
    ...{ hits, k: cut.count },
    precision: cut.count === 0 ? null : hits / cut.count,
    recall: carrying.length === 0 ? null : hits / carrying.length,
    spearman: spearman(scored.suspicion, carriers.change),
    misses: carrying
      .filter((row) => !isCut(row))
      .sort((a, b) => (carriers.change[b] ?? 0) - (carriers.change[a] ?? 0)),
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
