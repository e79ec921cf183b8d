import {
  classShares,
  findSuspect,
  medianShares,
  suspicion,
  type FrgTable,
  type ScoreName,
  type Suspect,
} from '../core/frg/score.ts';
import { rankRows, selectMaps, type SelectionName } from '../core/frg/select.ts';
import type { NetworkPlan } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';

/** An FRG table seen through one score. Arrays are per row of the table. */
export interface Scored {
  readonly table: FrgTable;
  /** In [0, 1], higher = pruned earlier. */
  readonly suspicion: Float32Array;
  /** Rows, most suspicious first. */
  readonly ranked: Int32Array;
  /** 1-based rank of each row. */
  readonly rank: Int32Array;
  /** Which class FRG images drift to, whatever the score. */
  readonly suspect: Suspect | null;
  /** Median share per class, [classes]. */
  readonly medians: Float32Array;
}

const cache = new WeakMap<FrgTable, Map<ScoreName, Scored>>();

/** S[·, k]: what `suspicion` gives for `targetShare`, from shares that are already at hand. */
function column(shares: Float32Array, table: FrgTable, k: number): Float32Array {
  const values = new Float32Array(table.rows);
  for (let row = 0; row < table.rows; row++) values[row] = shares[row * table.classes + k] ?? 0;
  return values;
}

/** Scores a table; the same table and score give the same object back. */
export function scoreTable(table: FrgTable, score: ScoreName): Scored {
  const known = cache.get(table) ?? new Map<ScoreName, Scored>();
  cache.set(table, known);
  const hit = known.get(score);
  if (hit !== undefined) return hit;
  const shares = classShares(table);
  const suspect = findSuspect(shares, table);
  const values =
    score === 'targetShare' && suspect !== null
      ? column(shares, table, suspect.class)
      : suspicion(table, score);
  const ranked = rankRows(table.maps, values);
  const rank = new Int32Array(table.rows);
  ranked.forEach((row, index) => {
    rank[row] = index + 1;
  });
  const scored: Scored = {
    table,
    suspicion: values,
    ranked,
    rank,
    suspect,
    medians: medianShares(shares, table.classes),
  };
  known.set(score, scored);
  return scored;
}

/** What the cut at p does to a complete table. */
export interface Cut {
  /** Per row: 1 pruned, 2 tied with the last pruned one but kept, 3 kept by hand, 0 kept. */
  readonly verdict: Uint8Array;
  /** Maps that are pruned. */
  readonly count: number;
  /** Maps above the line that stay because a person keeps them; no other takes their place. */
  readonly spared: number;
  readonly ties: number;
  /** Where the line stands, suspicion in [0, 1]: on the tie, else halfway to the next map. */
  readonly line: number;
  /** Suspicion of the least suspicious map above the line. */
  readonly lowest: number;
}

export const PRUNED = 1;
export const TIED = 2;
export const SPARED = 3;

/**
 * The cut at p, or null when the table is not complete: no verdict on partial ranks.
 * @param keep maps, by global index, that stay whatever their score
 */
export function cutAt(
  plan: NetworkPlan,
  scored: Scored,
  selection: SelectionName,
  p: number,
  keep: readonly number[] = [],
): Cut | null {
  const { table, suspicion: values, ranked } = scored;
  if (table.rows < table.maps.length || table.rows === 0) return null;
  const chosen = selectMaps(plan, table.maps, values, selection, p);
  const rowOf = new Map(Array.from(table.maps, (map, row) => [map, row]));
  const verdict = new Uint8Array(table.rows);
  let lowest = 1;
  for (const map of chosen.pruned) {
    const row = rowOf.get(map) ?? 0;
    verdict[row] = keep.includes(map) ? SPARED : PRUNED;
    lowest = Math.min(lowest, values[row] ?? 0);
  }
  const above = chosen.pruned.length;
  const spared = chosen.pruned.filter((map) => keep.includes(map)).length;
  if (chosen.ties > 0)
    values.forEach((value, row) => {
      if (value === chosen.cut && verdict[row] === 0) verdict[row] = TIED;
    });
  // Per layer there are as many lines as layers; this one stands where a global cut would.
  const last = values[ranked[above - 1] ?? -1] ?? 1;
  const next = values[ranked[above] ?? -1] ?? 0;
  return {
    verdict,
    count: above - spared,
    spared,
    ties: chosen.ties,
    line: (last + next) / 2,
    lowest,
  };
}

const cuts = new WeakMap<Scored, { readonly key: string; readonly cut: Cut | null }>();

/** The cut that a spec asks for; the same scores and choice give the same object back. */
export function cutOf(
  plan: NetworkPlan,
  scored: Scored,
  { selection, p, keep }: Pick<RunSpec, 'selection' | 'p' | 'keep'>,
): Cut | null {
  const key = JSON.stringify([selection, p, keep]);
  const known = cuts.get(scored);
  if (known?.key === key) return known.cut;
  const cut = cutAt(plan, scored, selection, p, keep);
  cuts.set(scored, { key, cut });
  return cut;
}

/** Global map indices in the order in which a falling p prunes them. */
export function pruneOrder(
  plan: NetworkPlan,
  scored: Scored,
  selection: SelectionName,
): Int32Array {
  const { table, ranked } = scored;
  const maps = ranked.map((row) => table.maps[row] ?? 0);
  if (selection === 'global') return maps;
  // Map r of n in its layer goes as soon as floor(n / p) > r, that is p <= n / (r + 1).
  const seen = new Map<number, number>();
  const keys = new Map<number, number>();
  for (const map of maps) {
    const conv = plan.convs.findLast((c) => c.offset <= map);
    if (conv === undefined) continue;
    const before = seen.get(conv.order) ?? 0;
    seen.set(conv.order, before + 1);
    keys.set(map, (before + 1) / conv.outChannels);
  }
  return maps.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
}
