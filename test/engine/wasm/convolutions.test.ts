/** `FmpConv` and `FmpConvPhases` on WASM against sums in double precision. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { adjointFilter } from '../../../src/core/network/adjoint.ts';
import { type Epilogue, NO_EPILOGUE, runKernel } from '../../../src/core/network/kernels.ts';
import {
  draw as drawOne,
  eachProduct,
  expectNear,
  FORMS,
  GROWTH,
  type Shape,
  TRANSFORMS,
  useForm,
} from './products.ts';

/** Largest absolute value of everything that is drawn. */
const TOP = 1.5;
const draw = (length: number, seed: number): Float32Array =>
  drawOne(length, seed).map((value) => value * TOP);

const FOLLOWING = fc.record({
  bias: fc.boolean(),
  residual: fc.constantFrom('none' as const, 'first' as const, 'last' as const),
  affine: fc.boolean(),
  relu: fc.boolean(),
  /** Images of the mask: none, as many as there are, or one for all. */
  mask: fc.constantFrom('none' as const, 'own' as const, 'one' as const),
});
type Following = typeof FOLLOWING extends fc.Arbitrary<infer T> ? T : never;

const CASES = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  h: fc.integer({ min: 1, max: 9 }),
  w: fc.integer({ min: 1, max: 9 }),
  ci: fc.integer({ min: 1, max: 21 }),
  co: fc.integer({ min: 1, max: 21 }),
  kernel: fc.constantFrom(1, 3),
  stride: fc.constantFrom(1, 2),
  following: FOLLOWING,
  backward: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1000 }),
});

interface Operands {
  readonly bias: Float32Array | null;
  readonly residual: Float32Array | null;
  readonly scale: Float32Array | null;
  readonly shift: Float32Array | null;
  readonly mask: Float32Array | null;
}

function operandsOf(follow: Following, [n, h, w, c]: Shape, seed: number): Operands {
  const masks = follow.mask === 'own' ? n : 1;
  return {
    bias: follow.bias ? draw(c, seed + 0.1) : null,
    residual: follow.residual === 'none' ? null : draw(n * h * w * c, seed + 0.2),
    scale: follow.affine ? draw(c, seed + 0.3) : null,
    shift: follow.affine ? draw(c, seed + 0.4) : null,
    mask: follow.mask === 'none' ? null : draw(masks * h * w * c, seed + 0.6).map(Math.sign),
  };
}

/** The steps behind the sums, in double precision. */
function finish(sums: Float64Array, channels: number, follow: Following, given: Operands) {
  const { bias, residual, scale, shift, mask } = given;
  return sums.map((sum, at) => {
    const o = at % channels;
    const side = residual?.[at] ?? 0;
    let v = sum + (bias?.[o] ?? 0);
    if (follow.residual === 'first') v += side;
    if (follow.affine) v = v * (scale?.[o] ?? 0) + (shift?.[o] ?? 0);
    if (follow.relu) v = Math.max(0, v);
    if (mask !== null && (mask[at % mask.length] ?? 0) <= 0) v = 0;
    return follow.residual === 'last' ? v + side : v;
  });
}

/**
 * Largest rounding error: `roundings` of the sums, at most 8 more behind them and of the reference, each
 * half a unit in the last place of the largest value on the way, and errors grow with the scale.
 */
function bound(roundings: number, largestSum: number): number {
  const largest = (largestSum + 2 * TOP) * TOP + 2 * TOP;
  return (roundings + 8) * 2 ** -24 * largest;
}

function tensorsOf(given: Operands, [, h, w, c]: Shape): Epilogue {
  const vector = (values: Float32Array | null) => (values === null ? null : tf.tensor1d(values));
  const images = (values: Float32Array | null) =>
    values === null ? null : tf.tensor4d(values, [values.length / (h * w * c), h, w, c]);
  const { bias, residual, scale, shift, mask } = given;
  return {
    ...{ bias: vector(bias), residual: images(residual), scale: vector(scale) },
    ...{ shift: vector(shift), mask: images(mask) },
  };
}

