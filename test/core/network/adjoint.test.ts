import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adjointFilter,
  applyAdjoint,
  conv,
  filterGradient,
} from '../../../src/core/network/adjoint.ts';
import { createRandom } from '../../../src/core/random.ts';
import { tidy } from '../../../src/core/memory.ts';
import {
  describeOnBackends,
  expectNoLeak,
  take,
  useBackend,
  worstError,
} from '../../support/backends.ts';

const shapes = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  half: fc.integer({ min: 1, max: 4 }),
  ci: fc.integer({ min: 1, max: 5 }),
  co: fc.integer({ min: 1, max: 5 }),
  kernel: fc.constantFrom(1, 3),
  stride: fc.constantFrom(1, 2),
  seed: fc.nat(1000),
});
type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

/** x, w and an upstream gradient of conv(x, w), all in [-0.5, 0.5). */
function operands({ batch, half, ci, co, kernel, stride, seed }: Shape) {
  const random = createRandom(seed, 'operands');
  const draw = (shape: [number, number, number, number]): tf.Tensor4D => {
    const length = shape.reduce((a, b) => a * b, 1);
    return tf.tensor4d(
      Float32Array.from({ length }, () => random.uniform() - 0.5),
      shape,
    );
  };
  const size = 2 * half;
  return {
    x: draw([batch, size, size, ci]),
    w: draw([kernel, kernel, ci, co]),
    y: draw([batch, size / stride, size / stride, co]),
  };
}

const dot = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.sum(tf.mul(a, b));

describeOnBackends('the adjoint of a convolution', () => {
  it('has the same inner products: <conv(x, w), y> = <x, adjoint(y)> = <w, gradient>', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const { kernel, stride } = shape;
        await expectNoLeak(async () => {
          const products = tidy(() => {
            const { x, w, y } = operands(shape);
            return tf.stack([
              dot(conv(x, w, stride), y),
              dot(x, applyAdjoint(y, adjointFilter(w, stride), stride)),
              dot(w, filterGradient(x, y, kernel, stride)),
            ]);
          });
          const [plain = NaN, adjoint = NaN, filter = NaN] = await take(products);
          expect(Math.abs(adjoint - plain)).toBeLessThan(1e-4);
          expect(Math.abs(filter - plain)).toBeLessThan(1e-4);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('gradients of a convolution', () => {
  beforeAll(() => useBackend('cpu'));

  it.each<Pick<Shape, 'kernel' | 'stride'>>([
    { kernel: 3, stride: 1 },
    { kernel: 3, stride: 2 },
    { kernel: 1, stride: 1 },
    { kernel: 1, stride: 2 },
  ])('are those of automatic differentiation: %o', async ({ kernel, stride }) => {
    const shape: Shape = { batch: 2, half: 3, ci: 3, co: 5, kernel, stride, seed: 7 };
    const [dx, dw, goldenDx, goldenDw] = tidy(() => {
      const { x, w, y } = operands(shape);
      const loss = (a: tf.Tensor, b: tf.Tensor): tf.Scalar =>
        dot(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, kernel === 3 ? 1 : 0), y);
      const golden = tf.grads(loss)([x, w]);
      const adjoint = applyAdjoint(y, adjointFilter(w, stride), stride);
      return [adjoint, filterGradient(x, y, kernel, stride), ...golden] as const;
    }) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    expect(dx.shape).toEqual(goldenDx.shape);
    expect(dw.shape).toEqual(goldenDw.shape);
    expect(worstError(await take(dx), await take(goldenDx))).toBeLessThan(1e-5);
    expect(worstError(await take(dw), await take(goldenDw))).toBeLessThan(1e-5);
  });
});
