/**
 * Where float32 alone decides: a ReLU whose input is smaller than the rounding of the sums it comes
 * from is on in one program and off in another, and the gradient behind it changes by a finite
 * amount. So is the sign of a gradient that is smaller than its rounding: the pixel takes the other
 * step, and all gradients behind that are others. PyTorch in float32 and in float64 differ in the same
 * ways. Such an image cannot be compared; every other image must agree.
 */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../../src/core/memory.ts';
import type { EvalNetwork } from '../../src/core/network/evalNetwork.ts';
import { type Affine, applyAffine } from '../../src/core/network/foldedNorm.ts';
import { forwardWithTaps } from '../../src/core/network/forward.ts';
import { type ConvSpec, inputLayer, neededFor } from '../../src/core/network/layers.ts';
import { maxPool } from '../../src/core/network/maxPool.ts';
import { take } from './context.ts';

/** Larger than any pre-activation. */
const FAR = 1e9;
/** Rounding of a value of size 1 after some hundred float32 additions. */
const ROUNDING = 1e-6;

/**
 * Which images of z [N,32,32,3] have a ReLU at a tie on the way to `spec`, or anywhere with null.
 * @returns one flag per image
 */
export async function reluTies(
  network: EvalNetwork,
  spec: ConvSpec | null,
  z: tf.Tensor4D,
): Promise<boolean[]> {
  const taps: tf.Tensor4D[] = [];
  disposeAll(forwardWithTaps(network, z, (_, f) => taps.push(tf.keep(tf.clone(f)))));
  const smallest = await take(tidy(() => leastReluInput(network, spec, taps, z.shape[0])));
  disposeAll(taps);
  return Array.from(smallest, (value) => value < ROUNDING);
}

/**
 * Which images have a pixel whose gradient is not 0 and smaller than the rounding of the largest one.
 * @param gradient [images,32,32,3] @returns one flag per image
 */
export function signTies(gradient: Float32Array, images: number): boolean[] {
  const size = gradient.length / images;
  const least = ROUNDING * gradient.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  return Array.from({ length: images }, (_, i) =>
    gradient
      .subarray(i * size, (i + 1) * size)
      .some((value) => value !== 0 && Math.abs(value) < least),
  );
}

/** Smallest |input| of any ReLU on the way to `spec`, per image; from each convolution's output. */
function leastReluInput(
  { plan, norms }: EvalNetwork,
  spec: ConvSpec | null,
  taps: readonly tf.Tensor4D[],
  images: number,
): tf.Tensor1D {
  const { layers } = plan;
  const needed = neededFor(layers, [spec === null ? layers.length - 1 : inputLayer(plan, spec)]);
  let least = tf.fill<tf.Rank.R1>([images], FAR);
  const values: tf.Tensor4D[] = [];
  for (const [i, layer] of layers.entries()) {
    if (needed[i] !== true || layer.op === 'input') continue;
    const from = values[layer.from] as tf.Tensor4D;
    if (layer.op === 'conv') values[i] = taps[layer.conv.order] as tf.Tensor4D;
    else if (layer.op === 'maxPool') values[i] = maxPool(from);
    else {
      const norm = norms[i] ?? null;
      const input =
        layer.op === 'add'
          ? tf.add<tf.Tensor4D>(from, values[layer.other] as tf.Tensor4D)
          : applyAffine(from, norm as Affine, 'linear');
      if (layer.relu) least = tf.minimum(least, leastSize(input, norm));
      values[i] = layer.relu ? tf.relu(input) : input;
    }
  }
  return least;
}

/** Smallest |x| per image; channels that a batch norm makes constant do not count. */
function leastSize(x: tf.Tensor4D, norm: Affine | null): tf.Tensor1D {
  const size = tf.abs(x);
  if (norm === null) return tf.min(size, [1, 2, 3]);
  const constant = tf.equal(tf.reshape(norm.scale, [-1]), 0);
  return tf.min(tf.where(constant, tf.fill(size.shape, FAR), size), [1, 2, 3]);
}
