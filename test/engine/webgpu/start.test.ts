import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import { hasKernel, type KernelName } from '../../../src/core/network/kernels.ts';
import { startKernels } from '../../../src/engine/webgpu/kernelTest.ts';
import {
  KERNEL_NAMES,
  registerKernels,
  withdrawKernels,
} from '../../../src/engine/webgpu/registered.ts';
import { expectNoLeak } from '../../support/backends.ts';
import { describeOnGpu } from './gpu.ts';

/** Operands and attributes of one call. */
type Call = Readonly<Record<string, unknown>>;

const shapeOf = (call: Call, name: string): readonly number[] =>
  (call[name] as tf.TensorInfo).shape;
const columnsOf = (call: Call): number => shapeOf(call, 'filter')[3] ?? 0;

/** Variants that the models' networks run: each is a shader of its own. */
const VARIANTS: readonly (readonly [KernelName, string, (call: Call) => boolean])[] = [
  ['FmpConv', 'stride 1', ({ stride }) => stride === 1],
  ['FmpConv', 'stride 2', ({ stride }) => stride === 2],
  ['FmpConv', '64 columns', (call) => columnsOf(call) === 64],
  ['FmpConv', '32 columns', (call) => columnsOf(call) === 32],
  ['FmpConv', '1×1', (call) => shapeOf(call, 'filter')[0] === 1],
  ['FmpConv', 'bias', ({ bias }) => bias !== undefined],
  ['FmpConv', 'affine', ({ scale }) => scale !== undefined],
  ['FmpConv', 'mask', ({ mask }) => mask !== undefined],
  ['FmpConvPhases', '3×3', (call) => shapeOf(call, 'filter')[0] === 2],
  ['FmpConvPhases', '1×1', (call) => shapeOf(call, 'filter')[0] === 1],
  ['FmpAffine', 'one operand', ({ other }) => other === undefined],
  ['FmpAffine', 'two operands', ({ other, mask }) => other !== undefined && mask === undefined],
  ['FmpAffine', 'mask', ({ mask }) => mask !== undefined],
  ['FmpFirstStep', 'shared', ({ own, stride }) => own === false && stride === 1],
  ['FmpFirstStep', 'own', ({ own, stride }) => own === true && stride === 1],
  ['FmpFirstStep', 'shared, stride 2', ({ own, stride }) => own === false && stride === 2],
  ['FmpFirstStep', 'own, stride 2', ({ own, stride }) => own === true && stride === 2],
  ['FmpUpstream', 'stride 1', ({ stride }) => stride === 1],
  ['FmpUpstream', 'stride 2', ({ stride }) => stride === 2],
  ['FmpAdjointFilter', '3×3', (call) => shapeOf(call, 'filter')[0] === 3 && call.stride === 1],
  ['FmpAdjointFilter', '3×3/2', (call) => shapeOf(call, 'filter')[0] === 3 && call.stride === 2],
  ['FmpAdjointFilter', '1×1', (call) => shapeOf(call, 'filter')[0] === 1],
  ['FmpFilterGradient', '1×1', ({ kernel }) => kernel === 1],
  ['FmpFilterGradient', '3×3', ({ kernel, stride }) => kernel === 3 && stride === 1],
  ['FmpFilterGradient', '3×3, stride 2', ({ kernel, stride }) => kernel === 3 && stride === 2],
  ['FmpChannelSums', 'values', ({ centre }) => centre === undefined],
  ['FmpChannelSums', 'squares', ({ centre, dz }) => centre !== undefined && dz === undefined],
  ['FmpChannelSums', 'gradient', ({ dz, mask }) => dz !== undefined && mask === undefined],
  ['FmpChannelSums', 'gradient, mask', ({ mask }) => mask !== undefined],
  ['FmpFrgStep', 'free', ({ x }) => x === undefined],
  ['FmpFrgStep', 'near x', ({ x }) => x !== undefined],
];

/** Lets our kernel give the negative of its result for these calls. */
function spoil(kernelName: KernelName, wrong: (call: Call) => boolean): void {
  registerKernels();
  const { kernelFunc } = tf.getKernel(kernelName, 'webgpu');
  const negative = tf.getKernel('Neg', 'webgpu').kernelFunc;
  tf.unregisterKernel(kernelName, 'webgpu');
  tf.registerKernel({
    ...{ kernelName, backendName: 'webgpu' },
    kernelFunc: (params) => {
      const right = kernelFunc(params) as tf.TensorInfo;
      if (!wrong({ ...params.inputs, ...params.attrs })) return right;
      const result = negative({ inputs: { x: right }, backend: params.backend });
      tf.backend().disposeData(right.dataId);
      return result;
    },
  });
}

describeOnGpu('the start of our kernels', () => {
  afterEach(() => {
    withdrawKernels();
  });

  it('keeps all that are right', async () => {
    expect(await expectNoLeak(startKernels)).toEqual([]);
    expect(KERNEL_NAMES.filter((name) => !hasKernel(name))).toEqual([]);
  });

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

  it.each(VARIANTS)('takes back %s that is wrong in one variant: %s', async (name, _, wrong) => {
    spoil(name, wrong);
    expect(await startKernels()).toEqual([expect.stringMatching(new RegExp(`^${name}: off by `))]);
  });
});
