/**
 * A sweep in two stages: few images for every feature map, all of them only for those that look
 * suspicious. What is not asked stays `UNASKED` in the table, and scores are shares of what was.
 */
import { type FrgTable, type ScoreName, suspicion, UNASKED } from './score.ts';
import { rankRows } from './select.ts';

/** Images of the first stage: the first ones of the sweep. */
export const FIRST_IMAGES = 16;
/** Share of the feature maps that the second stage looks at. */
const REFINED_SHARE = 1 / 4;

/** Images of the first stage of a sweep on so many; all of them: there is no second stage. */
export function firstImages(images: number, twoStage: boolean): number {
  return twoStage ? Math.min(images, FIRST_IMAGES) : images;
}

/** Feature maps of the second stage, of so many. */
export function refinedCount(maps: number): number {
  return Math.ceil(maps * REFINED_SHARE);
}

/**
 * Rows for the second stage: the most suspicious quarter after the first, rounded up, ascending;
 * ties break by feature-map index.
 */
export function rowsToRefine(table: FrgTable, score: ScoreName): Int32Array {
  const ranked = rankRows(table.maps, suspicion(table, score));
  return ranked.subarray(0, refinedCount(ranked.length)).toSorted();
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
