import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { maxPool, maxPoolGradient, maxPoolMask } from '../../../src/core/network/maxPool.ts';
import { describeOnBackends, expectNoLeak, take } from '../../support/backends.ts';

describeOnBackends('max pooling', () => {
  it('gives the gradient to the first maximum of each window, image by image', async () => {
    // Two images of 2×4 with two channels; channel 1 is channel 0 with its sign turned.
    const rows = [
      [
        [1, 5, 3, 3],
        [2, 5, 3, 3],
      ],
      [
        [0, -1, 7, 8],
        [0, 0, 9, 6],
      ],
    ];
    const x = tf.tensor4d(rows.map((image) => image.map((row) => row.map((v) => [v, -v]))));
    // Two channels of FRG share the masks of two images.
    const dy = tf.tensor4d(
      Float32Array.from({ length: 16 }, (_, i) => i + 1),
      [4, 1, 2, 2],
    );
    await expectNoLeak(async () => {
      const pooled = maxPool(x);
      const mask = maxPoolMask(x, pooled);
      const dx = maxPoolGradient(dy, mask);
      expect([...(await take(pooled))]).toEqual([5, -1, 3, -3, 0, 1, 9, -6]);
      const at = (image: number, row: number, column: number, channel: number): number =>
        ((image * 2 + row) * 4 + column) * 2 + channel;
      const expected = new Float32Array(64);
      for (const half of [0, 1]) {
        const [first, second] = [2 * half, 2 * half + 1];
        const from = 8 * half;
        expected[at(first, 0, 1, 0)] = from + 1;
        expected[at(first, 0, 0, 1)] = from + 2;
        expected[at(first, 0, 2, 0)] = from + 3;
        expected[at(first, 0, 2, 1)] = from + 4;
        expected[at(second, 0, 0, 0)] = from + 5;
        expected[at(second, 0, 1, 1)] = from + 6;
        expected[at(second, 1, 2, 0)] = from + 7;
        expected[at(second, 1, 3, 1)] = from + 8;
      }
      expect([...(await take(dx))]).toEqual([...expected]);
      mask.dispose();
    });
    tf.dispose([x, dy]);
  });
});
