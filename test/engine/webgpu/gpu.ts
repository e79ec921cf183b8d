/** Our kernels on a software GPU, against the same operation composed of tfjs's on cpu. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { tidy } from '../../../src/core/memory.ts';
import { createRandom } from '../../../src/core/random.ts';
import { installGpu } from '../../../src/engine/node/gpu.ts';
import type { OwnFeature } from '../../../src/engine/webgpu/ownDevice.ts';
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

/**
 * Makes a webgpu backend of ours with this feature the current one, with our kernels.
 * @returns what the adapter says of itself; null: it lacks the feature, and nothing was started
 */
export async function startWith(feature: OwnFeature): Promise<GPUAdapterInfo | null> {
  await installGpu();
  const { gpu } = navigator as unknown as { readonly gpu: GPU };
  const request = async (): Promise<GPUAdapter> => {
    const adapter = await gpu.requestAdapter();
    if (adapter === null) throw new Error('no adapter');
    return adapter;
  };
  const { features, info } = await request();
  if (!features.has(feature)) return null;
  // tfjs looks for a GPU when it is loaded.
  const { registerOwnBackend } = await import('../../../src/engine/webgpu/ownDevice.ts');
  registerOwnBackend(request, [feature]);
  if (!(await tf.setBackend('webgpu'))) throw new Error('webgpu does not start');
  registerKernels();
  return info;
}

export const describeOnGpu = (title: string, body: () => void): void =>
  describeOnBackends(title, body, ['webgpu']);
