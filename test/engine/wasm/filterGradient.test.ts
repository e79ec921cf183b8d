/** `FmpFilterGradient` on WASM against sums in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runKernel } from '../../../src/core/network/kernels.ts';
import { installFastConvolution } from '../../../src/engine/wasm/fastConvolution.ts';
import { useBackend } from '../../support/backends.ts';

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
type Case = typeof CASES extends fc.Arbitrary<infer T> ? T : never;

const draw = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * (seed + 12.9898)));

/** Output pixels along a side. */
const sideOf = (size: number, kernel: number, stride: number): number =>
  Math.floor((size + 2 * ((kernel - 1) / 2) - kernel) / stride) + 1;

function exact(x: Float32Array, dy: Float32Array, shape: Case): Float64Array {
  const { n, h, w, ci, co, kernel, stride } = shape;
  const [oh, ow] = [sideOf(h, kernel, stride), sideOf(w, kernel, stride)];
  const pad = (kernel - 1) / 2;
  const sums = new Float64Array(kernel * kernel * ci * co);
  for (let p = 0; p < n * oh * ow; p++) {
    const [image, row, column] = [Math.floor(p / oh / ow), Math.floor(p / ow) % oh, p % ow];
    for (let tap = 0; tap < kernel * kernel; tap++) {
      const r = row * stride + Math.floor(tap / kernel) - pad;
      const c = column * stride + (tap % kernel) - pad;
      if (r < 0 || c < 0 || r >= h || c >= w) continue;
      for (let i = 0; i < ci; i++)
        for (let o = 0; o < co; o++) {
          const at = (tap * ci + i) * co + o;
          const pixel = x[((image * h + r) * w + c) * ci + i] ?? NaN;
          sums[at] = (sums[at] ?? NaN) + pixel * (dy[p * co + o] ?? NaN);
        }
    }
  }
  return sums;
}

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
      fc.property(CASES, (shape) => {
        const { n, h, w, ci, co, kernel, stride, seed } = shape;
        const [oh, ow] = [sideOf(h, kernel, stride), sideOf(w, kernel, stride)];
        const [x, dy] = [draw(n * h * w * ci, seed), draw(n * oh * ow * co, seed + 0.5)];
        const expected = exact(x, dy, shape);
        const got = tf.tidy(() => {
          const inputs = { x: tf.tensor4d(x, [n, h, w, ci]), dy: tf.tensor4d(dy, [n, oh, ow, co]) };
          return runKernel('FmpFilterGradient', inputs, { kernel, stride })?.dataSync<'float32'>();
        });
        // A sum of so many products of at most 1, each rounded twice, half a unit in the last place.
        const most = 2 * (n * oh * ow + 2) * 2 ** -24 * (n * oh * ow);
        expect(got).toHaveLength(expected.length);
        const worst = expected.reduce((top, v, i) => Math.max(top, Math.abs(v - (got?.[i] ?? NaN))), 0);
        expect(worst).toBeLessThanOrEqual(most);
      }),
      { numRuns: 150 },
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
