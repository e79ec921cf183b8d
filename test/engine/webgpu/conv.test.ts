import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { it } from 'vitest';
import { adjointFilter, applyAdjoint } from '../../../src/core/network/adjoint.ts';
import { NO_EPILOGUE, runKernel } from '../../../src/core/network/kernels.ts';
import { applyMask } from '../../../src/core/network/mask.ts';
import { describeOnGpu, type Draw, expectSame } from './gpu.ts';

interface Shape {
  readonly batch: number;
  readonly size: number;
  readonly ci: number;
  readonly co: number;
  readonly kernel: number;
  readonly stride: number;
  readonly seed: number;
}

/** Channels around the edges of vectors, tiles and steps. */
const channels = fc.constantFrom(1, 3, 4, 8, 10, 12, 16, 20, 36, 64, 68);
const shapes = fc.record({
  batch: fc.constantFrom(1, 3),
  size: fc.constantFrom(2, 4, 6),
  ...{ ci: channels, co: channels },
  kernel: fc.constantFrom(1, 3),
  stride: fc.constantFrom(1, 2),
  seed: fc.nat(1000),
});
const pad = (kernel: number): number => (kernel === 3 ? 1 : 0);

const operands = ({ batch, size, ci, co, kernel, stride }: Shape, draw: Draw) => ({
  x: draw<tf.Rank.R4>([batch, size, size, ci]),
  w: draw<tf.Rank.R4>([kernel, kernel, ci, co]),
  y: draw<tf.Rank.R4>([batch, size / stride, size / stride, co]),
  bias: draw<tf.Rank.R1>([co]),
  scale: draw<tf.Rank.R1>([co]),
  shift: draw<tf.Rank.R1>([co]),
});

describeOnGpu('the convolution kernel', () => {
  const conv = (shape: Shape): Promise<void> =>
    expectSame(
      shape.seed,
      (draw) => {
        const { x, w } = operands(shape, draw);
        const attrs = { stride: shape.stride, pad: pad(shape.kernel), relu: false };
        const inputs = { x, filter: w, ...NO_EPILOGUE };
        return runKernel('FmpConv', inputs, { ...attrs, residualLast: false, backward: false });
      },
      (draw) => {
        const { x, w } = operands(shape, draw);
        return tf.conv2d(x, w, shape.stride, pad(shape.kernel));
      },
    );

  it('is tf.conv2d, whatever the channels', () =>
    fc.assert(fc.asyncProperty(shapes, conv), { numRuns: 5 }));

  it.each(TILES)('is tf.conv2d with more rows, columns and steps than a tile has: %o', conv);

  it('has an epilogue: bias, residual, affine, ReLU, mask by image', () =>
    expectSame(
      1,
      (draw) => {
        const { x, w, y, bias, scale, shift } = operands(EPILOGUE, draw);
        const mask = draw<tf.Rank.R4>([2, 4, 4, EPILOGUE.co]);
        const inputs = { x, filter: w, bias, residual: y, scale, shift, mask };
        const attrs = { stride: 1, pad: 1, relu: true, residualLast: false, backward: false };
        return runKernel('FmpConv', inputs, attrs);
      },
      (draw) => {
        const { x, w, y, bias, scale, shift } = operands(EPILOGUE, draw);
        const mask = tf.step(draw<tf.Rank.R4>([2, 4, 4, EPILOGUE.co]));
        const sum = tf.add(tf.add(tf.conv2d(x, w, 1, 1), bias), y);
        return applyMask(tf.relu(tf.add<tf.Tensor4D>(tf.mul(sum, scale), shift)), mask);
      },
    ));

  it.each([1, 3])('goes back to the input at stride 2, residual behind the mask: k %i', (kernel) =>
    expectSame(
      2,
      (draw) => {
        const { x, w, y, mask } = adjointOperands(kernel, draw);
        const inputs = { x: y, filter: adjointFilter(w, 2), ...NO_EPILOGUE, residual: x, mask };
        return runKernel('FmpConvPhases', inputs, { residualLast: true });
      },
      (draw) => {
        const { x, w, y, mask } = adjointOperands(kernel, draw);
        return tf.add(applyMask(applyAdjoint(y, adjointFilter(w, 2), 2), tf.step(mask)), x);
      },
    ),
  );
});

/** The two tiles of the models' wide layers, in steps of 16 channels; random shapes seldom meet them. */
const TILES: readonly Shape[] = [
  // 64 rows, 64 columns.
  { batch: 3, size: 6, ci: 64, co: 128, kernel: 3, stride: 1, seed: 3 },
  { batch: 3, size: 12, ci: 32, co: 64, kernel: 3, stride: 2, seed: 4 },
  { batch: 3, size: 6, ci: 64, co: 64, kernel: 1, stride: 1, seed: 5 },
  // 128 rows, 32 columns.
  { batch: 5, size: 6, ci: 48, co: 32, kernel: 3, stride: 1, seed: 6 },
  { batch: 5, size: 12, ci: 32, co: 32, kernel: 1, stride: 2, seed: 7 },
];
const EPILOGUE: Shape = { batch: 4, size: 4, ci: 8, co: 12, kernel: 3, stride: 1, seed: 1 };

function adjointOperands(kernel: number, draw: Draw) {
  const shape = { batch: 4, size: 6, ci: 20, co: 16, kernel, stride: 2, seed: 2 };
  return { ...operands(shape, draw), mask: draw<tf.Rank.R4>([2, 6, 6, 20]) };
}
