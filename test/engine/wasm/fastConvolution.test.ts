import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiledKernels } from '../../../src/engine/wasm/convolver.ts';
import { withdrawFastConvolution } from '../../../src/engine/wasm/fastConvolution.ts';
import { compileAll } from '../../../scripts/build-wasm.ts';
import { useBackend } from '../../support/backends.ts';
import { GROWTH, TRANSFORMS } from './products.ts';

interface Case {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly ci: number;
  readonly co: number;
  readonly bias: boolean;
  readonly relu: boolean;
}

const CASES = fc.record({
  n: fc.integer({ min: 1, max: 3 }),
  h: fc.integer({ min: 1, max: 5 }).map((half) => 2 * half),
  w: fc.integer({ min: 1, max: 5 }).map((half) => 2 * half),
  ci: fc.integer({ min: 1, max: 5 }).map((four) => 4 * four),
  co: fc.integer({ min: 1, max: 21 }),
  bias: fc.boolean(),
  relu: fc.boolean(),
});

/** The sums in double precision, then the nearest float. */
function exact(x: Float32Array, filter: Float32Array, bias: Float32Array | null, shape: Case) {
  const { n, h, w, ci, co, relu } = shape;
  const y = new Float32Array(n * h * w * co);
  for (let at = 0; at < y.length; at++) {
    const o = at % co;
    const column = Math.floor(at / co) % w;
    const row = Math.floor(at / co / w) % h;
    const image = Math.floor(at / co / w / h);
    let sum = bias?.[o] ?? 0;
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++) {
        const [r, c] = [row + a - 1, column + b - 1];
        if (r < 0 || c < 0 || r >= h || c >= w) continue;
        for (let i = 0; i < ci; i++)
          sum +=
            (x[((image * h + r) * w + c) * ci + i] ?? 0) *
            (filter[((a * 3 + b) * ci + i) * co + o] ?? 0);
      }
    y[at] = relu ? Math.max(0, sum) : sum;
  }
  return y;
}

function onWasm(x: Float32Array, filter: Float32Array, bias: Float32Array | null, shape: Case) {
  const { n, h, w, ci, co, relu } = shape;
  return tf.tidy(() => {
    const images = tf.tensor4d(x, [n, h, w, ci]);
    const weights = tf.tensor4d(filter, [3, 3, ci, co]);
    const run = (): Float32Array =>
      bias === null && !relu
        ? tf.conv2d(images, weights, 1, 1).dataSync<'float32'>()
        : tf.fused
            .conv2d({
              ...{ x: images, filter: weights, strides: 1, pad: 1 },
              ...(bias === null ? {} : { bias: tf.tensor1d(bias) }),
              activation: relu ? 'relu' : 'linear',
            })
            .dataSync<'float32'>();
    const once = run();
    // The second time the filter is kept, the third time it is reused.
    expect(run()).toEqual(once);
    expect(run()).toEqual(once);
    return once;
  });
}

const draw = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * (seed + 12.9898)) * 1.5);

describe('3×3 convolution of our own on WASM', () => {
  beforeAll(() => useBackend('wasm'));

  it('is what the repository holds in compiled form, with relaxed SIMD and without', async () => {
    const kept = await compiledKernels();
    for (const [i, compiled] of compileAll().entries())
      expect(Buffer.compare(new Uint8Array(kept[i] ?? new ArrayBuffer()), compiled)).toBe(0);
  });

  it('equals the sums in double precision, for any sides, channels, bias and ReLU', () => {
    fc.assert(
      fc.property(CASES, fc.integer({ min: 0, max: 1000 }), (shape, seed) => {
        const { n, h, w, ci, co, bias } = shape;
        const x = draw(n * h * w * ci, seed);
        const filter = draw(9 * ci * co, seed + 0.5);
        const shift = bias ? draw(co, seed + 0.7) : null;
        const expected = exact(x, filter, shift, shape);
        // Each rounding is of half a unit in the last place of the largest value on the way.
        const bound = (ci + TRANSFORMS) * 2 ** -24 * GROWTH.forward * ci * 1.5 * 1.5;
        onWasm(x, filter, shift, shape).forEach((value, i) => {
          expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThan(bound);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('leaves odd sides, other paddings and other channels to tfjs', () => {
    const x = tf.ones<tf.Rank.R4>([1, 5, 5, 3]);
    const filter = tf.ones<tf.Rank.R4>([3, 3, 3, 2]);
    const sums = tf.tidy(() => tf.conv2d(x, filter, 1, 'valid').dataSync());
    expect([...sums]).toEqual(Array<number>(18).fill(27));
    tf.dispose([x, filter]);
  });

  it('frees every tensor, and goes and comes back', () => {
    const before = tf.memory().numTensors;
    const shape: Case = { n: 1, h: 4, w: 4, ci: 4, co: 4, bias: true, relu: true };
    const input = [draw(64, 1), draw(144, 2), draw(4, 3)] as const;
    const ours = onWasm(...input, shape);
    const putBack = withdrawFastConvolution();
    expect(putBack).not.toBeNull();
    expect(withdrawFastConvolution()).toBeNull();
    const stock = onWasm(...input, shape);
    putBack?.();
    expect(onWasm(...input, shape)).toEqual(ours);
    ours.forEach((value, i) => expect(value).toBeCloseTo(stock[i] ?? NaN, 5));
    expect(tf.memory().numTensors).toBe(before);
  });
});
