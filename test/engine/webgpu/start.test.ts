import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { hasKernel } from '../../../src/core/network/kernels.ts';
import { startKernels } from '../../../src/engine/webgpu/kernelTest.ts';
import { KERNEL_NAMES, withdrawKernels } from '../../../src/engine/webgpu/registered.ts';
import { expectNoLeak } from '../../support/backends.ts';
import { describeOnGpu } from './gpu.ts';

describeOnGpu('the start of our kernels', () => {
  it('takes back one that computes something else, says so, and keeps the others', async () => {
    withdrawKernels();
    const identity = tf.getKernel('Identity', 'webgpu').kernelFunc;
    tf.registerKernel({
      ...{ kernelName: 'FmpFrgStep', backendName: 'webgpu' },
      kernelFunc: ({ inputs, backend }) => identity({ inputs: { x: inputs.g }, backend }),
    });
    const faults = await expectNoLeak(startKernels);
    expect(faults).toEqual([expect.stringMatching(/^FmpFrgStep: off by /)]);
    expect(KERNEL_NAMES.filter((name) => !hasKernel(name))).toEqual(['FmpFrgStep']);
    expect(tf.getBackend()).toBe('webgpu');
  });
});
