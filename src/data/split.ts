import { FmpError } from '../core/errors.ts';
import { createRandom, permutation } from '../core/random.ts';
import type { RunSpec } from '../core/runSpec.ts';

/** What of a run's spec decides which images it sees. */
export interface SplitSpec {
  readonly seed: RunSpec['seed'];
  readonly frg: Pick<RunSpec['frg'], 'images'>;
  readonly fineTune: Pick<RunSpec['fineTune'], 'retrainRatio'>;
  readonly evaluation: Pick<RunSpec['evaluation'], 'images'>;
}

/** Which images a run uses for what. Train and validation are disjoint; test is another set. */
export interface Split {
  /** Training-set indices that fine-tuning trains on, in random order. */
  readonly train: Int32Array;
  /** Training-set indices that choose and report but are never trained on. */
  readonly validation: Int32Array;
  /** Training-set indices that feature maps are scored on, a subset of `train`. */
  readonly frg: Int32Array;
  /** Test-set indices of the evaluation, ascending; all of them where the spec asks for as many. */
  readonly test: Int32Array;
}

/** Of the defender's clean images, the last tenth (at least one) is for validation. */
const VALIDATION_SHARE = 0.1;

/**
 * The same spec and counts give the same sets, always. The defender's clean images are
 * `retrainRatio` of the training set.
 * @throws FmpError badInput when the ratio leaves fewer than 2 images or fewer than the FRG needs
 */
export function splitIndices(trainCount: number, testCount: number, spec: SplitSpec): Split {
  const { retrainRatio } = spec.fineTune;
  const owned = Math.round(retrainRatio * trainCount);
  if (owned < 2)
    throw new FmpError('too few clean images to train and validate with', {
      code: 'badInput',
      field: 'fineTune.retrainRatio',
      got: `${String(retrainRatio)} of ${String(trainCount)} images`,
      expected: 'at least 2 images',
      remedy: 'choose a larger retraining ratio',
    });
  const clean = permutation(trainCount, createRandom(spec.seed, 'defender')).slice(0, owned);
  const trained = owned - Math.max(1, Math.floor(owned * VALIDATION_SHARE));
  const train = clean.slice(0, trained);
  if (spec.frg.images > trained)
    throw new FmpError('there are fewer clean images than the FRG needs', {
      code: 'badInput',
      field: 'frg.images',
      got: String(spec.frg.images),
      expected: `at most ${String(trained)}`,
      remedy: 'choose fewer FRG images or a larger retraining ratio',
    });
  const order = permutation(trained, createRandom(spec.seed, 'frgImages'));
  return {
    train,
    validation: clean.slice(trained),
    frg: order.slice(0, spec.frg.images).map((position) => train[position] ?? 0),
    test: permutation(testCount, createRandom(spec.seed, 'testImages'))
      .slice(0, spec.evaluation.images)
      .sort(),
  };
}
