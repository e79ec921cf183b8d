/** The cross-entropy of the network in eval mode and its gradient at the image, by hand. */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../memory.ts';
import type { EvalNetwork } from './evalNetwork.ts';
import { layerValues } from './forward.ts';
import { gradientFrom } from './inputGradient.ts';
import { crossEntropy } from './trainHead.ts';

export interface LossGradient {
  /** [B, classes]. */
  readonly logits: tf.Tensor2D;
  /** Mean cross-entropy. */
  readonly loss: tf.Scalar;
  /** d loss / dx [B,32,32,3], pixel units. */
  readonly gradient: tf.Tensor4D;
}

/** @param x [B,32,32,3] in [0, 1]; labels [B]. The caller owns the result. */
export function lossGradient(
  network: EvalNetwork,
  x: tf.Tensor4D,
  labels: tf.Tensor1D,
): LossGradient {
  return tidy(() => {
    const last = network.plan.layers.length - 1;
    const { values, masks } = layerValues(network, x, [last], true);
    const [b, h, w, c] = (values[0] as tf.Tensor4D).shape;
    const pooled = tf.avgPool(values[0] as tf.Tensor4D, [h, w], 1, 'valid');
    let y = tf.reshape<tf.Rank.R2>(pooled, [b, c]);
    const before = network.head.map(({ weight, bias }, i) => {
      const input = i === 0 ? y : tf.relu(y);
      y = tf.add(tf.matMul(input, weight), bias);
      return input;
    });
    const { loss, dLogits } = crossEntropy(y, labels, b);
    let dy = dLogits;
    for (const [i, { weight }] of [...network.head.entries()].reverse()) {
      const dInput = tf.matMul<tf.Tensor2D>(dy, weight, false, true);
      dy = i === 0 ? dInput : tf.mul(dInput, tf.step(before[i] as tf.Tensor2D));
    }
    const each = tf.reshape<tf.Rank.R4>(tf.div(dy, h * w), [b, 1, 1, c]);
    const gradient = gradientFrom(network, last, tf.tile(each, [1, h, w, 1]), masks);
    disposeAll(masks);
    return { logits: y, loss, gradient };
  });
}
