/**
 * Start-up cases of the kernels with tiles. Networks of width 16 and more run tiles of 64, 32 and 16 columns
 * in steps of 16 channels; the cases take two steps or more.
 */
import * as tf from '@tensorflow/tfjs-core';
import { composedAdjoint, applyAdjoint, filterGradient } from '../../core/network/adjoint.ts';
import { NO_EPILOGUE, runKernel } from '../../core/network/kernels.ts';
import { applyMask } from '../../core/network/mask.ts';
import { type Case, caseOf } from './kernelCase.ts';

interface Layer {
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride: number;
  /** Of the output, in pixels. */
  readonly size: number;
}

/** Four images: their pixels are more than the rows of a tile, and do not fill the last one. */
const SIZE = 6;

/** What follows the sums in a network: forward, backward, or nothing. */
type Following = 'nothing' | 'biasRelu' | 'normalisedSum' | 'maskedSum';

const conv = ({ from, to, kernel, stride, size }: Layer, following: Following): Case => {
  const pad = kernel === 3 ? 1 : 0;
  const sum = following === 'normalisedSum' || following === 'maskedSum';
  return caseOf(
    (draw) => ({
      x: draw(4, size * stride, size * stride, from),
      filter: draw(kernel, kernel, from, to),
      bias: following === 'biasRelu' ? draw(to) : null,
      residual: sum ? draw(4, size, size, to) : null,
      scale: following === 'normalisedSum' ? draw(1, 1, to, 1) : null,
      shift: following === 'normalisedSum' ? draw(to) : null,
      // Two maps share the masks of two images.
      mask: following === 'maskedSum' ? draw(2, size, size, to) : null,
    }),
    (operands) => {
      const relu = following === 'biasRelu' || following === 'normalisedSum';
      const residualLast = following === 'maskedSum';
      const attrs = { stride, pad, relu, residualLast, backward: residualLast };
      return runKernel('FmpConv', operands, attrs);
    },
    ({ x, filter, bias, residual, scale, shift, mask }) => {
      const sums = tf.conv2d(x, filter, stride, pad);
      if (bias !== null) return tf.relu(tf.add(sums, bias));
      if (residual === null) return sums;
      if (mask !== null) return tf.add(applyMask(sums, tf.step(mask)), residual);
      if (scale === null || shift === null) return tf.add(sums, residual);
      return tf.relu(tf.add(tf.mul(tf.add(sums, residual), tf.reshape(scale, [to])), shift));
    },
  );
};

export const CONV_CASES: readonly Case[] = [
  conv({ from: 64, to: 64, kernel: 3, stride: 1, size: SIZE }, 'normalisedSum'),
  conv({ from: 32, to: 64, kernel: 3, stride: 2, size: SIZE }, 'biasRelu'),
  conv({ from: 32, to: 32, kernel: 3, stride: 1, size: SIZE }, 'maskedSum'),
  // The logits.
  conv({ from: 64, to: 10, kernel: 1, stride: 1, size: 1 }, 'nothing'),
];

/** Back from `from` channels; of 3×3 alone, of 1×1 with the gradient of the other branch. */
const phases = (from: number, to: number, kernel: number): Case =>
  caseOf(
    (draw) => ({
      x: draw(4, SIZE, SIZE, from),
      filter: composedAdjoint(draw(kernel, kernel, to, from), 2),
      residual: kernel === 1 ? draw(4, 2 * SIZE, 2 * SIZE, to) : null,
      mask: kernel === 1 ? draw(2, 2 * SIZE, 2 * SIZE, to) : null,
    }),
    (operands) =>
      runKernel('FmpConvPhases', { ...NO_EPILOGUE, ...operands }, { residualLast: false }),
    ({ x, filter, residual, mask }) => {
      const dx = applyAdjoint(x, filter, 2);
      if (residual === null || mask === null) return dx;
      return applyMask(tf.add<tf.Tensor4D>(dx, residual), tf.step(mask));
    },
  );

export const PHASES_CASES: readonly Case[] = [phases(32, 64, 3), phases(32, 32, 1)];

const adjoint = (kernel: number, stride: number): Case =>
  caseOf(
    (draw) => ({ filter: draw(kernel, kernel, 8, 4) }),
    (operands) => runKernel('FmpAdjointFilter', operands, { stride }),
    ({ filter }) => composedAdjoint(filter, stride),
  );

export const ADJOINT_FILTER_CASES: readonly Case[] = [adjoint(3, 1), adjoint(3, 2), adjoint(1, 2)];

/** 300 pixels: two parts, of which the second is not full. */
const gradient = (kernel: number, stride: number, from: number, to: number): Case =>
  caseOf(
    (draw) => ({ x: draw(3, 10 * stride, 10 * stride, from), dy: draw(3, 10, 10, to) }),
    (operands) => runKernel('FmpFilterGradient', operands, { kernel, stride }),
    ({ x, dy }) => filterGradient(x, dy, kernel, stride),
  );

export const FILTER_GRADIENT_CASES: readonly Case[] = [
  // 72 rows of the gradient: more than a tile has.
  ...[gradient(3, 2, 8, 64), gradient(1, 2, 4, 32), gradient(3, 1, 4, 16)],
];
