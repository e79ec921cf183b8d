/** Neural Cleanse's trigger as two vectors, what it does to images, and its loss's gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { IMAGE_VALUES } from '../attacks/attack.ts';
import { tidy } from '../memory.ts';
import type { EvalNetwork } from '../network/evalNetwork.ts';
import { lossGradient } from '../network/lossGradient.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../network/plan.ts';

/** Of mask and pattern: tanh(v) / (2 + 1e-7) + 0.5 keeps them inside (0, 1). */
const SPAN = 2 + 1e-7;

export const MASK_VALUES = IMAGE_SIZE * IMAGE_SIZE;

/** Unbounded values behind mask [32,32] and pattern [32,32,3]. */
export interface TriggerVectors {
  readonly mask: Float32Array;
  readonly pattern: Float32Array;
}

/** Values in (0, 1) from unbounded ones, same order. */
export function bounded(values: Float32Array): Float32Array {
  return values.map((v) => Math.tanh(v) / SPAN + 0.5);
}

/** Σ|mask|: how much of the image a trigger covers, in pixels. */
export function maskNorm(mask: Float32Array): number {
  return bounded(mask).reduce((sum, m) => sum + m, 0);
}

export interface TriggerGradients {
  /** crossEntropy + c · norm. */
  readonly loss: number;
  readonly crossEntropy: number;
  readonly norm: number;
  /** Share of the images that the network puts into the target class. */
  readonly hits: number;
  readonly mask: Float32Array;
  readonly pattern: Float32Array;
}

/**
 * Loss of a trigger for `target` on images x [B,32,32,3] in [0, 1], eval mode, and its gradients.
 * @param c weight of the mask's norm
 */
export async function triggerGradients(
  network: EvalNetwork,
  x: tf.Tensor4D,
  target: number,
  vectors: TriggerVectors,
  c: number,
): Promise<TriggerGradients> {
  const packed = tidy(() => {
    const m = tf.tensor(bounded(vectors.mask), [1, IMAGE_SIZE, IMAGE_SIZE, 1]);
    const p = tf.tensor(bounded(vectors.pattern), [1, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS]);
    const stamped = tf.add<tf.Tensor4D>(tf.mul(x, tf.sub(1, m)), tf.mul(p, m));
    const labels = tf.fill<tf.Rank.R1>([x.shape[0]], target, 'int32');
    const { logits, loss, gradient } = lossGradient(network, stamped, labels);
    const hits = tf.mean(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'float32'));
    const dMask = tf.sum(tf.mul(gradient, tf.sub(p, x)), [0, 3]);
    const dPattern = tf.mul(tf.sum(gradient, 0, true), m);
    return tf.concat([tf.stack([loss, hits]), flat(dMask), flat(dPattern)]);
  });
  const read = await packed.data<'float32'>();
  packed.dispose();
  const [crossEntropy = NaN, hits = NaN] = read;
  const norm = maskNorm(vectors.mask);
  const slope = (values: Float32Array, from: number, more: number): Float32Array =>
    values.map((v, i) => (((read[from + i] ?? 0) + more) * (1 - Math.tanh(v) ** 2)) / SPAN);
  return {
    ...{ loss: crossEntropy + c * norm, crossEntropy, norm, hits },
    mask: slope(vectors.mask, 2, c),
    pattern: slope(vectors.pattern, 2 + MASK_VALUES, 0),
  };
}

const flat = (values: tf.Tensor): tf.Tensor1D => tf.reshape<tf.Rank.R1>(values, [values.size]);

/** (1 − m)·x + m·pattern on every image, rounded; uint8 [n,32,32,3], a new array. */
export function stampTrigger(images: Uint8Array, vectors: TriggerVectors): Uint8Array {
  const mask = bounded(vectors.mask);
  const pattern = bounded(vectors.pattern);
  return images.map((value, i) => {
    const at = i % IMAGE_VALUES;
    const m = mask[Math.floor(at / IMAGE_CHANNELS)] ?? 0;
    return Math.round((1 - m) * value + m * 255 * (pattern[at] ?? 0));
  });
}
