/**
 * Where float32 alone decides: a ReLU whose input is smaller than the rounding of the sums it comes
 * from is on in one program and off in another, and the gradient behind it changes by a finite
 * amount. PyTorch in float32 and in float64 differ in the same way. Such an image cannot be
 * compared; every other image must agree.
 */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../../src/core/memory.ts';
import type { Affine, EvalNetwork } from '../../src/core/network/evalNetwork.ts';
import { applyAffine, forwardWithTaps } from '../../src/core/network/forward.ts';
import type { ConvSpec } from '../../src/core/network/plan.ts';
import { take } from './context.ts';

/** Larger than any pre-activation. */
const FAR = 1e9;
/** Rounding of a pre-activation of size 1 after some hundred float32 additions. */
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
  const smallest = await take(
    tidy(() => {
      const at = (conv: ConvSpec): tf.Tensor4D => taps[conv.order] as tf.Tensor4D;
      let u = at(network.plan.stem);
      let least = tf.fill([z.shape[0]], FAR);
      for (const block of network.blocks.slice(0, (spec?.block ?? Infinity) + 1)) {
        const { shortcut, conv1, conv2 } = block.spec;
        least = tf.minimum(least, leastInput(u, block.bn1));
        if (spec === null || spec.role === 'conv2' || spec.block > conv1.block)
          least = tf.minimum(least, leastInput(at(conv1), block.bn2));
        u = tf.add(at(conv2), shortcut === null ? u : at(shortcut));
      }
      return least;
    }),
  );
  disposeAll(taps);
  return Array.from(smallest, (value) => value < ROUNDING);
}

/** Smallest |scale·x + shift| per image; channels that are constant anyway do not count. */
function leastInput(x: tf.Tensor4D, affine: Affine): tf.Tensor1D {
  const constant = tf.equal(tf.reshape(affine.scale, [-1]), 0);
  const size = tf.abs(applyAffine(x, affine, 'linear'));
  return tf.min(tf.where(constant, tf.fill(size.shape, FAR), size), [1, 2, 3]);
}
