/** tfjs's WebGPU backend on a device with 16-bit arithmetic, which tfjs does not ask for. */
import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { NEEDS_HALF } from './wgsl.ts';

/** What tfjs asks for itself, where the adapter has it. */
const FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'bgra8unorm-storage'];
const LIMITS = [
  ...['maxComputeWorkgroupStorageSize', 'maxComputeWorkgroupsPerDimension'],
  ...['maxStorageBufferBindingSize', 'maxBufferSize', 'maxComputeWorkgroupSizeX'],
  'maxComputeInvocationsPerWorkgroup',
] as const;

/**
 * Puts such a backend in the place of tfjs's, to be started with `tf.setBackend`. Kernels stay
 * registered.
 * @param request a fresh adapter that has `shader-f16`
 */
export function registerHalfBackend(request: () => Promise<GPUAdapter>): void {
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', async () => {
    const adapter = await request();
    const device = await adapter.requestDevice({
      requiredFeatures: [...FEATURES.filter((name) => adapter.features.has(name)), 'shader-f16'],
      requiredLimits: Object.fromEntries(
        LIMITS.map((name) => [name, adapter.limits[name as keyof GPUSupportedLimits] as number]),
      ),
    });
    hoistDirectives(device);
    return new WebGPUBackend(device, adapter.info);
  });
}

/** tfjs writes declarations before a kernel's text, and `enable` must come before those. */
function hoistDirectives(device: GPUDevice): void {
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) => {
    const { code } = descriptor;
    return create(
      code.includes(NEEDS_HALF) ? { ...descriptor, code: `enable f16;\n${code}` } : descriptor,
    );
  };
}
