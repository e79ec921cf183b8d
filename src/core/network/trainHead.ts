/** Train mode from the last layer on: mean over positions, linear layers, cross-entropy, and back. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { parameter, type TrainNetwork } from './trainState.ts';

export interface HeadStep {
  /** Mean cross-entropy, this worker's share of it. */
  readonly loss: tf.Scalar;
  /** [B, classes]. */
  readonly logits: tf.Tensor2D;
  /** By PyTorch name, in the layout of `parameters`. */
  readonly gradients: readonly (readonly [name: string, gradient: tf.Tensor])[];
  /** At the last layer's output, [B,h,w,C]. */
  readonly du: tf.Tensor4D;
}

/** @param u the last layer's output [B,h,w,C]; labels [B]; total: images over all workers */
export function headStep(
  network: TrainNetwork,
  u: tf.Tensor4D,
  labels: tf.Tensor1D,
  total: number,
): HeadStep {
  return tidy(() => {
    const [b, h, w, c] = u.shape;
    let y = tf.reshape<tf.Rank.R2>(tf.avgPool(u, [h, w], 1, 'valid'), [b, c]);
    const layers = network.plan.head.map(({ name }, i) => {
      const input = i === 0 ? y : tf.relu(y);
      const weight = parameter(network, `${name}.weight`) as tf.Tensor2D;
      y = tf.add(tf.matMul(input, weight), parameter(network, `${name}.bias`));
      return { name, input, weight };
    });
    const { loss, dLogits } = crossEntropy(y, labels, total);
    const gradients: (readonly [string, tf.Tensor])[] = [];
    let dy = dLogits;
    for (const [i, { name, input, weight }] of [...layers.entries()].reverse()) {
      gradients.push([`${name}.weight`, tf.matMul(tf.transpose(input), dy)]);
      gradients.push([`${name}.bias`, tf.sum(dy, 0)]);
      const dInput = tf.matMul<tf.Tensor2D>(dy, tf.transpose(weight));
      dy = i === 0 ? dInput : tf.mul(dInput, tf.step(input));
    }
    // Each image's row for all of its positions; `tf.tile` is slower on WASM.
    const rows = Int32Array.from({ length: b * h * w }, (_, i) => Math.floor(i / (h * w)));
    const each = tf.gather(tf.div<tf.Tensor2D>(dy, h * w), tf.tensor1d(rows, 'int32'));
    return { loss, logits: y, gradients, du: tf.reshape(each, [b, h, w, c]) };
  });
}

/**
 * Cross-entropy summed over these images and divided by `total`, and its gradient at the logits
 * [B, classes]. @param labels [B]
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
  total: number,
): { loss: tf.Scalar; dLogits: tf.Tensor2D } {
  const truth = tf.oneHot(tf.cast(labels, 'int32'), logits.shape[1]);
  const shifted = tf.sub(logits, tf.max(logits, 1, true));
  const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true));
  const logP = tf.sub(shifted, logSum);
  return {
    loss: tf.div<tf.Scalar>(tf.neg(tf.sum(tf.mul(logP, truth))), total),
    dLogits: tf.div<tf.Tensor2D>(tf.sub(tf.exp(logP), truth), total),
  };
}
