import type { EngineApi } from '../bridge/protocol.ts';
import type { FrgTable } from '../core/frg/score.ts';
import { countAt } from './cutSteps.ts';
import { pruneOrder, scoreTable } from './scoring.ts';
import { currentCurve, sweepIsCurrent } from './selectors.ts';
import type { AppState, Curve } from './state.ts';

/** Numbers of pruned maps at which Acc is measured: dense where the line usually stands. */
export function curveCounts(total: number, chosen: number): Int32Array {
  const last = Math.max(Math.floor(total / 8), chosen);
  const shares = [0, 0.01, 0.03, 0.06, 0.1, 0.16, 0.24, 0.34, 0.46, 0.6, 0.8, 1];
  const counts = new Set([...shares.map((share) => Math.round(share * last)), chosen]);
  return Int32Array.from(counts).sort();
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
