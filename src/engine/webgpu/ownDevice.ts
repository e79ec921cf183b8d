/** tfjs's WebGPU backend on a device with features that tfjs does not ask for. */
import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { NEEDS_HALF, NEEDS_SUBGROUPS } from './wgsl.ts';

/** 16-bit arithmetic, and sums over neighbouring threads. */
export type OwnFeature = 'shader-f16' | 'subgroups';

/** What tfjs asks for itself, where the adapter has it. */
const FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'bgra8unorm-storage'];
const LIMITS = [
  ...['maxComputeWorkgroupStorageSize', 'maxComputeWorkgroupsPerDimension'],
  ...['maxStorageBufferBindingSize', 'maxBufferSize', 'maxComputeWorkgroupSizeX'],
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** What a shader that bears the mark must begin with. */
const DIRECTIVES: readonly (readonly [mark: string, directive: string])[] = [
  [NEEDS_HALF, 'enable f16;'],
  [NEEDS_SUBGROUPS, 'enable subgroups;'],
];

/**
 * Puts such a backend in the place of tfjs's, to be started with `tf.setBackend`. Kernels stay
 * registered.
 * @param request a fresh adapter that has these features
 */
export function registerOwnBackend(
  request: () => Promise<GPUAdapter>,
  features: readonly OwnFeature[],
): void {
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', async () => {
    const adapter = await request();
    const stock = FEATURES.filter((name) => adapter.features.has(name));
    const device = await adapter.requestDevice({
      // TypeScript's list of features is older than some of them.
      requiredFeatures: [...stock, ...features] as GPUFeatureName[],
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
    const needed = DIRECTIVES.filter(([mark]) => code.includes(mark)).map(([, line]) => line);
    return create(
      needed.length === 0 ? descriptor : { ...descriptor, code: [...needed, code].join('\n') },
    );
  };
}
