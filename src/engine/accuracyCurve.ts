/** The Acc preview: what pruning the first k maps of a ranking costs, before anything is pruned. */
import { accuracy } from '../core/metrics.ts';
import { applyPruneMask, pruneMask } from '../core/network/prune.ts';
import type { SplitSpec } from '../data/split.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';

/** Validation images: the curve is drawn while a person waits. */
const CURVE_IMAGES = 100;

/** Whose images are looked at before any run. */
export const DEFAULT_SPLIT: SplitSpec = {
  seed: 0,
  frg: { images: 1 },
  fineTune: { retrainRatio: 0.1 },
  evaluation: { images: 1 },
};

/**
 * Acc on clean validation images with the first k of `order` pruned, for each k of `counts`.
 * Leaves the last pruned network on the workers.
 * @param order global feature-map indices, most suspicious first
 * @throws FmpError cancelled
 */
export async function measureAccuracyCurve(
  session: Session,
  split: SplitSpec,
  control: RunControl,
  order: Int32Array,
  counts: Int32Array,
): Promise<Float32Array> {
  const { model, dataset } = session;
  const held = session.split(split).validation;
  const validation = dataset.train(held.subarray(0, CURVE_IMAGES));
  const result = new Float32Array(counts.length);
  for (const [i, count] of counts.entries()) {
    const mask = pruneMask(model.plan, order.subarray(0, count));
    await session.setWeights(applyPruneMask(model.stateDict, mask));
    const predictions = await session.classify(validation.images, control, () => undefined);
    result[i] = accuracy(predictions, validation.labels).value;
  }
  return result;
}
