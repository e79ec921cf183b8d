/**
 * The network in eval mode, ready to run on the current backend. Batch norm is an affine map with
 * fixed numbers here: one that is a convolution's only reader is folded into it, others stay an
 * affine + ReLU. Filters of the input gradient are prepared once.
 */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../memory.ts';
import { adjointFilter } from './adjoint.ts';
import { type Affine, affine, type FoldedNorm, foldNorms } from './foldedNorm.ts';
import { type ConvSpec, inputLayer, type NetworkPlan } from './layers.ts';
import type { StateDict } from './stateDict.ts';
import { compileTail, type EvalLinear, type Tail } from './tail.ts';
import { filter, tensor } from './weights.ts';

/** (pixel − mean) / std per channel, pixels in [0, 1]; part of the network. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

interface FoldedConv {
  readonly filter: tf.Tensor4D;
  readonly shift: tf.Tensor1D;
  /** Of the batch norm. */
  readonly activation: 'relu' | 'linear';
}

export interface EvalConv {
  /** [k,k,Ci,Co]. */
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D | null;
  /** With its own batch norm folded in, or null where it has none. */
  readonly folded: FoldedConv | null;
  /**
   * From the gradient at its maps to the gradient at its input, times the scale of the batch norm
   * there if that is left to its readers, or 1/std at the image: gradients are per pixel in [0, 1].
   */
  readonly adjoint: tf.Tensor4D;
  /** The same from the gradient behind its own batch norm, if that is left to the convolution. */
  readonly through: tf.Tensor4D;
}

export interface EvalNorm extends Affine {
  /** Whether the input gradient has yet to be multiplied by `scale`. */
  readonly pending: boolean;
}

export interface EvalNetwork {
  readonly plan: NetworkPlan;
  readonly normalise: Affine;
  /** In execution order. */
  readonly convs: readonly EvalConv[];
  /** By layer. */
  readonly norms: readonly (EvalNorm | null)[];
  readonly head: readonly EvalLinear[];
  readonly tail: Tail | null;
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
    const norms = foldNorms(plan, weights);
    const convs = plan.convs.map((spec) => compileConv(plan, spec, weights, norms, inverse));
    const head = plan.head.map(({ name }) => ({
      weight: tf.transpose(tensor(weights, `${name}.weight`)) as tf.Tensor2D,
      bias: tensor(weights, `${name}.bias`) as tf.Tensor1D,
    }));
    return {
      ...{ plan, convs, head, normalise: affine(inverse, shift) },
      norms: norms.map((norm) => {
        if (norm === null) return null;
        return { ...affine(norm.scale, norm.shift), pending: norm.place === 'itself' };
      }),
      tail: compileTail(plan, convs, head),
    };
  });
}

/** Frees every tensor of the network. */
export function disposeNetwork(network: EvalNetwork): void {
  disposeAll(network);
}

/** The tensors of a convolution. */
export function convOf(network: EvalNetwork, spec: ConvSpec): EvalConv {
  const found = network.convs[spec.order];
  if (found === undefined) throw new Error(`the network has no convolution ${spec.name}`);
  return found;
}

function compileConv(
  plan: NetworkPlan,
  spec: ConvSpec,
  weights: StateDict,
  norms: readonly (FoldedNorm | null)[],
  inverse: readonly number[],
): EvalConv {
  const w = filter(weights, spec);
  const bias = spec.bias ? (weights.get(`${spec.name}.bias`)?.data ?? null) : null;
  const own = norms.find((norm) => norm !== null && norm.name === spec.norm) ?? null;
  const from = inputLayer(plan, spec);
  const before = norms[from];
  const above = from === 0 ? inverse : before?.place === 'readers' ? before.scale : null;
  const adjoint = (values: tf.Tensor4D): tf.Tensor4D => {
    const plain = adjointFilter(values, spec.stride);
    // At stride 2 the adjoint's channels are four phases of the same input channels.
    const phases = spec.stride === 2 ? [0, 1, 2, 3] : [0];
    return above === null
      ? plain
      : scaleOutputs(
          plain,
          phases.flatMap(() => [...above]),
        );
  };
  const plain = adjoint(w);
  const through = own?.place === 'conv' ? adjoint(scaleOutputs(w, own.scale)) : plain;
  return {
    ...{ filter: w, bias: bias === null ? null : tf.tensor1d(bias) },
    ...{ folded: own === null ? null : foldInto(w, bias, own), adjoint: plain, through },
  };
}

function foldInto(w: tf.Tensor4D, bias: Float32Array | null, own: FoldedNorm): FoldedConv {
  const { scale, shift, activation } = own;
  const moved = shift.map((s, i) => s + (bias?.[i] ?? 0) * (scale[i] ?? 0));
  return { filter: scaleOutputs(w, scale), shift: tf.tensor1d(moved), activation };
}

function scaleOutputs(w: tf.Tensor4D, scale: ArrayLike<number>): tf.Tensor4D {
  return tf.mul(w, tf.tensor1d(Float32Array.from(scale)));
}
