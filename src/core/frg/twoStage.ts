/**
 * A sweep in two stages: few images for every feature map, all of them only for those that look
 * suspicious. What is not asked stays `UNASKED` in the table, and scores are shares of what was.
 */
import type { NetworkPlan } from '../network/plan.ts';
import type { RunSpec } from '../runSpec.ts';
import { type FrgTable, type ScoreName, suspicion, UNASKED } from './score.ts';
import { rankRows, rowsOf, selectMaps, type SelectionName } from './select.ts';

/** Images of the first stage: the first ones of the sweep. */
export const FIRST_IMAGES = 16;
/** Share of the feature maps that the second stage looks at. */
const REFINED_SHARE = 1 / 4;

/** Images of the first stage of a sweep on so many; all of them: there is no second stage. */
export function firstImages(images: number, twoStage: boolean): number {
  return twoStage ? Math.min(images, FIRST_IMAGES) : images;
}

const quarter = (count: number): number => Math.ceil(count * REFINED_SHARE);

/** Feature maps of the second stage, of these candidates. */
export function refinedCount(
  plan: NetworkPlan,
  maps: Int32Array,
  selection: SelectionName,
): number {
  if (selection === 'global') return quarter(maps.length);
  const rows = maps.map((_, row) => row);
  return plan.convs.reduce((sum, conv) => sum + quarter(rowsOf(conv, rows, maps).length), 0);
}

/**
 * Rows for the second stage: the most suspicious quarter after the first, rounded up, of all or of
 * each convolution, as maps will be selected; ascending. Ties break by feature-map index.
 */
export function rowsToRefine(
  plan: NetworkPlan,
  table: FrgTable,
  score: ScoreName,
  selection: SelectionName,
): Int32Array {
  const { maps } = table;
  const ranked = rankRows(maps, suspicion(table, score));
  const groups =
    selection === 'global' ? [ranked] : plan.convs.map((conv) => rowsOf(conv, ranked, maps));
  const chosen = groups.flatMap((rows) => [...rows.subarray(0, quarter(rows.length))]);
  return Int32Array.from(chosen).sort();
}

/** What the second look came to. */
export interface SecondLook {
  /** Feature maps that it looked at. */
  readonly refined: number;
  /** Of those that are pruned now, how many the first stage alone would have left. */
  readonly changed: number;
}

/** @param table complete @returns null for a sweep in one stage */
export function secondLook(
  plan: NetworkPlan,
  table: FrgTable,
  { frg, score, selection, p }: Pick<RunSpec, 'frg' | 'score' | 'selection' | 'p'>,
): SecondLook | null {
  const { maps, labels, predictions } = table;
  const n = labels.length;
  if (firstImages(n, frg.twoStage === true) === n) return null;
  const first = predictions.map((k, i) => (i % n < FIRST_IMAGES ? k : UNASKED));
  const prunedBy = (one: FrgTable): Int32Array =>
    selectMaps(plan, maps, suspicion(one, score), selection, p).pruned;
  const before = new Set(prunedBy({ ...table, predictions: first }));
  return {
    refined: refinedCount(plan, maps, selection),
    changed: prunedBy(table).filter((map) => !before.has(map)).length,
  };
}

/** Rows [rows, asked] as rows [rows, images]. */
export function padRows(from: Int16Array, asked: number, images: number): Int16Array {
  if (asked === images) return from;
  const rows = from.length / asked;
  const padded = new Int16Array(rows * images).fill(UNASKED);
  for (let row = 0; row < rows; row++)
    padded.set(from.subarray(row * asked, (row + 1) * asked), row * images);
  return padded;
}
