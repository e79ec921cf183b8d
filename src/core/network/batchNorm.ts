/** Train-mode batch norm by hand, with PyTorch's semantics, on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { applyAffine, BATCH_NORM_EPS } from './foldedNorm.ts';
import { type KernelContract, runKernel } from './kernels.ts';

/**
 * Sums a vector over the workers that share a batch; the identity where one worker has it all.
 * Takes over its argument.
 */
export type AllReduce = (sums: tf.Tensor1D) => tf.Tensor1D | Promise<tf.Tensor1D>;

/** Statistics of one batch, [C] each. */
export interface BatchStatistics {
  readonly mean: tf.Tensor1D;
  /** 1 / sqrt(biased variance + eps). */
  readonly inverse: tf.Tensor1D;
  /** Biased variance: what the batch is normalised with. */
  readonly variance: tf.Tensor1D;
  /** Values per channel over all workers: B·H·W. */
  readonly count: number;
}

type SumOperands = KernelContract['FmpChannelSums']['inputs'];

/** The sums that the operands ask for, by a kernel of the backend's; null where it has none. */
function kernelSums(operands: Pick<SumOperands, 'x'> & Partial<SumOperands>): tf.Tensor1D | null {
  const absent = { centre: null, inverse: null, dz: null, mask: null };
  return runKernel('FmpChannelSums', { ...absent, ...operands }, {});
}

/** Σ over batch and positions, [C] from [B,H,W,C]; pooling first keeps float32 sums accurate. */
export function channelSums(x: tf.Tensor4D): tf.Tensor1D {
  const whole = kernelSums({ x });
  if (whole !== null) return whole;
  return tidy(() => {
    const [b, h, w, c] = x.shape;
    const means = tf.reshape(tf.avgPool(x, [h, w], 1, 'valid'), [b, c]);
    const sums = tf.matMul(tf.ones([1, b]), means);
    return tf.reshape(tf.mul(sums, h * w), [c]);
  });
}

/** Two passes (mean, then squared deviations), so that no digits cancel. @param total B over all */
export async function batchStatistics(
  x: tf.Tensor4D,
  total: number,
  reduce: AllReduce,
): Promise<BatchStatistics> {
  const count = total * x.shape[1] * x.shape[2];
  const sums = await reduce(channelSums(x));
  const mean = tf.div<tf.Tensor1D>(sums, count);
  const squares = await reduce(squaredDeviations(x, mean));
  const variance = tf.div<tf.Tensor1D>(squares, count);
  const inverse = tidy(() => tf.rsqrt(tf.add<tf.Tensor1D>(variance, BATCH_NORM_EPS)));
  tf.dispose([sums, squares]);
  return { mean, inverse, variance, count };
}

function squaredDeviations(x: tf.Tensor4D, mean: tf.Tensor1D): tf.Tensor1D {
  const whole = kernelSums({ x, centre: mean });
  if (whole !== null) return whole;
  return tidy(() => {
    const centred = scaleShift(x, tf.onesLike(mean), tf.neg(mean), 'linear');
    return channelSums(tf.mul(centred, centred));
  });
}

/** gamma·(x − mean)·inverse + beta, optionally through a ReLU, [B,H,W,C]. */
export function normalise(
  x: tf.Tensor4D,
  statistics: BatchStatistics,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  activation: 'relu' | 'linear',
): tf.Tensor4D {
  return tidy(() => {
    const scale = tf.mul(gamma, statistics.inverse);
    return scaleShift(x, scale, tf.sub(beta, tf.mul(statistics.mean, scale)), activation);
  });
}

export interface NormGradients {
  readonly dx: tf.Tensor4D;
  /** Summed over all workers. */
  readonly dGamma: tf.Tensor1D;
  readonly dBeta: tf.Tensor1D;
}

/**
 * Backward through batch norm: `dOut` is the gradient at its output, or behind the ReLU that follows,
 * whose output is then `mask`. With dz the former:
 * dx = gamma·inverse·(dz − mean(dz) − x̂·mean(dz·x̂)), means over batch and positions.
 */
