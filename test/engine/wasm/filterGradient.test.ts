/** `FmpFilterGradient` on WASM against sums in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runKernel } from '../../../src/core/network/kernels.ts';
import { installFastConvolution } from '../../../src/engine/wasm/fastConvolution.ts';
import { useBackend } from '../../support/backends.ts';
import { eachProduct, expectNear } from './products.ts';

const CASES = fc.record({
  // Some groups of images that are summed together, the last of them smaller.
  n: fc.constantFrom(1, 2, 3, 7, 30),
  h: fc.integer({ min: 1, max: 9 }),
  w: fc.integer({ min: 1, max: 9 }),
  ci: fc.integer({ min: 1, max: 9 }),
  co: fc.integer({ min: 1, max: 13 }),
  kernel: fc.constantFrom(1, 3),
  stride: fc.constantFrom(1, 2),
  seed: fc.integer({ min: 0, max: 1000 }),
});

const draw = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * (seed + 12.9898)));

/** Output pixels along a side. */
const sideOf = (size: number, kernel: number, stride: number): number =>
  Math.floor((size + 2 * ((kernel - 1) / 2) - kernel) / stride) + 1;

describe.each([
  ['relaxed SIMD', true],
  ['SIMD', false],
])('the gradient of a filter on WASM, %s', (_, relaxed) => {
  beforeAll(async () => {
    await useBackend('wasm');
    expect(await installFastConvolution(relaxed)).toBe(relaxed);
  });

  it('is the sum in double precision, for any sides, channels, kernel and stride', () => {
    const before = tf.memory().numTensors;
    fc.assert(
      fc.property(CASES, ({ n, h, w, ci, co, kernel, stride, seed }) => {
        const [oh, ow] = [sideOf(h, kernel, stride), sideOf(w, kernel, stride)];
        const [x, dy] = [draw(n * h * w * ci, seed), draw(n * oh * ow * co, seed + 0.5)];
        const expected = new Float64Array(kernel * kernel * ci * co);
        eachProduct([n, h, w, ci], [n, oh, ow, co], { kernel, stride }, (i, j, at) => {
          expected[j] = (expected[j] ?? NaN) + (x[i] ?? NaN) * (dy[at] ?? NaN);
        });
        const got = tf.tidy(() => {
          const inputs = { x: tf.tensor4d(x, [n, h, w, ci]), dy: tf.tensor4d(dy, [n, oh, ow, co]) };
          return runKernel('FmpFilterGradient', inputs, { kernel, stride })?.dataSync<'float32'>();
        });
        // A sum of so many products of at most 1, each rounded twice, half a unit in the last place.
        const most = 2 * (n * oh * ow + 2) * 2 ** -24 * (n * oh * ow);
        expectNear(got ?? new Float32Array(), expected, most);
      }),
      { numRuns: 150 },
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
