/** Sums over subgroups, where a driver has them, and what happens where it has not. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filterGradient } from '../../../src/core/network/adjoint.ts';
import { runKernel } from '../../../src/core/network/kernels.ts';
import { startSubgroups } from '../../../src/engine/webgpu/kernelTest.ts';
import {
  allowSubgroups,
  LARGEST_SUBGROUP,
  largestSubgroup,
} from '../../../src/engine/webgpu/subgroups.ts';
import { take } from '../../support/backends.ts';
import { describeOnGpu, type Draw, expectSame, startWith } from './gpu.ts';

const WITHOUT = 'the driver has no subgroups; see bench/NOTES.md for one that has';

describeOnGpu('sums over subgroups', () => {
  let has = false;
  /** Threads of the largest one. */
  let size = LARGEST_SUBGROUP;
  beforeAll(async () => {
    const info = await startWith('subgroups');
    has = info !== null;
    size = info?.subgroupMaxSize ?? size;
  });
  afterAll(() => {
    allowSubgroups(0);
  });

  const operands = (channels: number, draw: Draw) => ({
    x: draw<tf.Rank.R4>([3, 40, 40, channels]),
    dz: draw<tf.Rank.R4>([3, 40, 40, channels]),
    centre: draw<tf.Rank.R1>([channels]),
    inverse: draw<tf.Rank.R1>([channels]),
    mask: draw<tf.Rank.R4>([3, 40, 40, channels]),
  });
  const sum = (x: tf.Tensor): tf.Tensor => tf.sum(x, [0, 1, 2]);

  it.for([3, 20, 68])('are those of batch norm, %i channels', async (channels, { skip }) => {
    skip(!has, WITHOUT);
    allowSubgroups(size);
    await expectSame(
      12,
      (draw) => runKernel('FmpChannelSums', operands(channels, draw), {}),
      (draw) => {
        const { x, dz, centre, inverse, mask } = operands(channels, draw);
        const kept = tf.mul(dz, tf.step(mask));
        return tf.concat([sum(kept), sum(tf.mul(tf.mul(kept, tf.sub(x, centre)), inverse))]);
      },
    );
  });

  it('also where there may be larger subgroups than there are', async ({ skip }) => {
    skip(!has, WITHOUT);
    allowSubgroups(LARGEST_SUBGROUP);
    await expectSame(
      13,
      (draw) => {
        const { x, centre } = operands(64, draw);
        return runKernel('FmpChannelSums', { x, centre, inverse: null, dz: null, mask: null }, {});
      },
      (draw) => {
        const { x, centre } = operands(64, draw);
        return sum(tf.square(tf.sub(x, centre)));
      },
    );
  });

  it('add the parts of a filter gradient, the same every time', async ({ skip }) => {
    skip(!has, WITHOUT);
    allowSubgroups(size);
    const x = tf.randomUniform<tf.Rank.R4>([5, 32, 32, 4], -1, 1);
    const dy = tf.randomUniform<tf.Rank.R4>([5, 32, 32, 4], -1, 1);
    const once = await take(filterGradient(x, dy, 3, 1));
    expect(await take(filterGradient(x, dy, 3, 1))).toEqual(once);
    allowSubgroups(0);
    const plain = await take(filterGradient(x, dy, 3, 1));
    tf.dispose([x, dy]);
    const worst = plain.reduce((top, v, i) => Math.max(top, Math.abs(v - (once[i] ?? NaN))), 0);
    // 5,120 products, summed in another order.
    expect(worst).toBeLessThan(1e-3);
  });

  it('are taken where the self-test agrees, and nowhere else', async ({ skip }) => {
    skip(!has, WITHOUT);
    expect(await startSubgroups(size)).toBeNull();
    expect(largestSubgroup()).toBe(size);
    const own = tf.getKernel('FmpChannelSums', 'webgpu');
    tf.unregisterKernel('FmpChannelSums', 'webgpu');
    const identity = tf.getKernel('Identity', 'webgpu').kernelFunc;
    tf.registerKernel({
      ...own,
      kernelFunc: ({ inputs, backend }) => identity({ inputs: { x: inputs.x }, backend }),
    });
    expect(await startSubgroups(size)).toMatch(/^off by /);
    expect(largestSubgroup()).toBe(0);
    tf.unregisterKernel('FmpChannelSums', 'webgpu');
    tf.registerKernel(own);
  });
});
