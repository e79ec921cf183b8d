import type { ConvSpec, NetworkPlan } from '../network/plan.ts';

/** `global`: floor(N/p) over all candidates (Algorithm 1). `perLayer`: floor(n/p) in each convolution. */
export type SelectionName = 'global' | 'perLayer';

export interface Selection {
  /** Global indices of the maps to prune, most suspicious first. */
  readonly pruned: Int32Array;
  /** Kept maps whose suspicion equals that of the last pruned one; 0 for `perLayer`. */
  readonly ties: number;
  /** Suspicion of the last pruned map; null when nothing is pruned or per layer. */
  readonly cut: number | null;
}

/** floor(N / p): a larger p prunes fewer. */
export function pruneCount(candidates: number, p: number): number {
  return Math.floor(candidates / p);
}

/** The roundest p with floor(n / p) = count: an integer if there is one, else few decimals. */
export function roundP(n: number, count: number): number {
  const exact = n / count;
  for (const unit of [1, 10, 100, 1000]) {
    const p = Math.floor(exact * unit) / unit;
    if (p >= 1 && pruneCount(n, p) === count) return p;
  }
  // n / exact may round to just under count; a breath less never prunes more than count.
  return Math.max(1, exact * (1 - 1e-12));
}

/** Rows in order of falling suspicion; ties break by feature-map index, always. */
export function rankRows(maps: Int32Array, suspicion: Float32Array): Int32Array {
  return Int32Array.from({ length: suspicion.length }, (_, row) => row).sort(
    (a, b) => (suspicion[b] ?? 0) - (suspicion[a] ?? 0) || (maps[a] ?? 0) - (maps[b] ?? 0),
  );
}

/** Those of these rows that are feature maps of one convolution, in the same order. */
export function rowsOf(conv: ConvSpec, rows: Int32Array, maps: Int32Array): Int32Array {
  return rows.filter((row) => {
    const map = maps[row] ?? -1;
    return map >= conv.offset && map < conv.offset + conv.outChannels;
  });
}

/**
 * The maps to prune.
 * @param maps global feature-map index of each row; rows = all candidates
 * @param suspicion per row, higher = more suspicious
 * @param keep maps that stay: those that would be pruned are, less these; no other takes their place
 */
export function selectMaps(
  plan: NetworkPlan,
  maps: Int32Array,
  suspicion: Float32Array,
  selection: SelectionName,
  p: number,
  keep: readonly number[] = [],
): Selection {
  const { pruned, ...cut } = selectAll(plan, maps, suspicion, selection, p);
  return { pruned: withoutKept(pruned, keep), ...cut };
}

/** What is left to prune when these maps stay. */
export function withoutKept(pruned: Int32Array, keep: readonly number[]): Int32Array {
  return keep.length === 0 ? pruned : pruned.filter((map) => !keep.includes(map));
}

function selectAll(
  plan: NetworkPlan,
  maps: Int32Array,
  suspicion: Float32Array,
  selection: SelectionName,
  p: number,
): Selection {
  const ranked = rankRows(maps, suspicion);
  if (selection === 'perLayer') {
    const pruned: number[] = [];
    for (const conv of plan.convs) {
      const rows = rowsOf(conv, ranked, maps);
      for (const row of rows.subarray(0, pruneCount(rows.length, p))) pruned.push(maps[row] ?? 0);
    }
    return { pruned: Int32Array.from(pruned), ties: 0, cut: null };
  }
  const count = pruneCount(maps.length, p);
  const chosen = ranked.subarray(0, count);
  const last = chosen.at(-1);
  if (last === undefined) return { pruned: new Int32Array(0), ties: 0, cut: null };
  const cut = suspicion[last] ?? 0;
  const ties = ranked.subarray(count).filter((row) => suspicion[row] === cut).length;
  return { pruned: chosen.map((row) => maps[row] ?? 0), ties, cut };
}
