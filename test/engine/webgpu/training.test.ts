import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { filterGradient } from '../../../src/core/network/adjoint.ts';
import { runKernel } from '../../../src/core/network/kernels.ts';
import { registerKernels } from '../../../src/engine/webgpu/registered.ts';
import { take, useBackend } from '../../support/backends.ts';
import { describeOnGpu, type Draw, expectSame } from './gpu.ts';

describeOnGpu('the filter gradient', () => {
  it.each([
    { kernel: 3, stride: 1, ci: 3, co: 6, size: 6, batch: 2 },
    { kernel: 3, stride: 2, ci: 8, co: 20, size: 4, batch: 3 },
    { kernel: 1, stride: 2, ci: 4, co: 32, size: 16, batch: 10 },
  ])('is that of the composed convolution: %o', ({ kernel, stride, ci, co, size, batch }) => {
    const operands = (draw: Draw) => ({
      x: draw<tf.Rank.R4>([batch, size * stride, size * stride, ci]),
      dy: draw<tf.Rank.R4>([batch, size, size, co]),
    });
    return expectSame(
      8,
      (draw) => runKernel('FmpFilterGradient', operands(draw), { kernel, stride }),
      (draw) => {
        const { x, dy } = operands(draw);
        return filterGradient(x, dy, kernel, stride);
      },
    );
  });

  it('is the same every time, also when split', async () => {
    await useBackend('webgpu');
    registerKernels();
    const x = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 4], 0, 1);
    const dy = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 4], 0, 1);
    const once = await take(filterGradient(x, dy, 3, 1));
    expect(await take(filterGradient(x, dy, 3, 1))).toEqual(once);
    tf.dispose([x, dy]);
  });
});

describeOnGpu('sums over batch and positions', () => {
  const operands = (channels: number, size: number, draw: Draw) => ({
    x: draw<tf.Rank.R4>([3, size, size, channels]),
    dz: draw<tf.Rank.R4>([3, size, size, channels]),
    centre: draw<tf.Rank.R1>([channels]),
    inverse: draw<tf.Rank.R1>([channels]),
    mask: draw<tf.Rank.R4>([3, size, size, channels]),
  });
  const sum = (x: tf.Tensor): tf.Tensor => tf.sum(x, [0, 1, 2]);

  it.each([3, 20, 68])('of values, %i channels', (channels) =>
    expectSame(
      9,
      (draw) => {
        const { x } = operands(channels, 20, draw);
        return runKernel(
          'FmpChannelSums',
          { x, centre: null, inverse: null, dz: null, mask: null },
          {},
        );
      },
      (draw) => sum(operands(channels, 20, draw).x),
    ),
  );

  it('of squared deviations, and of the gradient', async () => {
    await expectSame(
      10,
      (draw) => {
        const { x, centre } = operands(12, 5, draw);
        return runKernel('FmpChannelSums', { x, centre, inverse: null, dz: null, mask: null }, {});
      },
      (draw) => {
        const { x, centre } = operands(12, 5, draw);
        return sum(tf.square(tf.sub(x, centre)));
      },
    );
    await expectSame(
      11,
      (draw) => runKernel('FmpChannelSums', operands(12, 5, draw), {}),
      (draw) => {
        const { x, dz, centre, inverse, mask } = operands(12, 5, draw);
        const kept = tf.mul(dz, tf.step(mask));
        return tf.concat([sum(kept), sum(tf.mul(tf.mul(kept, tf.sub(x, centre)), inverse))]);
      },
    );
  });
});
