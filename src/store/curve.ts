import type { EngineApi } from '../bridge/protocol.ts';
import type { FrgTable } from '../core/frg/score.ts';
import { createRandom, permutation } from '../core/random.ts';
import { countAt } from './cutSteps.ts';
import { pruneOrder, scoreTable } from './scoring.ts';
import { currentCurve, sweepIsCurrent } from './selectors.ts';
import type { Curve } from './resultsState.ts';
import type { AppState } from './state.ts';

/** Of all maps: dense where the line usually stands. */
const SHARES = [0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.045, 0.07, 0.1, 0.15, 0.25, 0.4, 0.65, 1];

/** Numbers of pruned maps at which Acc is measured, from none to all. */
export function curveCounts(total: number, chosen: number): Int32Array {
  return Int32Array.from(
    new Set([...SHARES.map((share) => Math.round(share * total)), chosen]),
  ).sort();
}

/** Linear interpolation of the curve at a count inside its range. */
export function accAt(counts: Int32Array, acc: Float32Array, count: number): number {
  const after = counts.findIndex((k) => k >= count);
  if (after <= 0) return acc[after === 0 ? 0 : acc.length - 1] ?? 0;
  const [k0, k1] = [counts[after - 1] ?? 0, counts[after] ?? 0];
  const [a0, a1] = [acc[after - 1] ?? 0, acc[after] ?? 0];
  return a0 + ((a1 - a0) * (count - k0)) / (k1 - k0 || 1);
}

/** The same maps in the order in which the control run draws them. */
function byChance(maps: Int32Array, seed: number): Int32Array {
  const order = permutation(maps.length, createRandom(seed, 'randomControl'));
  return order.map((i) => maps[i] ?? 0);
}

/**
 * Acc by maps pruned for a complete and current sweep, by score and then by chance; nothing for any
 * other. What is on show already is kept.
 */
export async function measureCurve(
  engine: EngineApi,
  state: AppState,
  table: FrgTable | null,
  onCurve: (curve: Curve) => void,
): Promise<void> {
  const { model } = state.session;
  if (model === null || table === null || !sweepIsCurrent(state)) return;
  const { score, selection, p, frg, seed } = state.run.spec;
  const known = currentCurve(state);
  const order = pruneOrder(model.plan, scoreTable(table, score), selection);
  const counts =
    known?.counts ?? curveCounts(order.length, countAt(model.plan, frg.maps, selection, p));
  const curve = known ?? {
    ...{ score, selection, counts },
    acc: await engine.accuracyCurve(order, counts),
  };
  if (known === null) onCurve(curve);
  if (curve.random !== undefined) return;
  onCurve({ ...curve, random: await engine.accuracyCurve(byChance(table.maps, seed), counts) });
}
