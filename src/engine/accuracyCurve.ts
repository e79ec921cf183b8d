/** The Acc preview: what pruning the first k maps of a ranking costs, before anything is pruned. */
import { accuracy, LOOKED_AT } from '../core/metrics.ts';
import { applyPruneMask, pruneMask } from '../core/network/prune.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { SplitSpec } from '../data/split.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';

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
  const validation = someValidation(session, split);
  const result = new Float32Array(counts.length);
  for (const [i, count] of counts.entries()) {
    result[i] = await accuracyWithout(session, control, validation, order.subarray(0, count));
  }
  return result;
}

/** Clean images that are neither trained on nor tested on; few. */
export function someValidation(session: Session, split: SplitSpec): LabelledImages {
  return session.dataset.train(session.split(split).validation.subarray(0, LOOKED_AT));
}

/** Acc with these maps pruned, in [0, 1]; leaves that network on the workers. */
export async function accuracyWithout(
  session: Session,
  control: RunControl,
  { images, labels }: LabelledImages,
  maps: Int32Array,
): Promise<number> {
  const { plan, stateDict } = session.model;
  await session.setWeights(applyPruneMask(stateDict, pruneMask(plan, maps)));
  return accuracy(await session.classify(images, control, () => undefined), labels).value;
}
