import type { EngineApi } from '../bridge/protocol.ts';
import type { FrgTable } from '../core/frg/score.ts';
import { countAt } from './cutSteps.ts';
import { pruneOrder, scoreTable } from './scoring.ts';
import { currentCurve, sweepIsCurrent } from './selectors.ts';
import type { AppState, Curve } from './state.ts';

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

/** Acc by maps pruned for a complete and current sweep, else null. The one on show is kept. */
export async function measureCurve(
  engine: EngineApi,
  state: AppState,
  table: FrgTable | null,
): Promise<Curve | null> {
  const { model } = state.session;
  if (model === null || table === null || !sweepIsCurrent(state)) return null;
  if (currentCurve(state) !== null) return null;
  const { score, selection, p, frg } = state.run.spec;
  const order = pruneOrder(model.plan, scoreTable(table, score), selection);
  const counts = curveCounts(order.length, countAt(model.plan, frg.maps, selection, p));
  return { score, selection, counts, acc: await engine.accuracyCurve(order, counts) };
}
