/** Our kernels on a software GPU, against the same operation composed of tfjs's on cpu. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { tidy } from '../../../src/core/memory.ts';
import { createRandom } from '../../../src/core/random.ts';
import { registerKernels } from '../../../src/engine/webgpu/registered.ts';
import {
  describeOnBackends,
  expectNoLeak,
  useBackend,
  worstError,
} from '../../support/backends.ts';

/** Draws tensors, the same ones at every call with the same seed. */
export type Draw = <R extends tf.Rank>(shape: tf.ShapeMap[R]) => tf.Tensor<R>;

function drawing(seed: number): Draw {
  const random = createRandom(seed, 'operands');
  return (shape) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length }, () => random.uniform() - 0.5),
      shape,
    );
  };
}

async function valuesOf(
  seed: number,
  body: (draw: Draw) => tf.Tensor | null,
): Promise<Float32Array> {
  const result = tidy(() => body(drawing(seed)));
  if (result === null) throw new Error('the kernel is not registered');
  const values = await result.data<'float32'>();
  result.dispose();
  return values;
}

/** Runs `kernel` on webgpu and `composed` on cpu, on the same random operands. */
export async function expectSame(
  seed: number,
  kernel: (draw: Draw) => tf.Tensor | null,
  composed: (draw: Draw) => tf.Tensor,
): Promise<void> {
  await useBackend('cpu');
  const expected = await valuesOf(seed, composed);
  await useBackend('webgpu');
  registerKernels();
  const got = await expectNoLeak(() => valuesOf(seed, kernel));
  const scale = expected.reduce((top, v) => Math.max(top, Math.abs(v)), 1);
  expect(worstError(got, expected) / scale).toBeLessThan(1e-4);
}

export const describeOnGpu = (title: string, body: () => void): void =>
  describeOnBackends(title, body, ['webgpu']);
