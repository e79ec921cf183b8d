/**
 * Smooth perturbations. A trigger may be a smooth pattern over the whole image (Low Frequency), which
 * the sign of a gradient, noisy as it is from pixel to pixel, hardly comes near. So the gradient is
 * blurred before its sign is taken.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';

/** Standard deviations of the Gaussian on either side; what lies behind is cut off. */
const REACH = 3;

/**
 * What blurs one axis of an image: row i holds the weights of output pixel i, which sum to 1. Where
 * the Gaussian reaches over the edge, the pixels inside share its weight.
 * @param size pixels of the axis
 * @param sigma standard deviation, pixels, above 0
 * @returns row-major [size, size]
 */
export function blurMatrix(size: number, sigma: number): Float32Array {
  const weights = Float32Array.from({ length: size * size }, (_, at) => {
    const distance = (Math.floor(at / size) - (at % size)) / sigma;
    return Math.abs(distance) > REACH ? 0 : Math.exp(-(distance ** 2) / 2);
  });
  for (let row = 0; row < size; row++) {
    const own = weights.subarray(row * size, (row + 1) * size);
    const sum = own.reduce((a, b) => a + b, 0);
    own.forEach((weight, i) => (own[i] = weight / sum));
  }
  return weights;
}

/**
 * Every channel of every image, blurred; owned by the caller.
 * @param g [n, side, side, channels]
 */
export function blur(g: tf.Tensor4D, sigma: number): tf.Tensor4D {
  return tidy(() => {
    const [n, side, , channels] = g.shape;
    const matrix = tf.tensor2d(blurMatrix(side, sigma), [side, side]);
    // Rows of the product: image, channel, and one axis; the other axis is multiplied.
    const along = (x: tf.Tensor): tf.Tensor =>
      tf.matMul(tf.reshape(x, [n * channels * side, side]), matrix, false, true);
    const planes = tf.transpose(g, [0, 3, 1, 2]);
    const across = tf.reshape(along(planes), [n, channels, side, side]);
    const turned = tf.transpose(across, [0, 1, 3, 2]);
    const both = tf.reshape(along(turned), [n, channels, side, side]);
    return tf.transpose<tf.Tensor4D>(both as tf.Tensor4D, [0, 3, 2, 1]);
  });
}
