import { existsSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BackendName } from '../../src/bridge/engineInfo.ts';
import { wasmFolder } from '../../src/engine/node/engine.ts';
import { installGpu } from '../../src/engine/node/gpu.ts';
import { installFastConvolution } from '../../src/engine/wasm/fastConvolution.ts';

/** One tfjs backend, and why numeric tests cannot run on it here (null: they can). */
interface TestBackend {
  readonly name: BackendName;
  readonly missing: string | null;
}

const BACKENDS: readonly TestBackend[] = [
  { name: 'cpu', missing: null },
  { name: 'wasm', missing: null },
  { name: 'webgpu', missing: missingGpu() },
];

/** Node has no GPU of its own: Dawn needs a Vulkan driver, and Chromium brings a software one. */
function missingGpu(): string | null {
  const driver = process.env.VK_ICD_FILENAMES;
  if (driver === undefined || driver === '')
    return 'no Vulkan driver; install Chromium, or set VK_ICD_FILENAMES to one';
  return existsSync(driver) ? null : `VK_ICD_FILENAMES is ${driver}, which does not exist`;
}

/** Shaders compile and run on the processor there: seconds become minutes on a busy machine. */
const GPU_TIMEOUT = 240_000;

/**
 * The same tests on several backends; WebGPU only where it is named, for it is SwiftShader here,
 * some 1,000 times slower than a GPU. A backend that is present and does not start fails.
 */
export function describeOnBackends(
  title: string,
  body: (backend: BackendName) => void,
  names: readonly BackendName[] = ['cpu', 'wasm'],
): void {
  for (const { name, missing } of BACKENDS.filter((backend) => names.includes(backend.name))) {
    if (missing !== null) it.skip(`${title}, on ${name}: skipped, ${missing}`);
    else
      describe(`${title}, on ${name}`, name === 'webgpu' ? { timeout: GPU_TIMEOUT } : {}, () => {
        beforeAll(() => useBackend(name), GPU_TIMEOUT);
        body(name);
      });
  }
}

/** Makes a backend the current one; without the engine's self-test, which takes long on webgpu. */
export async function useBackend(name: BackendName): Promise<void> {
  if (tf.getBackend() === name) return;
  if (name === 'wasm') {
    setWasmPaths(wasmFolder());
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  } else if (name === 'webgpu') {
    await installGpu();
    await import('@tensorflow/tfjs-backend-webgpu');
  }
  if (!(await tf.setBackend(name))) throw new Error(`${name} does not start`);
  await tf.ready();
  if (name === 'wasm') await installFastConvolution();
}

/** Runs `body` and expects that it leaves as many tensors as it found. */
export async function expectNoLeak<T>(body: () => T | Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const result = await body();
  expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
  return result;
}

/** The tensor's values; frees it. */
export async function take(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  return values;
}

/** Largest absolute difference; NaN where a value or the length differs in kind. */
export function worstError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return NaN;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs((got[i] ?? NaN) - (expected[i] ?? NaN));
    if (!(off <= worst)) worst = off;
    if (Number.isNaN(off)) return NaN;
  }
  return worst;
}
