/**
 * Convolutions and their gradients as forward convolutions only, so that every backend can run
 * them: WASM has no filter gradient and a slow input gradient, but a fast forward convolution.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { type Epilogue, hasKernel, NO_EPILOGUE, runKernel } from './kernels.ts';
import { interleave } from './phases.ts';

/** PyTorch's symmetric padding: 1 for 3×3 (also at stride 2), 0 for 1×1. */
const padding = (kernel: number): number => (kernel === 3 ? 1 : 0);

/** y = x * w, x [B,H,W,Ci], w [k,k,Ci,Co] with k 1 or 3 → [B,H/stride,W/stride,Co]. */
export function conv(x: tf.Tensor4D, w: tf.Tensor4D, stride: number): tf.Tensor4D {
  return convWith(x, w, stride, {}) ?? tf.conv2d(x, w, stride, padding(w.shape[0]));
}

/**
 * a·b, [m,k]·[k,n]. Where the backend convolves by a kernel of ours, that: tfjs's product on WebGPU
 * may add in an order that changes from run to run.
 */
export function product(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  if (!hasKernel('FmpConv')) return tf.matMul(a, b);
  const [m, k] = a.shape;
  return tidy(() => {
    const pixels = tf.reshape<tf.Rank.R4>(a, [m, 1, 1, k]);
    return tf.reshape(conv(pixels, tf.reshape(b, [1, 1, k, -1]), 1), [m, -1]);
  });
}

/** What follows the sums of a convolution in the same pass; absent steps are left out. */
export interface Following extends Partial<Epilogue> {
  readonly relu?: boolean;
  /** The residual is added last, behind the mask. */
  readonly residualLast?: boolean;
  /** See `FmpConv`. */
  readonly backward?: boolean;
}

/** `conv` and what follows in one pass, or null on a backend without such a kernel. */
export function convWith(
  x: tf.Tensor4D,
  w: tf.Tensor4D,
  stride: number,
  { relu = false, residualLast = false, backward = false, ...epilogue }: Following,
): tf.Tensor4D | null {
  const inputs = { x, filter: w, ...NO_EPILOGUE, ...epilogue };
  const attrs = { stride, pad: padding(w.shape[0]), relu, residualLast, backward };
  return runKernel('FmpConv', inputs, attrs);
}

/** `applyAdjoint` and what follows in one pass, or null on a backend without such a kernel. */
export function applyAdjointWith(
  dy: tf.Tensor4D,
  adjoint: tf.Tensor4D,
  stride: number,
  following: Omit<Following, 'relu' | 'backward'>,
): tf.Tensor4D | null {
  if (stride === 1) return convWith(dy, adjoint, 1, { ...following, backward: true });
  const { residualLast = false, ...epilogue } = following;
  const inputs = { x: dy, filter: adjoint, ...NO_EPILOGUE, ...epilogue };
  return runKernel('FmpConvPhases', inputs, { residualLast });
}

/**
 * The filter with which `applyAdjoint` turns dy into dx.
 * Stride 1: the flipped filter with its channels swapped, [k,k,Co,Ci].
 * Stride 2: one sub-filter per output phase, [k',k',Co,4·Ci] with k' = 2 for 3×3 and 1 for 1×1;
 * the four phases of dx (even/odd row, even/odd column) lie side by side in the channels.
 */
export function adjointFilter(w: tf.Tensor4D, stride: number): tf.Tensor4D {
  return runKernel('FmpAdjointFilter', { filter: w }, { stride }) ?? composedAdjoint(w, stride);
}

/** Shape of the `adjointFilter` of a filter [k,k,Ci,Co]. */
export function adjointShape(
  [k = 0, , ci = 0, co = 0]: readonly number[],
  stride: number,
): [number, number, number, number] {
  const side = stride === 1 || k === 1 ? k : 2;
  return [side, side, co, stride * stride * ci];
}

/** `adjointFilter` by tfjs's operations. */
export function composedAdjoint(w: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [k, , ci, co] = w.shape;
  return tidy(() => {
    if (stride === 1) return tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]);
    const swapped = tf.transpose(w, [0, 1, 3, 2]);
    if (k === 1) return tf.pad(swapped, pads([0, 0], [0, 0], [0, 0], [0, 3 * ci]));
    // dx at row 2i+a reads dy at row i+u through filter row TAP[u][a]; 3 is the zero row.
    const taps = tf.tensor1d([1, 2, 3, 0], 'int32');
    const padded = tf.pad(swapped, pads([0, 1], [0, 1], [0, 0], [0, 0]));
    const both = tf.gather(tf.gather(padded, taps, 0), taps, 1);
    const split = tf.reshape(both, [2, 2, 2, 2, co, ci]);
    return tf.reshape<tf.Rank.R4>(tf.transpose(split, [0, 2, 4, 1, 3, 5]), [2, 2, co, 4 * ci]);
  });
}

/** dx [B,H,W,Ci] from dy [B,H/stride,W/stride,Co] and the filter's `adjointFilter`. */
export function applyAdjoint(dy: tf.Tensor4D, adjoint: tf.Tensor4D, stride: number): tf.Tensor4D {
  const whole = applyAdjointWith(dy, adjoint, stride, {});
  if (whole !== null) return whole;
  const k = adjoint.shape[0];
  if (stride === 1) return tf.conv2d(dy, adjoint, 1, padding(k));
  return tidy(() => {
    const pad = k === 2 ? pads([0, 0], [0, 1], [0, 1], [0, 0]) : 'valid';
    return interleave(tf.conv2d(dy, adjoint, 1, pad));
  });
}

/**
 * Gradient of the filter: dw [k,k,Ci,Co] from x [B,H,W,Ci] and dy [B,OH,OW,Co]. It is a convolution
 * of x with dy in which batch and channels change places; the stride becomes a dilation.
 */
export function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  kernel: number,
  stride: number,
): tf.Tensor4D {
  const whole = runKernel('FmpFilterGradient', { x, dy }, { kernel, stride });
  if (whole !== null) return whole;
  return tidy(() => {
    const images = tf.transpose(x, [3, 1, 2, 0]);
    const filters = tf.transpose(dy, [1, 2, 0, 3]);
    const wide = tf.conv2d(images, filters, 1, padding(kernel), 'NHWC', stride);
    const cut = tf.slice(wide, [0, 0, 0, 0], [-1, kernel, kernel, -1]);
    return tf.transpose(cut, [1, 2, 0, 3]);
  });
}

type Pair = [number, number];
const pads = (a: Pair, b: Pair, c: Pair, d: Pair): [Pair, Pair, Pair, Pair] => [a, b, c, d];
