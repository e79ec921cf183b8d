/** Whether the cut met the maps that carry the trigger. For Oracle view only. */
import { type Carriers, spearman } from '../core/frg/carriers.ts';
import { PRUNED, type Cut, type Scored } from './scoring.ts';

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
