import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { adjointFilter, applyAdjoint } from '../../../src/core/network/adjoint.ts';
import { runKernel } from '../../../src/core/network/kernels.ts';
import { applyMask } from '../../../src/core/network/mask.ts';
import { describeOnGpu, type Draw, expectSame } from './gpu.ts';

const CHANNELS = [4, 0, 2];

describeOnGpu('the first step back', () => {
  it.each([
    { kernel: 3, stride: 1, ci: 4 },
    { kernel: 3, stride: 2, ci: 4 },
    { kernel: 1, stride: 2, ci: 3 },
  ])('is the adjoint on one channel at a time, masked: %o', ({ kernel, stride, ci }) => {
    const operands = (draw: Draw) => ({
      filter: adjointFilter(draw<tf.Rank.R4>([kernel, kernel, ci, 5]), stride),
      upstream: draw<tf.Rank.R4>([2, 4, 4, 5]),
      mask: draw<tf.Rank.R4>([2, 4 * stride, 4 * stride, ci]),
    });
    return expectSame(
      3,
      (draw) => {
        const channels = tf.tensor1d(CHANNELS, 'int32');
        return runKernel('FmpFirstStep', { ...operands(draw), channels }, { stride, own: false });
      },
      (draw) => {
        const { filter, upstream, mask } = operands(draw);
        const each = CHANNELS.map((channel) => {
          const one = tf.slice(filter, [0, 0, channel, 0], [-1, -1, 1, -1]);
          const dy = tf.slice(upstream, [0, 0, 0, channel], [-1, -1, -1, 1]);
          return applyMask(applyAdjoint(dy, one, stride), tf.step(mask));
        });
        return tf.concat(each, 0);
      },
    );
  });

  it('takes each map its own gradient', () => {
    const operands = (draw: Draw) => ({
      filter: draw<tf.Rank.R4>([3, 3, 5, 4]),
      upstream: draw<tf.Rank.R4>([6, 4, 4, 1]),
    });
    return expectSame(
      4,
      (draw) => {
        const channels = tf.tensor1d(CHANNELS, 'int32');
        const inputs = { ...operands(draw), channels, mask: null };
        return runKernel('FmpFirstStep', inputs, { stride: 1, own: true });
      },
      (draw) => {
        const { filter, upstream } = operands(draw);
        const each = CHANNELS.map((channel, i) => {
          const one = tf.slice(filter, [0, 0, channel, 0], [-1, -1, 1, -1]);
          return applyAdjoint(tf.slice(upstream, [2 * i, 0, 0, 0], [2, -1, -1, -1]), one, 1);
        });
        return tf.concat(each, 0);
      },
    );
  });
});

describeOnGpu('the step of FRG', () => {
  const operands = (draw: Draw) => ({
    // Some of it beyond [0, 1], some of the gradient 0.
    x: tf.add<tf.Tensor4D>(draw<tf.Rank.R4>([2, 2, 2, 3]), 0.4),
    from: tf.add<tf.Tensor4D>(draw<tf.Rank.R4>([4, 2, 2, 3]), 0.5),
    g: tf.relu(draw<tf.Rank.R4>([4, 2, 2, 3])),
  });

  it('moves by the sign and stays in [0, 1]', () =>
    expectSame(
      5,
      (draw) => {
        const { x, g } = operands(draw);
        return runKernel('FmpFrgStep', { from: x, x: null, g }, { size: 0.25, bound: 0 });
      },
      (draw) => {
        const { x, g } = operands(draw);
        const moved = tf.add(tf.tile(x, [2, 1, 1, 1]), tf.mul(tf.sign(g), 0.25));
        return tf.clipByValue(moved, 0, 1);
      },
    ));

  it('stays near x', () =>
    expectSame(
      6,
      (draw) => runKernel('FmpFrgStep', operands(draw), { size: 0.25, bound: 0.1 }),
      (draw) => {
        const { x, from, g } = operands(draw);
        const centre = tf.tile(x, [2, 1, 1, 1]);
        const moved = tf.sub(tf.add(from, tf.mul(tf.sign(g), 0.25)), centre);
        return tf.clipByValue(tf.add(centre, tf.clipByValue(moved, -0.1, 0.1)), 0, 1);
      },
    ));
});

describeOnGpu('the affine map', () => {
  it.each([3, 8])('of two operands, behind a mask, through a ReLU, %i channels', (c) => {
    const operands = (draw: Draw) => ({
      x: draw<tf.Rank.R4>([2, 3, 3, c]),
      scale: draw<tf.Rank.R1>([c]),
      shift: draw<tf.Rank.R1>([c]),
      other: draw<tf.Rank.R4>([2, 3, 3, c]),
      otherScale: draw<tf.Rank.R1>([c]),
      mask: draw<tf.Rank.R4>([2, 3, 3, c]),
    });
    return expectSame(
      7,
      (draw) => runKernel('FmpAffine', operands(draw), { relu: true }),
      (draw) => {
        const { x, scale, shift, other, otherScale, mask } = operands(draw);
        const kept = tf.mul(x, tf.step(mask));
        const sum = tf.add(tf.mul(kept, scale), tf.mul(other, otherScale));
        return tf.relu(tf.add(sum, shift));
      },
    );
  });
});
