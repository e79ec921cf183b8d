/** `FmpChannelSums` and `FmpAffine` on WASM against double precision. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runKernel } from '../../../src/core/network/kernels.ts';
import { draw, expectNear, FORMS, useForm } from './products.ts';

const CASES = fc.record({
  // Some blocks of rows that are summed in float32, the last of them smaller.
  n: fc.constantFrom(1, 2, 7, 40),
  side: fc.integer({ min: 1, max: 5 }),
  c: fc.integer({ min: 1, max: 13 }),
  masked: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1000 }),
});

const at = (values: ArrayLike<number>, i: number): number => values[i] ?? NaN;

describe.each(FORMS)('batch norm on WASM, %s', (_, relaxed) => {
  beforeAll(() => useForm(relaxed));

  it('sums values, squared distances and gradients as double precision does', () => {
    const before = tf.memory().numTensors;
    fc.assert(
      fc.property(CASES, ({ n, side, c, masked, seed }) => {
        const rows = n * side * side;
        const [x, dz, mask] = [0, 1, 2].map((k) => draw(rows * c, seed + k));
        const [centre, inverse] = [draw(c, seed + 3), draw(c, seed + 4)];
        const [sums, squares, zSums, products] = [0, 1, 2, 3].map(() => new Float64Array(c));
        for (const [i, value] of (x ?? []).entries()) {
          const o = i % c;
          const d = value - at(centre, o);
          const g = masked && at(mask ?? [], i) <= 0 ? 0 : at(dz ?? [], i);
          for (const [to, term] of [
            [sums, value],
            [squares, d * d],
            [zSums, g],
            [products, g * d * at(inverse, o)],
          ] as const)
            if (to !== undefined) to[o] = at(to, o) + term;
        }
        const got = tf.tidy(() => {
          const whole = (values: Float32Array | undefined): tf.Tensor4D =>
            tf.tensor4d(values ?? [], [n, side, side, c]);
          const plain = { centre: null, inverse: null, dz: null, mask: null };
          const operands = { x: whole(x), centre: tf.tensor1d(centre) };
          const gradient = { inverse: tf.tensor1d(inverse), dz: whole(dz) };
          const masks = { mask: masked ? whole(mask) : null };
          return [
            { ...plain, x: operands.x },
            { ...plain, ...operands },
            { ...operands, ...gradient, ...masks },
          ].map((inputs) => runKernel('FmpChannelSums', inputs, {})?.dataSync<'float32'>());
        });
        // Values of at most 1, distances of 2, squares of 4: 32 sums in float32, then float64.
        const most = (34 * 4 * rows + 1) * 2 ** -24;
        const both = [...(zSums ?? []), ...(products ?? [])];
        for (const [i, expected] of [sums, squares, both].entries())
          expectNear(got[i] ?? new Float32Array(), expected ?? [], most);
      }),
      { numRuns: 150 },
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('scales and shifts each channel, behind a mask and with a second operand', () => {
    fc.assert(
      fc.property(CASES, fc.boolean(), fc.boolean(), ({ n, side, c, masked, seed }, two, relu) => {
        const length = n * side * side * c;
        const [x, other, mask] = [0, 1, 2].map((k) => draw(length, seed + k));
        const [scale, shift, otherScale] = [3, 4, 5].map((k) => draw(c, seed + k));
        const expected = Array.from(x ?? [], (value, i) => {
          const o = i % c;
          const kept = masked && at(mask ?? [], i) <= 0 ? 0 : value;
          const second = two ? at(other ?? [], i) * at(otherScale ?? [], o) : 0;
          const sum = kept * at(scale ?? [], o) + at(shift ?? [], o) + second;
          return relu ? Math.max(sum, 0) : sum;
        });
        const got = tf.tidy(() => {
          const whole = (values: Float32Array | undefined): tf.Tensor4D =>
            tf.tensor4d(values ?? [], [n, side, side, c]);
          const inputs = {
            ...{ x: whole(x), scale: tf.tensor1d(scale ?? []), shift: tf.tensor1d(shift ?? []) },
            other: two ? whole(other) : null,
            otherScale: two ? tf.tensor1d(otherScale ?? []) : null,
            mask: masked ? whole(mask) : null,
          };
          return runKernel('FmpAffine', inputs, { relu })?.dataSync<'float32'>();
        });
        expectNear(got ?? new Float32Array(), expected, 6 * 2 ** -23);
      }),
      { numRuns: 150 },
    );
  });
});
