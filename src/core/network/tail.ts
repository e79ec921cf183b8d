/**
 * The last convolution and the first linear layer as one matrix, where a residual sum without ReLU
 * is all that lies between: only the mean over positions of the convolution's output is needed, and
 * that is the filter applied to the nine shifted means of its input, 1/h·w of the work.
 */
import * as tf from '@tensorflow/tfjs-core';
import { product } from './adjoint.ts';
import type { NetworkPlan } from './layers.ts';

export interface Tail {
  /** Layers whose values it reads: the convolution's input, and what is added to its output. */
  readonly input: number;
  readonly side: number;
  /** The convolution followed by the linear layer, [9·C, outputs]. */
  readonly matrix: tf.Tensor2D;
}

/** y = x·weight + bias, weight [inputs, outputs]. */
export interface EvalLinear {
  readonly weight: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
}

/** Null where the network does not end that way. @param convs filters in execution order */
export function compileTail(
  plan: NetworkPlan,
  convs: readonly { readonly filter: tf.Tensor4D }[],
  head: readonly EvalLinear[],
): Tail | null {
  const sum = plan.layers.at(-1);
  if (sum?.op !== 'add' || sum.relu) return null;
  const main = plan.layers[sum.from];
  const [linear] = head;
  if (main?.op !== 'conv' || linear === undefined) return null;
  const { conv } = main;
  const filter = convs[conv.order]?.filter;
  if (filter === undefined || conv.kernel !== 3 || conv.stride !== 1 || conv.bias) return null;
  const rows = tf.reshape<tf.Rank.R2>(filter, [-1, conv.outChannels]);
  return { input: main.from, side: sum.other, matrix: tf.matMul(rows, linear.weight) };
}

/** Output of the first linear layer, [B, outputs]. */
export function applyTail(
  { matrix }: Tail,
  { weight, bias }: EvalLinear,
  input: tf.Tensor4D,
  side: tf.Tensor4D,
): tf.Tensor2D {
  const padded = tf.pad(input, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const main = product(windowMeans(padded, input.shape[1]), matrix);
  const skip = product(windowMeans(side, side.shape[1]), weight);
  return tf.add(tf.add(main, skip), bias);
}

/** Means over all size×size windows, flattened to [B, windows·C]. */
export function windowMeans(x: tf.Tensor4D, size: number): tf.Tensor2D {
  return tf.reshape(tf.avgPool(x, size, 1, 'valid'), [x.shape[0], -1]);
}