describe.each(FORMS)('convolutions of our own on WASM, by name, %s', (_, relaxed) => {
  beforeAll(() => useForm(relaxed));

  it('equal the sums in double precision, with whatever follows', () => {
    const before = tf.memory().numTensors;
    fc.assert(
      fc.property(CASES, ({ n, h, w, ci, co, kernel, stride, following, backward, seed }) => {
        const pad = (kernel - 1) / 2;
        const side = (size: number): number => Math.floor((size + 2 * pad - kernel) / stride) + 1;
        const [input, output]: [Shape, Shape] = [
          [n, h, w, ci],
          [n, side(h), side(w), co],
        ];
        const x = draw(n * h * w * ci, seed);
        const filter = draw(kernel * kernel * ci * co, seed + 0.5);
        const given = operandsOf(following, output, seed);
        const sums = new Float64Array(output.reduce((a, b) => a * b, 1));
        eachProduct(input, output, { kernel, stride }, (i, j, at) => {
          sums[at] = (sums[at] ?? 0) + (x[i] ?? 0) * (filter[j] ?? 0);
        });
        const expected = finish(sums, co, following, given);
        tf.tidy(() => {
          const inputs = {
            x: tf.tensor4d(x, [...input]),
            filter: tf.tensor4d(filter, [kernel, kernel, ci, co]),
            ...{ ...NO_EPILOGUE, ...tensorsOf(given, output) },
          };
          const attrs = {
            ...{ stride, pad, relu: following.relu },
            residualLast: following.residual === 'last',
            backward,
          };
          const run = (): Float32Array =>
            runKernel('FmpConv', inputs, attrs)?.dataSync<'float32'>() ?? new Float32Array();
          const products = kernel * kernel * ci;
          const growth = kernel === 1 ? 1 : GROWTH[backward ? 'backward' : 'forward'];
          const most = bound(products + TRANSFORMS, growth * ci * TOP * TOP);
          const once = run();
          expectNear(once, expected, most);
          // The second time the filter is kept, the third time it is reused.
          expect(run()).toEqual(once);
          expect(run()).toEqual(once);
        });
      }),
      { numRuns: 150 },
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('lead back through stride 2, phase by phase', () => {
    fc.assert(
      fc.property(CASES, ({ n, h, w, ci, co, kernel, following, seed }) => {
        // dy [n,h,w,co] of a convolution from [n,2h,2w,ci].
        const [image, gradient]: [Shape, Shape] = [
          [n, 2 * h, 2 * w, ci],
          [n, h, w, co],
        ];
        const follow = { ...following, relu: false };
        const dy = draw(n * h * w * co, seed);
        const filter = draw(kernel * kernel * ci * co, seed + 0.5);
        const given = operandsOf(follow, image, seed);
        const sums = new Float64Array(image.reduce((a, b) => a * b, 1));
        eachProduct(image, gradient, { kernel, stride: 2 }, (at, j, i) => {
          sums[at] = (sums[at] ?? 0) + (dy[i] ?? 0) * (filter[j] ?? 0);
        });
        const expected = finish(sums, ci, follow, given);
        tf.tidy(() => {
          const weights = tf.tensor4d(filter, [kernel, kernel, ci, co]);
          const inputs = {
            ...{ x: tf.tensor4d(dy, [...gradient]), filter: adjointFilter(weights, 2) },
            ...{ ...NO_EPILOGUE, ...tensorsOf(given, image) },
          };
          const attrs = { residualLast: follow.residual === 'last' };
          const result = runKernel('FmpConvPhases', inputs, attrs)?.dataSync<'float32'>();
          const products = 4 * co;
          const most = bound(products, products * TOP * TOP);
          expectNear(result ?? new Float32Array(), expected, most);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('clone without copying, and free the data with the last that holds it', () => {
    const before = tf.memory();
    const first = tf.tensor1d([1, 2, 3]);
    const second = tf.clone(first);
    first.dispose();
    expect([...second.dataSync()]).toEqual([1, 2, 3]);
    second.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});
