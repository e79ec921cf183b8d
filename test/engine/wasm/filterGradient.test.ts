/** `FmpFilterGradient` on WASM against sums in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runKernel } from '../../../src/core/network/kernels.ts';
import { draw, eachProduct, expectNear, FORMS, GROWTH, TRANSFORMS, useForm } from './products.ts';

type Case = Readonly<
  Record<'n' | 'h' | 'w' | 'ci' | 'co' | 'kernel' | 'stride' | 'seed', number>
>;

const ANY: fc.Arbitrary<Case> = fc.record({
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

/** Tiles of 4×4, some groups of them, the last one smaller. */
const TILED: fc.Arbitrary<Case> = fc.record({
  n: fc.constantFrom(1, 2, 5, 14),
  h: fc.constantFrom(4, 8, 12),
  w: fc.constantFrom(4, 8, 12),
  ci: fc.constantFrom(4, 8, 12),
  co: fc.constantFrom(4, 8, 12, 20),
  kernel: fc.constant(3),
  stride: fc.constant(1),
  seed: fc.integer({ min: 0, max: 1000 }),
});

/** How much a sum of products of at most 1 may be off. */
function bound({ n, h, w, ci, co, kernel, stride }: Case): number {
  const [oh, ow] = [sideOf(h, kernel, stride), sideOf(w, kernel, stride)];
  const tiled = kernel === 3 && stride === 1 && [h, w, ci, co].every((size) => size % 4 === 0);
  if (tiled) {
    const tiles = (n * h * w) / 16;
    return (tiles + TRANSFORMS) * 2 ** -24 * GROWTH.gradient * tiles;
  }
  // Each product is rounded twice, by half a unit in the last place.
  return 2 * (n * oh * ow + 2) * 2 ** -24 * (n * oh * ow);
}

/** Output pixels along a side. */
const sideOf = (size: number, kernel: number, stride: number): number =>
  Math.floor((size + 2 * ((kernel - 1) / 2) - kernel) / stride) + 1;

describe.each(FORMS)('the gradient of a filter on WASM, %s', (_, relaxed) => {
  beforeAll(() => useForm(relaxed));

  it.each([
    ['any sides, channels, kernel and stride', ANY],
    ['whole tiles', TILED],
  ])('is the sum in double precision, for %s', (_name, cases) => {
    const before = tf.memory().numTensors;
    fc.assert(
      fc.property(cases, (size) => {
        const { n, h, w, ci, co, kernel, stride, seed } = size;
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
        expectNear(got ?? new Float32Array(), expected, bound(size));
      }),
      { numRuns: 100 },
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