export async function normaliseBackward(
  x: tf.Tensor4D,
  dOut: tf.Tensor4D,
  mask: tf.Tensor4D | null,
  statistics: BatchStatistics,
  gamma: tf.Tensor1D,
  reduce: AllReduce,
): Promise<NormGradients> {
  const channels = gamma.shape[0];
  const { mean, inverse, count } = statistics;
  const whole = kernelSums({ x, centre: mean, inverse, dz: dOut, mask });
  if (whole !== null)
    return fusedBackward({ x, dOut, mask }, statistics, gamma, await reduce(whole));
  const dz = tidy(() => behindMask(dOut, mask));
  const xHat = tidy(() => scaleShift(x, inverse, tf.neg(tf.mul(mean, inverse)), 'linear'));
  const sums = await reduce(
    tidy(() => tf.concat([channelSums(dz), channelSums(tf.mul(dz, xHat))])),
  );
  const result = tidy(() => {
    const dBeta = tf.slice(sums, [0], [channels]);
    const dGamma = tf.slice(sums, [channels], [channels]);
    const scale = tf.mul(gamma, inverse);
    const shift = tf.neg(tf.mul(scale, tf.div(dBeta, count)));
    const slope = tf.neg(tf.mul(scale, tf.div(dGamma, count)));
    const zero = tf.zerosLike(slope);
    const centred = scaleShift(dz, scale, shift, 'linear');
    return { dx: tf.add(centred, scaleShift(xHat, slope, zero, 'linear')), dGamma, dBeta };
  });
  tf.dispose([dz, xHat, sums]);
  return result as NormGradients;
}

/** The mask is the ReLU's output, null where there is no ReLU. */
interface Arriving {
  readonly x: tf.Tensor4D;
  readonly dOut: tf.Tensor4D;
  readonly mask: tf.Tensor4D | null;
}

/** The gradient in front of a ReLU; a tensor of its own. */
function behindMask(dOut: tf.Tensor4D, mask: tf.Tensor4D | null): tf.Tensor4D {
  return mask === null ? tf.clone(dOut) : tf.mul(dOut, tf.step(mask));
}

/** dx in one pass, where the backend has its own kernels. Takes over the sums. */
function fusedBackward(
  { x, dOut, mask }: Arriving,
  { mean, inverse, count }: BatchStatistics,
  gamma: tf.Tensor1D,
  sums: tf.Tensor1D,
): NormGradients {
  const result = tidy(() => {
    const [dBeta, dGamma] = tf.split<tf.Tensor1D>(sums, 2) as [tf.Tensor1D, tf.Tensor1D];
    const scale = tf.mul<tf.Tensor1D>(gamma, inverse);
    // −scale·x̂·dGamma/count, x̂ = (x − mean)·inverse, sorted by powers of x.
    const slope = tf.neg(tf.mul(tf.mul(scale, inverse), tf.div(dGamma, count)));
    const shift = tf.neg(tf.add(tf.mul(scale, tf.div(dBeta, count)), tf.mul(slope, mean)));
    const inputs = { x: dOut, mask, scale, shift: shift as tf.Tensor1D, other: x };
    const otherScale = slope as tf.Tensor1D;
    const dx = runKernel('FmpAffine', { ...inputs, otherScale }, { relu: false });
    const composed = (): tf.Tensor =>
      tf.add(scaleShift(behindMask(dOut, mask), scale, shift, 'linear'), tf.mul(x, slope));
    return { dx: dx ?? composed(), dGamma, dBeta };
  });
  sums.dispose();
  return result as NormGradients;
}

function scaleShift(
  x: tf.Tensor4D,
  scale: tf.Tensor,
  shift: tf.Tensor,
  activation: 'relu' | 'linear',
): tf.Tensor4D {
  const filter = tf.reshape<tf.Rank.R4>(scale, [1, 1, scale.size, 1]);
  return applyAffine(x, { scale: filter, shift: shift as tf.Tensor1D }, activation);
}
