/** The knock-out test on a loaded model: how many maps of a ranking to prune. */
import type { CutRequest } from '../bridge/mapLab.ts';
import {
  aloneIsDone,
  type CutPoint,
  cutCounts,
  cutPoint,
  type CutSuggestion,
  isSilent,
  probeMaps,
  suggestCount,
  tunedCounts,
} from '../core/frg/knockOut.ts';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { accuracy } from '../core/metrics.ts';
import { mapsInScope } from '../core/network/plan.ts';
import { applyPruneMask, pruneMask } from '../core/network/prune.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { accuracyWithout, someValidation } from './accuracyCurve.ts';
import { fineTuneInput } from './fineTuneInput.ts';
import type { Pool } from './pool.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';
import { frgImages, reverseConfig } from './sweep.ts';

/**
 * Tries growing counts until the probes are silent or Acc has collapsed; where the spec fine-tunes,
 * then growing counts with its fine-tuning until the probes stay silent.
 * Leaves the last network on the workers.
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
  const look = async (count: number, tuned: boolean, acc: number): Promise<CutPoint> => {
    const read = await session.classify(images, control, () => undefined);
    const point = cutPoint({ count, tuned, acc }, suspect, read, classes);
    points.push(point);
    onPoint(point);
    return point;
  };
  const classCount = plan.architecture.classes;
  for (const count of cutCounts(order.length)) {
    const acc = await accuracyWithout(session, control, validation, order.subarray(0, count));
    await look(count, false, acc);
    if (aloneIsDone(points, classCount, order.length)) break;
  }
  if (spec.fineTune.epochs > 0)
    for (const count of tunedCounts(points, classCount, order.length)) {
      await fineTuneWithout(session, pool, control, spec, order.subarray(0, count));
      const read = await session.classify(validation.images, control, () => undefined);
      const point = await look(count, true, accuracy(read, validation.labels).value);
      if (isSilent(point, classCount)) break;
    }
  return { points, count: suggestCount(points, classCount) };
}

/** What a run with these maps would end with; leaves that network on the workers. */
async function fineTuneWithout(
  session: Session,
  pool: Pool,
  control: RunControl,
  spec: RunSpec,
  maps: Int32Array,
): Promise<void> {
  const { plan, stateDict } = session.model;
  const mask = pruneMask(plan, maps);
  let weights = applyPruneMask(stateDict, mask);
  const { input, validation } = fineTuneInput(session, spec, weights, mask);
  await pool.fineTune(input, validation, control, (step) => {
    weights = step.weights ?? weights;
  });
  await session.setWeights(weights);
}
