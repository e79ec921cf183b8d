/**
 * Batch-norm channels as the neurons that ANP and RNP weigh: gamma·w and beta·b with factors w and
 * b, batch statistics, and the gradients at the factors. Factors of the whole network are one
 * vector, batch norm by batch norm in execution order.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidyAsync } from '../memory.ts';
import type { NetworkPlan } from '../network/plan.ts';
import type { PruneMask } from '../network/prune.ts';
import { lossAndGradients } from '../network/trainNetwork.ts';
import { parameter, type TrainNetwork } from '../network/trainState.ts';
import type { Batch } from './batches.ts';

export interface NormSlice {
  readonly name: string;
  readonly channels: number;
  /** Where its first channel is in a vector of factors. */
  readonly offset: number;
}

export function normSlices({ layers }: NetworkPlan): NormSlice[] {
  let offset = 0;
  return layers.flatMap((layer): NormSlice[] => {
    if (layer.op !== 'batchNorm') return [];
    const slice = { name: layer.name, channels: layer.channels, offset };
    offset += layer.channels;
    return [slice];
  });
}

/** Batch-norm channels of a network: the length of a vector of factors. */
export function countNormChannels(plan: NetworkPlan): number {
  return normSlices(plan).reduce((sum, { channels }) => sum + channels, 0);
}

export interface Factors {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

export interface FactorGradients extends Factors {
  /** Mean cross-entropy of the batch. */
  readonly loss: number;
}

/**
 * Cross-entropy of a batch in train mode and its gradients at the factors. The parameters stay as
 * they are; the running statistics, which train mode does not read, move.
 */
export async function factorGradients(
  network: TrainNetwork,
  factors: Factors,
  { pixels, labels }: Batch,
): Promise<FactorGradients> {
  const slices = normSlices(network.plan);
  const total = labels.length;
  const read: { loss: Float32Array; gradients: Float32Array } = await tidyAsync(async () => {
    const weighed = new Map(network.parameters);
    for (const { name, channels, offset } of slices) {
      const part = (values: Float32Array): tf.Tensor1D =>
        tf.tensor1d(values.subarray(offset, offset + channels));
      const [weight, bias] = [`${name}.weight`, `${name}.bias`];
      weighed.set(weight, tf.mul(parameter(network, weight), part(factors.gamma)));
      weighed.set(bias, tf.mul(parameter(network, bias), part(factors.beta)));
    }
    const x = tf.tensor4d(pixels, [total, 32, 32, 3]);
    const y = tf.tensor1d(labels, 'int32');
    const same = <T>(sums: T): T => sums;
    const step = await lossAndGradients({ ...network, parameters: weighed }, x, y, total, same, {
      wanted: 'norms',
    });
    const at = (part: string): tf.Tensor1D[] =>
      slices.map(({ name }) => {
        const key = `${name}.${part}`;
        return tf.mul(step.gradients.get(key) as tf.Tensor1D, parameter(network, key));
      });
    const all = tf.concat([...at('weight'), ...at('bias')]);
    return {
      loss: await step.loss.data<'float32'>(),
      gradients: await all.data<'float32'>(),
    };
  });
  const half = read.gradients.length / 2;
  return {
    loss: read.loss[0] ?? NaN,
    gamma: read.gradients.subarray(0, half),
    beta: read.gradients.subarray(half),
  };
}

/** A mask with one value in [0, 1] per batch-norm channel, trained by SGD with momentum. */
export interface TrainedMask {
  readonly values: Float32Array;
  readonly velocity: Float32Array;
}

/** All ones, at rest. */
export function fullMask(plan: NetworkPlan): TrainedMask {
  const length = countNormChannels(plan);
  return { values: new Float32Array(length).fill(1), velocity: new Float32Array(length) };
}

/** v ← μ·v + g, mask ← clip(mask − η·v, 0, 1), in place. */
export function stepMask(
  { values, velocity }: TrainedMask,
  gradient: Float32Array,
  learningRate: number,
  momentum: number,
): void {
  gradient.forEach((g, i) => {
    const v = momentum * (velocity[i] ?? 0) + g;
    velocity[i] = v;
    values[i] = Math.min(1, Math.max(0, (values[i] ?? 0) - learningRate * v));
  });
}

/** Gammas (not betas) of the channels whose mask is at most `threshold`. */
export function gammaMask(
  plan: NetworkPlan,
  mask: Float32Array,
  threshold: number,
): { readonly mask: PruneMask; readonly count: number } {
  const pruned = new Map<string, Set<number>>();
  let count = 0;
  for (const { name, channels, offset } of normSlices(plan)) {
    const own = Array.from({ length: channels }, (_, c) => c).filter(
      (c) => (mask[offset + c] ?? 1) <= threshold,
    );
    count += own.length;
    if (own.length > 0) pruned.set(`${name}.weight`, new Set(own));
  }
  return { mask: pruned, count };
}
