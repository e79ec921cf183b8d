/**
 * The network in eval mode, ready to run on the current backend. Batch norm is an affine map with
 * fixed numbers here: bn2 is folded into the block's conv1, bn1 stays an affine + ReLU because it
 * follows the residual sum. Filters of the input gradient are prepared once.
 */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../memory.ts';
import { adjointFilter } from './adjoint.ts';
import type { BlockSpec, ConvSpec, NetworkPlan } from './plan.ts';
import type { StateDict } from './stateDict.ts';

/** PyTorch's default batch-norm epsilon. */
export const BATCH_NORM_EPS = 1e-5;

/** (pixel − mean) / std per channel, pixels in [0, 1]; part of the network. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** y = scale·x + shift per channel; scale has the shape of a 1×1 depthwise filter. */
export interface Affine {
  readonly scale: tf.Tensor4D;
  readonly shift: tf.Tensor1D;
}

export interface EvalBlock {
  readonly spec: BlockSpec;
  readonly bn1: Affine;
  /** conv1 times bn2's scale; bn2's shift is its bias. */
  readonly foldedConv1: tf.Tensor4D;
  readonly conv1: tf.Tensor4D;
  readonly bn2: Affine;
  readonly conv2: tf.Tensor4D;
  readonly shortcut: tf.Tensor4D | null;
  /** Adjoint filters, with the scale of the batch norm that follows them in the backward pass. */
  readonly conv1Adjoint: tf.Tensor4D;
  readonly conv2Adjoint: tf.Tensor4D;
  readonly shortcutAdjoint: tf.Tensor4D | null;
}

export interface EvalNetwork {
  readonly plan: NetworkPlan;
  readonly normalise: Affine;
  readonly stem: tf.Tensor4D;
  /** Carries 1/std, so that gradients are with respect to pixels in [0, 1]. */
  readonly stemAdjoint: tf.Tensor4D;
  readonly blocks: readonly EvalBlock[];
  readonly linear: tf.Tensor2D;
  readonly linearBias: tf.Tensor1D;
  /** The last conv2 followed by the linear layer, [9·C, classes]: both are linear. */
  readonly conv2Linear: tf.Tensor2D;
}

/** Uploads the weights; the caller owns the result and frees it with `disposeNetwork`. */
export function compileNetwork(
  plan: NetworkPlan,
  weights: StateDict,
  normalisation: Normalisation,
): EvalNetwork {
  return tidy(() => {
    const inverse = normalisation.std.map((s) => 1 / s);
    const shift = normalisation.mean.map((m, i) => -m * (inverse[i] ?? 1));
    const stem = filter(weights, plan.stem);
    const blocks = plan.blocks.map((spec) => compileBlock(spec, weights));
    const linear = tf.transpose(tensor(weights, 'linear.weight')) as tf.Tensor2D;
    const last = blocks.at(-1);
    if (last === undefined) throw new Error('the plan has no blocks');
    return {
      plan,
      normalise: affine(inverse, shift),
      stem,
      stemAdjoint: scaleOutputs(adjointFilter(stem, 1), inverse),
      blocks,
      linear,
      linearBias: tensor(weights, 'linear.bias') as tf.Tensor1D,
      conv2Linear: tf.matMul<tf.Tensor2D>(
        tf.reshape<tf.Rank.R2>(last.conv2, [-1, plan.features]),
        linear,
      ),
    };
  });
}

/** Frees every tensor of the network. */
export function disposeNetwork(network: EvalNetwork): void {
  disposeAll(network);
}

/** w as [k,k,Ci,Co] from PyTorch's [Co,Ci,k,k]. */
export function filter(weights: StateDict, spec: ConvSpec): tf.Tensor4D {
  return tf.transpose(tensor(weights, `${spec.name}.weight`), [2, 3, 1, 0]) as tf.Tensor4D;
}

/** A named tensor of the state dict. @throws Error if the name is unknown (a defect: it is checked). */
export function tensor(weights: StateDict, name: string): tf.Tensor {
  const found = weights.get(name);
  if (found === undefined) throw new Error(`state dict has no tensor ${name}`);
  return tf.tensor(found.data, [...found.shape]);
}

function compileBlock(spec: BlockSpec, weights: StateDict): EvalBlock {
  const bn1 = foldBatchNorm(weights, `${spec.name}.bn1`);
  const bn2 = foldBatchNorm(weights, `${spec.name}.bn2`);
  const w1 = filter(weights, spec.conv1);
  const w2 = filter(weights, spec.conv2);
  const ws = spec.shortcut === null ? null : filter(weights, spec.shortcut);
  const { stride } = spec;
  // At stride 2 the adjoint's channels are four phases of the same input channels.
  const scale1 =
    stride === 2 ? [...bn1.scale, ...bn1.scale, ...bn1.scale, ...bn1.scale] : bn1.scale;
  const shortcutStride = spec.shortcut?.stride ?? 1;
  return {
    spec,
    bn1: affine(bn1.scale, bn1.shift),
    foldedConv1: scaleOutputs(w1, bn2.scale),
    conv1: w1,
    bn2: affine(bn2.scale, bn2.shift),
    conv2: w2,
    shortcut: ws,
    conv1Adjoint: scaleOutputs(adjointFilter(w1, stride), scale1),
    conv2Adjoint: scaleOutputs(adjointFilter(w2, 1), bn2.scale),
    shortcutAdjoint: ws === null ? null : scaleOutputs(adjointFilter(ws, shortcutStride), scale1),
  };
}

/** gamma·(x − mean)/sqrt(var + eps) + beta as scale·x + shift, in double precision. */
function foldBatchNorm(
  weights: StateDict,
  name: string,
): { scale: Float32Array; shift: Float32Array } {
  const read = (part: string): Float32Array => {
    const found = weights.get(`${name}.${part}`);
    if (found === undefined) throw new Error(`state dict has no tensor ${name}.${part}`);
    return found.data;
  };
  const [gamma, beta] = [read('weight'), read('bias')];
  const [mean, variance] = [read('running_mean'), read('running_var')];
  const scales = Array.from(gamma, (g, i) => g / Math.sqrt((variance[i] ?? 0) + BATCH_NORM_EPS));
  return {
    scale: Float32Array.from(scales),
    shift: beta.map((b, i) => b - (mean[i] ?? 0) * (scales[i] ?? 0)),
  };
}

function affine(scale: ArrayLike<number>, shift: ArrayLike<number>): Affine {
  const data = Float32Array.from(scale);
  return {
    scale: tf.tensor4d(data, [1, 1, data.length, 1]),
    shift: tf.tensor1d(Float32Array.from(shift)),
  };
}

function scaleOutputs(w: tf.Tensor4D, scale: ArrayLike<number>): tf.Tensor4D {
  return tf.mul(w, tf.tensor1d(Float32Array.from(scale)));
}
