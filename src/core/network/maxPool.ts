/**
 * 2×2 max pooling at stride 2 and its gradient. Where a window has several equal maxima, the first
 * in row order gets the gradient, as in PyTorch.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { applyMask } from './mask.ts';
import { interleave, phasesOf } from './phases.ts';

/** [B,2h,2w,C] → [B,h,w,C]. */
export function maxPool(x: tf.Tensor4D): tf.Tensor4D {
  return tf.maxPool(x, 2, 2, 'valid');
}

/** 1 at the first maximum of each window of x, else 0; by phase, [B,h,w,4·C]. */
export function maxPoolMask(x: tf.Tensor4D, pooled: tf.Tensor4D): tf.Tensor4D {
  return tidy(() => {
    const [first, ...others] = tf.split<tf.Tensor4D>(phasesOf(x), 4, 3);
    const isMaximum = (phase: tf.Tensor4D): tf.Tensor4D =>
      tf.sub(1, tf.step(tf.sub(pooled, phase)));
    const masks = [isMaximum(first as tf.Tensor4D)];
    let free = tf.sub<tf.Tensor4D>(1, masks[0] as tf.Tensor4D);
    for (const phase of others) {
      const mask = tf.mul<tf.Tensor4D>(isMaximum(phase), free);
      masks.push(mask);
      free = tf.sub(free, mask);
    }
    return tf.concat(masks, 3);
  });
}

/** Gradient at the input, [k·B,2h,2w,C], from dy [k·B,h,w,C] and the mask of B images. */
export function maxPoolGradient(dy: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
  return tidy(() => interleave(applyMask(tf.tile(dy, [1, 1, 1, 4]), mask)));
}
