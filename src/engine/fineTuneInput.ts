/** What fine-tuning is given: the same for a run and for the knock-out test. */
import type { FineTuneInput } from '../core/fineTune.ts';
import type { PruneMask } from '../core/network/prune.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { Session } from './session.ts';

interface Given {
  readonly input: FineTuneInput;
  /** Clean images that are not trained on. */
  readonly validation: LabelledImages;
}

/** @param weights of the pruned network @param mask what was pruned */
export function fineTuneInput(
  session: Session,
  spec: RunSpec,
  weights: StateDict,
  mask: PruneMask,
): Given {
  const split = session.split(spec);
  const { images, labels } = session.dataset.train(split.train);
  const { plan, manifest } = session.model;
  const input = {
    ...{ plan, weights, images, labels, spec: spec.fineTune, seed: spec.seed },
    normalisation: manifest.normalisation,
    mask: spec.fineTune.mask ? mask : new Map<string, ReadonlySet<number>>(),
    mirror: session.dataset.mirrors,
  };
  return { input, validation: session.dataset.train(split.validation) };
}
