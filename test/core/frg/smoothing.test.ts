import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blur, blurMatrix } from '../../../src/core/frg/smoothing.ts';
import { describeOnBackends, take } from '../../support/backends.ts';

const SIDE = 9;

/** The sum over both axes, in double precision. */
function expected(x: Float32Array, n: number, channels: number, sigma: number): Float64Array {
  const weight = (i: number, j: number): number => {
    const of = (a: number, b: number): number =>
      Math.abs(a - b) / sigma > 3 ? 0 : Math.exp(-((a - b) ** 2) / (2 * sigma ** 2));
    let sum = 0;
    for (let k = 0; k < SIDE; k++) sum += of(i, k);
    return of(i, j) / sum;
  };
  return Float64Array.from({ length: x.length }, (_, at) => {
    const channel = at % channels;
    const column = Math.floor(at / channels) % SIDE;
    const row = Math.floor(at / channels / SIDE) % SIDE;
    const image = Math.floor(at / channels / SIDE / SIDE);
    expect(image).toBeLessThan(n);
    let sum = 0;
    for (let r = 0; r < SIDE; r++)
      for (let c = 0; c < SIDE; c++) {
        const pixel = x[((image * SIDE + r) * SIDE + c) * channels + channel] ?? NaN;
        sum += weight(row, r) * weight(column, c) * pixel;
      }
    return sum;
  });
}

describeOnBackends(
  'blurring gradients',
  () => {
    it('is a Gaussian over rows and columns, each channel by itself', async () => {
      const before = tf.memory().numTensors;
      const [n, channels] = [2, 3];
      const x = Float32Array.from({ length: n * SIDE * SIDE * channels }, (_, i) =>
        Math.sin(7 * i),
      );
      for (const sigma of [0.5, 2, 8]) {
        const got = await take(
          tf.tidy(() => blur(tf.tensor4d(x, [n, SIDE, SIDE, channels]), sigma)),
        );
        const wanted = expected(x, n, channels, sigma);
        expect(got).toHaveLength(wanted.length);
        const worst = got.reduce(
          (top, value, i) => Math.max(top, Math.abs(value - (wanted[i] ?? NaN))),
          0,
        );
        expect(worst).toBeLessThan(2e-6);
      }
      expect(tf.memory().numTensors).toBe(before);
    });

    it('leaves what is even as it is, up to the edges', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 2, max: 40 }),
          fc.double({ min: 0.1, max: 16, noNaN: true }),
          (size, sigma) => {
            const matrix = blurMatrix(size, sigma);
            for (let row = 0; row < size; row++) {
              const own = matrix.subarray(row * size, (row + 1) * size);
              expect(own.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
              expect(Math.max(...own)).toBe(own[row]);
            }
          },
        ),
        { numRuns: 50 },
      );
    });
  },
  ['cpu', 'wasm', 'webgpu'],
);
