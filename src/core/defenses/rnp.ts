/**
 * RNP, Reconstructive Neuron Pruning: the network unlearns the clean images, a mask on its batch-norm
 * gammas learns to bring them back, and channels that it needed to turn down are pruned from the
 * original network: their gammas become zero, their betas stay. No fine-tuning.
 *
 * Unlearning is gradient ascent at the budget's rate, momentum and weight decay until the accuracy
 * on a batch is at most 10 %, the paper's bound (released: 20 % over an epoch), for at most the
 * budget's steps. The recovery loss is 0.2 times the cross-entropy, its mask rate 0.2, momentum the
 * budget's. The reference spends 20 epochs on 1 % of the images, two batches of 256 each: here the
 * recovery sees the budget's images in batches of 64. Pruned are masks of at most 0.7, the fixed
 * threshold of the released code, or less where clean validation accuracy would fall by more than
 * 10 %, relative: candidates are 0, 0.05, …, 0.7.
 */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidyAsync } from '../memory.ts';
import { lossAndGradients } from '../network/trainNetwork.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  type TrainNetwork,
} from '../network/trainState.ts';
import { type SgdConfig, sgdStep, type Velocities } from '../optimizer.ts';
import { type Batch, budgetImages, randomBatches } from './batches.ts';
import type { DefenseInput, DefenseOutcome, DefenseStep } from './defense.ts';
import { factorGradients, fullMask, stepMask } from './normFactors.ts';
import { pruneByMask } from './pruneByMask.ts';

export const RNP = { alpha: 0.2, maskRate: 0.2, forgotten: 0.1, threshold: 0.7 } as const;

/** Images per step. */
const BATCH = 64;

const THRESHOLDS = Array.from({ length: 15 }, (_, i) => i / 20);

/** One step of recovery: alpha times the cross-entropy, and its gradient at the mask. */
export async function recoveryGradient(
  network: TrainNetwork,
  mask: Float32Array,
  batch: Batch,
  alpha: number,
): Promise<{ loss: number; gradient: Float32Array }> {
  const factors = { gamma: mask, beta: new Float32Array(mask.length).fill(1) };
  const { loss, gamma } = await factorGradients(network, factors, batch);
  return { loss: alpha * loss, gradient: gamma.map((g) => alpha * g) };
}

/** See the file's comment. */
export async function* runRnp(
  input: DefenseInput,
): AsyncGenerator<DefenseStep, DefenseOutcome, void> {
  const { plan, weights, normalisation, budget } = input;
  const network = createTrainNetwork(plan, weights, normalisation);
  const mask = fullMask(plan);
  const total = Math.ceil(budgetImages(input) / BATCH);
  try {
    const { steps, accuracy } = yield* unlearn(input, network, total);
    let done = 0;
    for (const batch of randomBatches(input, BATCH, total, 'rnpRecover')) {
      const { loss, gradient } = await recoveryGradient(network, mask.values, batch, RNP.alpha);
      stepMask(mask, gradient, RNP.maskRate, budget.momentum);
      yield { phase: 'recovering', done: ++done, total, note: `loss ${loss.toFixed(3)}` };
    }
    const { facts, ...outcome } = yield* pruneByMask(input, mask.values, THRESHOLDS);
    const unlearnt = { 'unlearning steps': steps, 'accuracy when unlearnt': accuracy };
    return { ...outcome, facts: { ...facts, ...unlearnt, 'recovery steps': total } };
  } finally {
    disposeTrainNetwork(network);
  }
}

/** Gradient ascent until a batch is forgotten. */
async function* unlearn(
  input: DefenseInput,
  network: TrainNetwork,
  total: number,
): AsyncGenerator<DefenseStep, { steps: number; accuracy: number }, void> {
  const velocities: Velocities = new Map();
  try {
    let steps = 0;
    let accuracy = 1;
    for (const batch of randomBatches(input, BATCH, total, 'rnpUnlearn')) {
      accuracy = await ascentStep(network, batch, velocities, input.budget);
      steps++;
      const note = `accuracy ${(100 * accuracy).toFixed(0)} %`;
      yield { phase: 'unlearning', done: steps, total, note };
      if (accuracy <= RNP.forgotten) break;
    }
    return { steps, accuracy };
  } finally {
    disposeAll([...velocities.values()]);
  }
}

/** @returns accuracy on the batch, in train mode, before the step; none is taken once forgotten */
async function ascentStep(
  network: TrainNetwork,
  { pixels, labels }: Batch,
  velocities: Velocities,
  config: SgdConfig,
): Promise<number> {
  return tidyAsync(async () => {
    const x = tf.tensor4d(pixels, [labels.length, 32, 32, 3]);
    const y = tf.tensor1d(labels, 'int32');
    const same = <T>(sums: T): T => sums;
    const step = await lossAndGradients(network, x, y, labels.length, same);
    const classes = await tf.argMax(step.logits, 1).data<'int32'>();
    const accuracy = classes.filter((k, i) => k === labels[i]).length / labels.length;
    if (accuracy <= RNP.forgotten) return accuracy;
    const up = new Map([...step.gradients].map(([name, g]) => [name, tf.neg(g)]));
    sgdStep(network.parameters, up, velocities, config, new Map());
    return accuracy;
  });
}
