/** The knock-out test on a loaded model: how many maps of a ranking to prune. */
import type { CutRequest } from '../bridge/mapLab.ts';
import {
  type CutPoint,
  cutCounts,
  cutPoint,
  type CutSuggestion,
  MOST_LOST,
  probeMaps,
  suggestCount,
} from '../core/frg/knockOut.ts';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { mapsInScope } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { accuracyWithout, someValidation } from './accuracyCurve.ts';
import type { Pool } from './pool.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';
import { frgImages, reverseConfig } from './sweep.ts';

/**
 * Tries growing counts until Acc has collapsed.
 * Leaves the last pruned network on the workers.
 * @throws FmpError cancelled
 */
export async function measureCut(
  session: Session,
  pool: Pool,
  control: RunControl,
  spec: RunSpec,
  { eps, order, suspect }: CutRequest,
  onPoint: (point: CutPoint) => void,
): Promise<CutSuggestion> {
  const { plan, stateDict } = session.model;
  await session.setWeights(stateDict);
  const config = reverseConfig(spec.frg, eps);
  const { x, x0, labels } = frgImages(session, spec, config);
  const maps = probeMaps(mapsInScope(plan, spec.frg.maps), spec.seed);
  await pool.all((worker) => worker.call('setFrgImages', { x, x0 }));
  const images = new Uint8Array(maps.length * labels.length * IMAGE_VALUES);
  await pool.inOrder(
    maps.length,
    control,
    (worker, i) => worker.call('reverse', { map: maps[i] ?? 0, config }),
    (i, made) => {
      images.set(made, i * made.length);
    },
  );
  const classes = Int32Array.from(
    { length: maps.length * labels.length },
    (_, i) => labels[i % labels.length] ?? 0,
  );
  const validation = someValidation(session, spec);
  const points: CutPoint[] = [];
  for (const count of cutCounts(order.length)) {
    const acc = await accuracyWithout(session, control, validation, order.subarray(0, count));
    const probes = await session.classify(images, control, () => undefined);
    const point = cutPoint(count, suspect, probes, classes, acc);
    points.push(point);
    onPoint(point);
    if (acc < (points[0]?.acc ?? 1) - MOST_LOST) break;
  }
  return { points, count: suggestCount(points, plan.architecture.classes) };
}
