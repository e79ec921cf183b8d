/** Batch norm in eval mode: an affine map with fixed numbers, and where its scale goes backward. */
import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './kernels.ts';
import { type BatchNormLayer, type NetworkPlan, readersOf } from './layers.ts';
import type { StateDict } from './stateDict.ts';
import { values } from './weights.ts';

/** PyTorch's default batch-norm epsilon. */
export const BATCH_NORM_EPS = 1e-5;

/** y = scale·x + shift per channel; scale has the shape of a 1×1 depthwise filter. */
export interface Affine {
  readonly scale: tf.Tensor4D;
  readonly shift: tf.Tensor1D;
}

export interface FoldedNorm {
  readonly name: string;
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly activation: 'relu' | 'linear';
  /**
   * Who multiplies the input gradient by the scale. `readers`: only convolutions read this batch
   * norm, and their adjoint filters carry it. `conv`: the filter of the convolution that this batch
   * norm is the only reader of. `itself`: neither is so.
   */
  readonly place: 'readers' | 'conv' | 'itself';
}

/** Every batch norm by layer; null for other layers. */
export function foldNorms(plan: NetworkPlan, weights: StateDict): (FoldedNorm | null)[] {
  const readers = readersOf(plan.layers);
  const owned = new Set(plan.convs.map((conv) => conv.norm));
  return plan.layers.map((layer, i) => {
    if (layer.op !== 'batchNorm') return null;
    const reading = readers[i] ?? [];
    const convsRead =
      reading.length > 0 && reading.every((reader) => plan.layers[reader]?.op === 'conv');
    const place = convsRead ? 'readers' : owned.has(layer.name) ? 'conv' : 'itself';
    const activation = layer.relu ? 'relu' : 'linear';
    return { name: layer.name, ...foldNorm(weights, layer), activation, place };
  });
}

/** gamma·(x − mean)/sqrt(var + eps) + beta as scale·x + shift, in double precision. */
function foldNorm(
  weights: StateDict,
  { name }: BatchNormLayer,
): { scale: Float32Array; shift: Float32Array } {
  const read = (part: string): Float32Array => values(weights, `${name}.${part}`).data;
  const [gamma, beta] = [read('weight'), read('bias')];
  const [mean, variance] = [read('running_mean'), read('running_var')];
  const scales = Array.from(gamma, (g, i) => g / Math.sqrt((variance[i] ?? 0) + BATCH_NORM_EPS));
  return {
    scale: Float32Array.from(scales),
    shift: beta.map((b, i) => b - (mean[i] ?? 0) * (scales[i] ?? 0)),
  };
}

export function affine(scale: ArrayLike<number>, shift: ArrayLike<number>): Affine {
  const data = Float32Array.from(scale);
  return {
    scale: tf.tensor4d(data, [1, 1, data.length, 1]),
    shift: tf.tensor1d(Float32Array.from(shift)),
  };
}

/** scale·x + shift per channel, optionally through a ReLU, in one pass over x. */
export function applyAffine(
  x: tf.Tensor4D,
  { scale, shift }: Affine,
  activation: 'relu' | 'linear',
): tf.Tensor4D {
  const inputs = { x, scale, shift, other: null, otherScale: null, mask: null };
  return (
    runKernel('FmpAffine', inputs, { relu: activation === 'relu' }) ??
    tf.fused.depthwiseConv2d({
      ...{ x, filter: scale, strides: 1, pad: 'valid' },
      ...{ bias: shift, activation },
    })
  );
}
