/** Registers our kernels with tfjs's WebGPU backend, beside its own. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelContract, KernelName } from '../../core/network/kernels.ts';
import { adjointFilter } from './adjointFilter.ts';
import { conv, convPhases } from './convKernel.ts';
import { filterGradient } from './filterGradient.ts';
import { firstStep } from './firstStep.ts';
import type { InfosOf, KernelBackend } from './infos.ts';
import { affine, frgStep } from './pointwise.ts';
import { channelSums } from './sums.ts';
import { upstream } from './upstream.ts';

type Kernel<K extends KernelName> = (
  backend: KernelBackend,
  inputs: InfosOf<KernelContract[K]['inputs']>,
  attrs: KernelContract[K]['attrs'],
) => tf.TensorInfo;

const KERNELS: Readonly<Record<KernelName, tf.KernelConfig>> = {
  FmpConv: configOf('FmpConv', conv),
  FmpConvPhases: configOf('FmpConvPhases', convPhases),
  FmpAffine: configOf('FmpAffine', affine),
  FmpFirstStep: configOf('FmpFirstStep', firstStep),
  FmpFrgStep: configOf('FmpFrgStep', frgStep),
  FmpUpstream: configOf('FmpUpstream', upstream),
  FmpAdjointFilter: configOf('FmpAdjointFilter', adjointFilter),
  FmpFilterGradient: configOf('FmpFilterGradient', filterGradient),
  FmpChannelSums: configOf('FmpChannelSums', channelSums),
};

export const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

/** The types do not admit what happens where there is none. */
const isRegistered = (name: KernelName): boolean =>
  (tf.getKernel(name, 'webgpu') as tf.KernelConfig | undefined) !== undefined;

/** Makes all kernels known to tfjs; those that are known already stay. */
export function registerKernels(): void {
  for (const name of KERNEL_NAMES) if (!isRegistered(name)) tf.registerKernel(KERNELS[name]);
}

/** Gives the work of a kernel back to tfjs's own. @returns whether it was ours */
export function unregisterKernel(name: KernelName): boolean {
  if (!isRegistered(name)) return false;
  tf.unregisterKernel(name, 'webgpu');
  return true;
}

/** The same for all of them. @returns whether there were any */
export function withdrawKernels(): boolean {
  return KERNEL_NAMES.map(unregisterKernel).includes(true);
}

function configOf<K extends KernelName>(kernelName: K, kernel: Kernel<K>): tf.KernelConfig {
  return {
    ...{ kernelName, backendName: 'webgpu' },
    // tfjs knows tensors and attributes by name only; `runKernel` checked them where it was called.
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel(
        backend as unknown as KernelBackend,
        inputs as unknown as InfosOf<KernelContract[K]['inputs']>,
        attrs as unknown as KernelContract[K]['attrs'],
      ),
  };
}
