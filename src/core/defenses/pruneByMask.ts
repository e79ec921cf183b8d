/** Pruning of batch-norm channels by a learned mask, as far as clean validation images allow. */
import { applyPruneMask } from '../network/prune.ts';
import type { DefenseInput, DefenseOutcome, DefenseStep } from './defense.ts';
import { fallsTooFar, validationAccuracy } from './evaluate.ts';
import { gammaMask } from './normFactors.ts';

/**
 * The weights given with the gammas (not the betas) of all channels at zero whose mask is at most a
 * threshold: the last one before accuracy on the validation images falls too far.
 * @param mask one value per batch-norm channel; thresholds ascending
 */
export async function* pruneByMask(
  input: DefenseInput,
  mask: Float32Array,
  thresholds: readonly number[],
): AsyncGenerator<DefenseStep, DefenseOutcome, void> {
  const { plan, weights } = input;
  const phase = 'choosing the threshold';
  const before = yield* validationAccuracy(input, weights, phase);
  let chosen = { weights, count: 0, threshold: 'none' as number | 'none', accuracy: before };
  for (const threshold of thresholds) {
    const { mask: channels, count } = gammaMask(plan, mask, threshold);
    if (count === chosen.count) {
      chosen = { ...chosen, threshold };
      continue;
    }
    const pruned = applyPruneMask(weights, channels);
    const accuracy = yield* validationAccuracy(input, pruned, phase);
    if (fallsTooFar(accuracy, before)) break;
    chosen = { weights: pruned, count, threshold, accuracy };
  }
  return {
    weights: chosen.weights,
    pruned: { count: chosen.count, unit: 'BN channels' },
    facts: {
      threshold: chosen.threshold,
      'smallest mask': mask.reduce((least, m) => Math.min(least, m), 1),
      'mean mask': mask.reduce((sum, m) => sum + m, 0) / Math.max(1, mask.length),
      'validation accuracy before': before,
      'validation accuracy': chosen.accuracy,
    },
  };
}
