/** Eval-mode forward pass: logits, and a version that keeps what the input gradient needs. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { conv } from './adjoint.ts';
import type { Affine, EvalBlock, EvalNetwork } from './evalNetwork.ts';
import type { ConvSpec } from './plan.ts';

/** ReLU masks of one block at one input, as 0/1. */
export interface BlockMasks {
  /** relu(bn1(u)) > 0, [B,H,W,Ci]. */
  readonly mask1: tf.Tensor4D;
  /** relu(bn2(conv1)) > 0, [B,H',W',Co]; null where the pass stopped before it. */
  readonly mask2: tf.Tensor4D | null;
}

/** scale·x + shift per channel, optionally through a ReLU, in one pass over x. */
export function applyAffine(
  x: tf.Tensor4D,
  { scale, shift }: Affine,
  activation: 'relu' | 'linear',
): tf.Tensor4D {
  return tf.fused.depthwiseConv2d({
    ...{ x, filter: scale, strides: 1, pad: 'valid' },
    ...{ bias: shift, activation },
  });
}

/** relu(bn2(conv1(o))), [B,H',W',Co]. */
function innerActivation(block: EvalBlock, o: tf.Tensor4D): tf.Tensor4D {
  return tf.fused.conv2d({
    ...{ x: o, filter: block.foldedConv1, strides: block.spec.stride, pad: 1 },
    ...{ bias: block.bn2.shift, activation: 'relu' },
  });
}

/** One block: u [B,H,W,Ci] → conv2(relu(bn2(conv1(o)))) + shortcut, o = relu(bn1(u)). */
function forwardBlock(block: EvalBlock, u: tf.Tensor4D): tf.Tensor4D {
  return tidy(() => {
    const o = applyAffine(u, block.bn1, 'relu');
    const main = conv(innerActivation(block, o), block.conv2, 1);
    const side = block.shortcut === null ? u : conv(o, block.shortcut, block.spec.stride);
    return tf.add(main, side);
  });
}

function forwardStem(network: EvalNetwork, x: tf.Tensor4D): tf.Tensor4D {
  return tidy(() => conv(applyAffine(x, network.normalise, 'linear'), network.stem, 1));
}

/**
 * The last block and the linear layer, [B,h,w,Ci] → [B, classes]. Only the mean over positions of
 * conv2's output is needed, and the mean of a convolution is the filter applied to the nine shifted
 * means of its input: 1/h·w of the work of running conv2.
 */
function lastBlockLogits(network: EvalNetwork, block: EvalBlock, u: tf.Tensor4D): tf.Tensor2D {
  const o = applyAffine(u, block.bn1, 'relu');
  const a = innerActivation(block, o);
  const padded = tf.pad(a, [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const main = tf.matMul(windowMeans(padded, a.shape[1]), network.conv2Linear);
  const side = block.shortcut === null ? u : conv(o, block.shortcut, block.spec.stride);
  const skip = tf.matMul(windowMeans(side, side.shape[1]), network.linear);
  return tf.add(tf.add(main, skip), network.linearBias);
}

/** Means over all size×size windows, flattened to [B, windows·C]. */
function windowMeans(x: tf.Tensor4D, size: number): tf.Tensor2D {
  return tf.reshape(tf.avgPool(x, size, 1, 'valid'), [x.shape[0], -1]);
}

/** Logits [B, classes] of images x [B,32,32,3] in [0, 1]. */
export function logits(network: EvalNetwork, x: tf.Tensor4D): tf.Tensor2D {
  return tidy(() => {
    let u = forwardStem(network, x);
    for (const block of network.blocks.slice(0, -1)) {
      const next = forwardBlock(block, u);
      u.dispose();
      u = next;
    }
    return lastBlockLogits(network, network.blocks.at(-1) as EvalBlock, u);
  });
}

/**
 * Receives each convolution's output before batch norm, f [B,H,W,C], in execution order. The pass
 * frees f afterwards: keep (tf.keep) anything that must outlive the call.
 */
export type Tap = (spec: ConvSpec, f: tf.Tensor4D) => void;

/** Forward pass with taps; returns every block's ReLU masks, owned by the caller. */
export function forwardWithTaps(network: EvalNetwork, x: tf.Tensor4D, tap: Tap): BlockMasks[] {
  return tidy(() => {
    let u = forwardStem(network, x);
    tap(network.plan.stem, u);
    return network.blocks.map((block): BlockMasks => {
      const { spec } = block;
      const o = applyAffine(u, block.bn1, 'relu');
      const side = block.shortcut === null ? u : conv(o, block.shortcut, spec.stride);
      if (spec.shortcut !== null) tap(spec.shortcut, side);
      const f = conv(o, block.conv1, spec.stride);
      tap(spec.conv1, f);
      const a = applyAffine(f, block.bn2, 'relu');
      const main = conv(a, block.conv2, 1);
      tap(spec.conv2, main);
      u = tf.add(main, side);
      return { mask1: tf.step(o), mask2: tf.step(a) };
    });
  });
}

/** The pass stopped at one convolution: its input and the masks on the way, owned by the caller. */
export interface Prefix {
  /** Input of the convolution: the normalised image, o or a, [B,h,w,Ci]. */
  readonly input: tf.Tensor4D;
  /** One entry per block up to and including the convolution's own. */
  readonly masks: readonly BlockMasks[];
}

/** Runs the network up to (not including) `spec`. */
export function forwardTo(network: EvalNetwork, spec: ConvSpec, x: tf.Tensor4D): Prefix {
  return tidy(() => {
    if (spec.role === 'stem')
      return { input: applyAffine(x, network.normalise, 'linear'), masks: [] };
    const masks: BlockMasks[] = [];
    let u = forwardStem(network, x);
    for (const block of network.blocks.slice(0, spec.block)) {
      const o = applyAffine(u, block.bn1, 'relu');
      const a = innerActivation(block, o);
      const main = conv(a, block.conv2, 1);
      const side = block.shortcut === null ? u : conv(o, block.shortcut, block.spec.stride);
      masks.push({ mask1: tf.step(o), mask2: tf.step(a) });
      u = tf.add(main, side);
    }
    const own = network.blocks[spec.block];
    if (own === undefined) throw new Error(`${spec.name} belongs to no block`);
    const o = applyAffine(u, own.bn1, 'relu');
    const mask1 = tf.step(o);
    if (spec.role !== 'conv2') return { input: o, masks: [...masks, { mask1, mask2: null }] };
    const a = innerActivation(own, o);
    return { input: a, masks: [...masks, { mask1, mask2: tf.step(a) }] };
  });
}
