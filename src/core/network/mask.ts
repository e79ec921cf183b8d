import * as tf from '@tensorflow/tfjs-core';

/** g [k·N,…] times mask [N,…]: the mask of an image serves all channels. */
export function applyMask(g: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
  const [n, ...rest] = mask.shape;
  if (g.shape[0] === n) return tf.mul(g, mask);
  const size = rest.reduce((a, b) => a * b, 1);
  const grouped = tf.reshape(g, [-1, n, size]);
  return tf.reshape(tf.mul(grouped, tf.reshape(mask, [1, n, size])), g.shape);
}
