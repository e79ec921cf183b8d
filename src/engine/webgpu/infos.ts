import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';

/** What our kernels use of tfjs's WebGPU backend. */
export type KernelBackend = Pick<WebGPUBackend, 'runWebGPUProgram' | 'disposeData'>;

/** A kernel's inputs as tfjs hands them over: those that are absent have no key. */
export type InfosOf<T> = {
  readonly [K in keyof T as null extends T[K] ? never : K]: TensorInfo;
} & { readonly [K in keyof T as null extends T[K] ? K : never]?: TensorInfo };
