/** The feature maps that a run prunes. */
import { smallestFilters } from '../core/defenses/l1.ts';
import { suspicion } from '../core/frg/score.ts';
import {
  type Selection,
  pruneCount,
  rankRows,
  selectMaps,
  withoutKept,
} from '../core/frg/select.ts';
import { relativeToLayer } from '../core/network/relativeToLayer.ts';
import { createRandom, permutation } from '../core/random.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { triggerChange } from './oracle.ts';
import type { Sweep, SweepContext } from './sweep.ts';

/**
 * The maps to prune: by FRG, or as many by a control that shows what FRG adds; without those that
 * the spec keeps.
 */
export async function chooseMaps(
  context: SweepContext,
  spec: RunSpec,
  candidates: Int32Array,
  scored: Sweep | null,
): Promise<Selection> {
  const { pruned, ...cut } = await chooseAll(context, spec, candidates, scored);
  return { pruned: withoutKept(pruned, spec.keep ?? []), ...cut };
}

async function chooseAll(
  { session, pool, control }: SweepContext,
  spec: RunSpec,
  candidates: Int32Array,
  scored: Sweep | null,
): Promise<Selection> {
  const { plan } = session.model;
  if (scored !== null) {
    const { table } = scored;
    const rows = suspicion(table, spec.score);
    return selectMaps(plan, table.maps, rows, spec.selection, spec.p);
  }
  const count = pruneCount(candidates.length, spec.p);
  if (spec.control === 'fineTuneOnly') return { pruned: new Int32Array(0), ties: 0, cut: null };
  if (spec.control === 'random') {
    const order = permutation(candidates.length, createRandom(spec.seed, 'randomControl'));
    const pruned = order.slice(0, count).map((i) => candidates[i] ?? 0);
    return { pruned, ties: 0, cut: null };
  }
  if (spec.control === 'l1') {
    const { stateDict } = session.model;
    return { pruned: smallestFilters(plan, stateDict, candidates, count), ties: 0, cut: null };
  }
  const change = await triggerChange(session, pool, spec, control, 'control');
  const scores = relativeToLayer(plan, change, candidates);
  const ranked = rankRows(candidates, scores).subarray(0, count);
  return { pruned: ranked.map((row) => candidates[row] ?? 0), ties: 0, cut: null };
}
