/**
 * CLP, Channel Lipschitz-based Pruning: a channel whose Lipschitz bound stands out in its layer is
 * switched off. Needs no image and no training; u = 3 as in the paper and the reference.
 *
 * The reference pairs each batch norm with the convolution registered last before it, which is the
 * 1×1 shortcut for the first batch norm behind a block that has one. The paper speaks of the
 * convolution that produces the batch norm's input: here that is the last one of the main branch.
 */
import { BATCH_NORM_EPS } from '../network/foldedNorm.ts';
import type { NetworkPlan } from '../network/plan.ts';
import { applyPruneMask, type PruneMask } from '../network/prune.ts';
import type { StateDict } from '../network/stateDict.ts';
import { values } from '../network/weights.ts';
import type { DefenseInput, DefenseOutcome, DefenseStep } from './defense.ts';
import { validationAccuracy } from './evaluate.ts';
import { largestSingularValue } from './singularValue.ts';

/** How many standard deviations above its layer's mean a channel must be. */
export const CLP_U = 3;

/** A batch norm and the convolution that produces its input, PyTorch names without `.weight`. */
export type NormPair = readonly [norm: string, conv: string];

/** Every batch norm with the last convolution of the main branch before it, in execution order. */
export function producerPairs({ layers }: NetworkPlan): NormPair[] {
  return layers.flatMap((layer): NormPair[] => {
    if (layer.op !== 'batchNorm') return [];
    let before = layers[layer.from];
    while (before !== undefined && before.op !== 'conv' && before.op !== 'input')
      before = layers[before.from];
    return before?.op === 'conv' ? [[layer.name, before.conv.name]] : [];
  });
}

/**
 * Upper bound of each channel's Lipschitz constant, by batch-norm channel: the largest singular
 * value of its filter as an [inputs, k·k] matrix, times |gamma / sqrt(running_var)|. As in the
 * reference without epsilon, but where the variance is exactly 0.
 */
export function channelLipschitz(weights: StateDict, [norm, conv]: NormPair): Float64Array {
  const { data, shape } = values(weights, `${conv}.weight`);
  const gamma = values(weights, `${norm}.weight`).data;
  const variance = values(weights, `${norm}.running_var`).data;
  const row = data.length / (shape[0] ?? 1);
  const window = (shape[2] ?? 1) * (shape[3] ?? 1);
  return Float64Array.from(gamma, (g, channel) => {
    const filter = data.subarray(channel * row, (channel + 1) * row);
    const spread = Math.sqrt((variance[channel] ?? 0) || BATCH_NORM_EPS);
    return largestSingularValue(filter, window) * Math.abs(g / spread);
  });
}

/** mean + u · unbiased standard deviation. */
export function lipschitzThreshold(scores: Float64Array, u: number): number {
  const mean = scores.reduce((sum, v) => sum + v, 0) / scores.length;
  const squares = scores.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return mean + u * Math.sqrt(squares / Math.max(1, scores.length - 1));
}

/** Gammas and betas of the channels above the threshold of their layer. */
export function clpMask(weights: StateDict, pairs: readonly NormPair[], u: number): PruneMask {
  return new Map(
    pairs.flatMap((pair) => {
      const scores = channelLipschitz(weights, pair);
      const limit = lipschitzThreshold(scores, u);
      const channels = new Set([...scores.keys()].filter((c) => (scores[c] ?? 0) > limit));
      if (channels.size === 0) return [];
      return [
        [`${pair[0]}.weight`, channels],
        [`${pair[0]}.bias`, channels],
      ];
    }),
  );
}

/** See the file's comment. The validation images are for the facts only. */
export async function* runClp(
  input: DefenseInput,
): AsyncGenerator<DefenseStep, DefenseOutcome, void> {
  const pairs = producerPairs(input.plan);
  yield { phase: 'Lipschitz bounds', done: 0, total: pairs.length };
  const mask = clpMask(input.weights, pairs, CLP_U);
  const weights = applyPruneMask(input.weights, mask);
  const accuracy = yield* validationAccuracy(input, weights, 'validation');
  const count = [...mask].reduce(
    (sum, [name, channels]) => sum + (name.endsWith('.weight') ? channels.size : 0),
    0,
  );
  return {
    weights,
    pruned: { count, unit: 'BN channels' },
    facts: { u: CLP_U, 'validation accuracy': accuracy },
  };
}
