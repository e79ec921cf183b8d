/** How much our convolutions round, beside tfjs's own, on values as networks have them. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NO_EPILOGUE, runKernel } from '../../../src/core/network/kernels.ts';
import { createRandom } from '../../../src/core/random.ts';
import {
  installFastConvolution,
  withdrawFastConvolution,
} from '../../../src/engine/wasm/fastConvolution.ts';
import { useBackend } from '../../support/backends.ts';
import { eachProduct, type Shape } from './products.ts';

/** Sides and channels of the 3×3 convolutions of a network of width 16, and images. */
const SHAPES: readonly Shape[] = [
  [1, 32, 32, 16],
  [1, 16, 16, 32],
  [2, 8, 8, 64],
  [4, 4, 4, 128],
];

/** Behind a ReLU, and weights that keep the variance. */
function operands([n, h, w, c]: Shape) {
  const random = createRandom(1, 'rounding');
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const x = Float32Array.from({ length: n * h * w * c }, () => Math.max(0, normal()));
  const filter = Float32Array.from({ length: 9 * c * c }, () => normal() * Math.sqrt(2 / 9 / c));
  return { x, filter };
}

/** Root mean square of the error over that of the sums. */
function relativeError(got: ArrayLike<number>, sums: Float64Array): number {
  const squares = sums.reduce((sum, value) => sum + value * value, 0);
  const errors = sums.reduce((sum, value, i) => sum + ((got[i] ?? NaN) - value) ** 2, 0);
  return Math.sqrt(errors / squares);
}

describe.each(SHAPES.map((shape) => ({ shape, name: shape.slice(1).join('×') })))(
  '3×3 on WASM, $name',
  ({ shape }) => {
    beforeAll(() => useBackend('wasm'));

    it('rounds at most twice as much as tfjs forward, and three times on the way back', async () => {
      const { x, filter } = operands(shape);
      const sums = new Float64Array(x.length);
      eachProduct(shape, shape, { kernel: 3, stride: 1 }, (i, j, at) => {
        sums[at] = (sums[at] ?? 0) + (x[i] ?? 0) * (filter[j] ?? 0);
      });
      const tensors = () => ({
        x: tf.tensor4d(x, [...shape]),
        filter: tf.tensor4d(filter, [3, 3, shape[3], shape[3]]),
      });
      await installFastConvolution();
      const own = (backward: boolean): number => {
        const attrs = { stride: 1, pad: 1, relu: false, residualLast: false, backward };
        const inputs = { ...tensors(), ...NO_EPILOGUE };
        return relativeError(runKernel('FmpConv', inputs, attrs)?.dataSync() ?? [], sums);
      };
      const forward = tf.tidy(() => own(false));
      const backward = tf.tidy(() => own(true));
      withdrawFastConvolution();
      const stock = tf.tidy(() => {
        const { x: images, filter: weights } = tensors();
        return relativeError(tf.conv2d(images, weights, 1, 1).dataSync(), sums);
      });
      expect(stock).toBeGreaterThan(5e-8);
      expect(forward).toBeGreaterThan(5e-8);
      expect(forward / stock).toBeLessThan(2);
      expect(backward / stock).toBeLessThan(3);
    });

    it('rounds a filter gradient by less than a millionth', async () => {
      const { x } = operands(shape);
      const dy = Float32Array.from(x, (_, i) => Math.sin(12.9898 * (i + 1)));
      const side = shape[3];
      const sums = new Float64Array(9 * side * side);
      eachProduct(shape, shape, { kernel: 3, stride: 1 }, (i, j, at) => {
        sums[j] = (sums[j] ?? 0) + (x[i] ?? 0) * (dy[at] ?? 0);
      });
      await installFastConvolution();
      const own = tf.tidy(() => {
        const inputs = { x: tf.tensor4d(x, [...shape]), dy: tf.tensor4d(dy, [...shape]) };
        const attrs = { kernel: 3, stride: 1 };
        return relativeError(runKernel('FmpFilterGradient', inputs, attrs)?.dataSync() ?? [], sums);
      });
      withdrawFastConvolution();
      expect(own).toBeGreaterThan(5e-8);
      expect(own).toBeLessThan(1e-6);
    });
  },
);
