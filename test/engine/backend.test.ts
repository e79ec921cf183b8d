import { describe, expect, it, vi } from 'vitest';
import { startBackend } from '../../src/engine/backend.ts';
import { wasmFolder } from '../../src/engine/node/engine.ts';
import { isSoftware } from '../../src/engine/webgpu/adapter.ts';
import { withdrawFastConvolution } from '../../src/engine/wasm/fastConvolution.ts';
import { factsOfAsync } from '../support/facts.ts';

const options = { wasmPath: wasmFolder(), allowSoftwareGpu: false };

it('a GPU that is asked for but missing: the reason and the way on', async () => {
  const facts = await factsOfAsync(() => startBackend({ ...options, choice: 'webgpu' }));
  expect(facts).toMatchObject({ code: 'backendUnavailable', field: 'backend', expected: 'webgpu' });
  expect(facts.got).toContain('has no WebGPU');
  expect(facts.remedy).toContain('auto');
});

it('with stock kernels says so, and has no convolution of ours', async () => {
  const stock = await startBackend({ ...options, choice: 'wasm', kernels: 'stock' });
  expect(stock.device).toBe('SIMD, stock kernels');
  expect(withdrawFastConvolution()).toBeNull();
  const own = await startBackend({ ...options, choice: 'wasm' });
  expect(own.device).toBe('relaxed SIMD');
  expect(withdrawFastConvolution()).not.toBeNull();
});

it('goes down the ladder and says why', async () => {
  const started = await startBackend({ ...options, choice: 'auto' });
  expect(started.backend).toBe('wasm');
  expect(started.skipped).toMatchObject([{ backend: 'webgpu' }]);
});

describe('a software adapter', () => {
  const named = (architecture: string, description = '') => ({ architecture, description });
  const none = { vendor: 'some', ...named('thing') };

  it.each([
    ['says so (WARP)', { info: { ...none, description: 'Basic Render', isFallbackAdapter: true } }],
    ['says so as older browsers do', { info: none, isFallbackAdapter: true }],
    ['is SwiftShader', { info: { ...none, ...named('swiftshader'), isFallbackAdapter: false } }],
    ['is llvmpipe', { info: { ...none, ...named('', 'llvmpipe (LLVM 19)') } }],
  ])('is no GPU unless asked for by name, where it %s', async (_, adapter) => {
    const requestAdapter = () => Promise.resolve(adapter);
    vi.stubGlobal('navigator', { gpu: { requestAdapter } });
    try {
      const started = await startBackend({ ...options, choice: 'auto' });
      expect(started.backend).toBe('wasm');
      expect(started.skipped[0]?.reason).toContain('is a software adapter');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('is not what a GPU is that says it is none', () => {
    const gpu = { info: { ...none, isFallbackAdapter: false }, isFallbackAdapter: true };
    expect(isSoftware(gpu as unknown as GPUAdapter)).toBe(false);
  });
});
