/** 16-bit products, where a driver has them: SwiftShader has not, Mesa's lavapipe has. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { conv } from '../../../src/core/network/adjoint.ts';
import { createRandom } from '../../../src/core/random.ts';
import { startBackend } from '../../../src/engine/backend.ts';
import { wasmFolder } from '../../../src/engine/node/engine.ts';
import { allowHalf, halved, isHalf } from '../../../src/engine/webgpu/half.ts';
import { halfFault } from '../../../src/engine/webgpu/kernelTest.ts';
import { take } from '../../support/backends.ts';
import { describeOnGpu, startWith } from './gpu.ts';

function random(shape: [number, number, number, number], seed: number): tf.Tensor4D {
  const draw = createRandom(seed, 'half');
  const length = shape.reduce((a, b) => a * b, 1);
  return tf.tensor4d(
    Float32Array.from({ length }, () => draw.uniform() - 0.5),
    shape,
  );
}

const WITHOUT = 'the driver has no shader-f16; see bench/NOTES.md for one that has';

describeOnGpu('16-bit products', () => {
  let has = false;
  beforeAll(async () => {
    has = (await startWith('shader-f16')) !== null;
  });

  it('are taken where they are allowed and asked for, and nowhere else', () => {
    allowHalf(false);
    expect(halved(isHalf)).toBe(false);
    allowHalf(true);
    expect([isHalf(), halved(isHalf), isHalf()]).toEqual([false, true, false]);
    const fails = (): never => {
      throw new Error('no');
    };
    expect(() => halved(fails)).toThrow();
    expect(isHalf()).toBe(false);
    allowHalf(false);
  });

  it('round as 16 bits do', async ({ skip }) => {
    skip(!has, WITHOUT);
    const [x, w] = [random([2, 8, 8, 10], 1), random([3, 3, 10, 36], 2)];
    const exact = await take(conv(x, w, 1));
    allowHalf(true);
    expect(await take(conv(x, w, 1))).toEqual(exact);
    const rounded = await take(halved(() => conv(x, w, 1)));
    expect(await halfFault()).toBeNull();
    allowHalf(false);
    tf.dispose([x, w]);
    const norm = (values: Float32Array): number => Math.hypot(...values);
    const error = norm(rounded.map((v, i) => v - (exact[i] ?? NaN))) / norm(exact);
    // A product is off by up to 2^-11; of many, the mean is less.
    expect(error).toBeGreaterThan(1e-5);
    expect(error).toBeLessThan(2 ** -10);
  });

  it('are named when the backend starts', async ({ skip }) => {
    skip(!has, WITHOUT);
    const options = { choice: 'webgpu', wasmPath: wasmFolder(), allowSoftwareGpu: true } as const;
    const { device } = await startBackend({ ...options, kernels: 'half' });
    expect(device).toMatch(/, 16-bit products$/);
    expect(halved(isHalf)).toBe(true);
    allowHalf(false);
  });
});
