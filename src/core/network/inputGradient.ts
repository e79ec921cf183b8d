/**
 * Gradient of one feature map with respect to the image, by hand: the eval-mode network is
 * piecewise linear, so the backward pass is adjoint convolutions and the forward pass's ReLU masks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { applyAdjoint } from './adjoint.ts';
import type { EvalBlock, EvalNetwork } from './evalNetwork.ts';
import type { BlockMasks } from './forward.ts';
import type { ConvSpec } from './plan.ts';

/** The filter of a convolution as [k,k,Ci,Co] (not batch-norm folded). */
export function filterOf(network: EvalNetwork, spec: ConvSpec): tf.Tensor4D {
  return pick(
    network,
    spec,
    network.stem,
    (b) => b.conv1,
    (b) => b.conv2,
    (b) => b.shortcut,
  );
}

/**
 * d/dx of Σ f_c · upstream for channels c of one convolution.
 * @param upstream one [N,h,w,1] per channel: the gradient arriving at f_c
 * @param masks of the blocks up to the convolution's own, at batch N
 * @returns [channels.length · N, 32, 32, 3], channel-major, pixel units; owned by the caller
 */
export function inputGradient(
  network: EvalNetwork,
  spec: ConvSpec,
  channels: readonly number[],
  upstream: readonly tf.Tensor4D[],
  masks: readonly BlockMasks[],
): tf.Tensor4D {
  return tidy(() => {
    const adjoint = pick(
      ...([network, spec, network.stemAdjoint] as const),
      (b) => b.conv1Adjoint,
      (b) => b.conv2Adjoint,
      (b) => b.shortcutAdjoint,
    );
    const [k, , , outputs] = adjoint.shape;
    const starts = channels.map((channel, i) => {
      const one = tf.slice(adjoint, [0, 0, channel, 0], [k, k, 1, outputs]);
      return applyAdjoint(upstream[i] as tf.Tensor4D, one, spec.stride);
    });
    let g = starts.length === 1 ? (starts[0] as tf.Tensor4D) : tf.concat(starts, 0);
    if (spec.role === 'stem') return g;
    const own = network.blocks[spec.block] as EvalBlock;
    const ownMasks = masks[spec.block] as BlockMasks;
    if (spec.role === 'conv2') g = throughConv1(own, ownMasks, g);
    g = gate(g, ownMasks.mask1);
    for (let b = spec.block - 1; b >= 0; b--)
      g = throughBlock(network.blocks[b] as EvalBlock, masks[b] as BlockMasks, g);
    return applyAdjoint(g, network.stemAdjoint, 1);
  });
}

/** Gradient at bn1's ReLU output from the gradient at relu(bn2(conv1)). */
function throughConv1(block: EvalBlock, masks: BlockMasks, g: tf.Tensor4D): tf.Tensor4D {
  if (masks.mask2 === null) throw new Error(`${block.spec.name}: the second mask is missing`);
  const gated = gate(g, masks.mask2);
  return applyAdjoint(gated, block.conv1Adjoint, block.spec.stride);
}

/** Gradient at the block's input from the gradient at its output. */
function throughBlock(block: EvalBlock, masks: BlockMasks, g: tf.Tensor4D): tf.Tensor4D {
  return tidy(() => {
    const main = throughConv1(block, masks, applyAdjoint(g, block.conv2Adjoint, 1));
    if (block.shortcutAdjoint === null) return tf.add(gate(main, masks.mask1), g);
    const side = applyAdjoint(g, block.shortcutAdjoint, block.spec.stride);
    return gate(tf.add(main, side), masks.mask1);
  });
}

/** g [k·N,…] times mask [N,…]: the mask of an image serves all channels. */
function gate(g: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
  const [n, ...rest] = mask.shape;
  if (g.shape[0] === n) return tf.mul(g, mask);
  const size = rest.reduce((a, b) => a * b, 1);
  const grouped = tf.reshape(g, [-1, n, size]);
  return tf.reshape(tf.mul(grouped, tf.reshape(mask, [1, n, size])), g.shape);
}

function pick(
  network: EvalNetwork,
  spec: ConvSpec,
  stem: tf.Tensor4D,
  conv1: (block: EvalBlock) => tf.Tensor4D,
  conv2: (block: EvalBlock) => tf.Tensor4D,
  shortcut: (block: EvalBlock) => tf.Tensor4D | null,
): tf.Tensor4D {
  if (spec.role === 'stem') return stem;
  const block = network.blocks[spec.block] as EvalBlock;
  const read = { conv1, conv2, shortcut }[spec.role];
  const found = read(block);
  if (found === null) throw new Error(`${block.spec.name} has no shortcut convolution`);
  return found;
}
