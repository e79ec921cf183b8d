import { FmpError } from '../../core/errors.ts';

/**
 * Puts Dawn's WebGPU (npm `webgpu`) where browsers have theirs, `navigator.gpu`.
 * @throws FmpError backendUnavailable when the optional package does not load
 */
export async function installGpu(): Promise<void> {
  const navigator = (globalThis as { navigator?: { gpu?: unknown } }).navigator;
  if (navigator?.gpu !== undefined) return;
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const value = { gpu: create([]), userAgent: 'node' };
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
  } catch (error) {
    throw new FmpError('WebGPU does not start in Node', {
      ...{ code: 'backendUnavailable', field: 'backend', expected: 'the npm package webgpu' },
      got: error instanceof Error ? error.message : String(error),
      remedy: 'use --backend wasm, or install the GPU driver with its Vulkan loader',
    });
  }
}
