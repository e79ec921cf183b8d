/** The feature maps that a run prunes. */
import { FmpError } from '../core/errors.ts';
import { suspicion } from '../core/frg/score.ts';
import { type Selection, pruneCount, rankRows, selectMaps } from '../core/frg/select.ts';
import { locateMap, type NetworkPlan } from '../core/network/plan.ts';
import { createRandom, permutation } from '../core/random.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { triggerPairs } from './evaluation.ts';
import type { Sweep, SweepContext } from './sweep.ts';

/** Triggered images that the oracle control looks at. */
const ORACLE_IMAGES = 256;

/** The maps to prune: by FRG, or as many by a control that shows what FRG adds. */
export async function chooseMaps(
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
  const test = session.split(spec).test.subarray(0, ORACLE_IMAGES);
  const pairs = await triggerPairs(session, test, control);
  if (pairs === null)
    throw new FmpError('the oracle needs a trigger, and this model has none', {
      ...{ code: 'badInput', field: 'control', got: 'oracle', expected: 'a backdoored model' },
      remedy: 'choose another control or another model',
    });
  const change = await pool.first.call('activationChange', pairs);
  const scores = relativeToLayer(plan, change, candidates);
  const ranked = rankRows(candidates, scores).subarray(0, count);
  return { pruned: ranked.map((row) => candidates[row] ?? 0), ties: 0, cut: null };
}

/** Each candidate's activation change divided by the mean of its convolution. */
function relativeToLayer(
  plan: NetworkPlan,
  change: Float32Array,
  candidates: Int32Array,
): Float32Array {
  return Float32Array.from(candidates, (map) => {
    const { conv } = locateMap(plan, map);
    const layer = change.subarray(conv.offset, conv.offset + conv.outChannels);
    const mean = layer.reduce((a, b) => a + b, 0) / layer.length;
    return mean > 0 ? (change[map] ?? 0) / mean : 0;
  });
}
