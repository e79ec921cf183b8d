/** Commands that a device refuses, and tensors that it has no room for: errors, not stale memory. */
import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, expect, it } from 'vitest';
import { Compute } from '../../../src/engine/compute.ts';
import { installGpu } from '../../../src/engine/node/gpu.ts';
import { guardMemory } from '../../../src/engine/memoryGuard.ts';
import type { KernelBackend } from '../../../src/engine/webgpu/infos.ts';
import { factsOfAsync } from '../../support/facts.ts';
import { NORMALISATION, randomPixels, signedWeights, tinyPlan } from '../../core/network/tiny.ts';
import { describeOnGpu } from './gpu.ts';

/** What every device takes in one tensor, bytes; also what calls of a sweep are sized for. */
const LEAST_BINDING = 2 ** 27;

interface Inside extends KernelBackend {
  readonly bufferManager: { readonly numBytesAllocated: number; readonly numBytesUsed: number };
  readonly tensorMap: { get(dataId: object): { readonly resource: GPUBuffer } };
}
const inside = (): Inside => tf.backend() as unknown as Inside;
const freeBytes = (): number => {
  const { numBytesAllocated, numBytesUsed } = inside().bufferManager;
  return numBytesAllocated - numBytesUsed;
};

/** A tensor of so many bytes; its first value is read, which is 3 where it was computed. */
const firstOf = async (bytes: number): Promise<number | undefined> => {
  const first = tf.tidy(() => tf.slice(tf.fill([bytes / 4], 3), [0], [1]));
  const [value] = await first.data();
  first.dispose();
  return value;
};

/** Records a launch whose text names what there is not. */
function launchRefused(): void {
  const program: WebGPUProgram = {
    ...{ variableNames: ['x'], outputShape: [4], shaderKey: 'refused', size: true },
    ...{ workgroupSize: [4, 1, 1], dispatchLayout: { x: [0] }, dispatch: [1, 1, 1] },
    getUserCode: () => 'fn main(index : i32) { result[index] = nothing; }',
  };
  const x = tf.ones([4]);
  inside().disposeData(inside().runWebGPUProgram(program, [x], 'float32').dataId);
  x.dispose();
}

const sumOfOnes = async (): Promise<number | undefined> => {
  const sum = tf.tidy(() => tf.sum(tf.fill([64], 1)));
  const [value] = await sum.data();
  sum.dispose();
  return value;
};

describeOnGpu('a device with the limits that every device has', () => {
  beforeAll(async () => {
    await installGpu();
    const { gpu } = navigator as unknown as { readonly gpu: GPU };
    const adapter = await gpu.requestAdapter();
    if (adapter === null) throw new Error('no adapter');
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    const device = await adapter.requestDevice();
    tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
    await tf.setBackend('webgpu');
    // Small tensors would be computed on the processor.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
  });

  it('takes a tensor of the size that calls are meant for', async () => {
    expect(await guardMemory(() => firstOf(LEAST_BINDING))).toBe(3);
  });

  it.each([
    ['to be bound', LEAST_BINDING + 256],
    ['for a buffer', 2 ** 28 + 256],
  ])('has no memory for one too large %s, and is usable after that', async (_, bytes) => {
    const facts = await factsOfAsync(() => guardMemory(() => firstOf(bytes)));
    expect(facts.code).toBe('outOfMemory');
    expect(facts.got).toContain(
      `${String(bytes)} bytes, the device takes ${String(LEAST_BINDING)}`,
    );
    expect(await guardMemory(sumOfOnes)).toBe(64);
  });

  it('says so, too, where the work throws something else because of it', async () => {
    const facts = await factsOfAsync(() =>
      guardMemory(async () => {
        await firstOf(LEAST_BINDING + 256);
        throw new Error('what follows from it');
      }),
    );
    expect(facts.code).toBe('outOfMemory');
    expect(await guardMemory(sumOfOnes)).toBe(64);
  });

  it('names a command that it refuses', async () => {
    const facts = await factsOfAsync(() =>
      guardMemory(() => {
        launchRefused();
        return Promise.resolve(null);
      }),
    );
    expect(facts).toMatchObject({ code: 'backendUnavailable', field: 'backend' });
    expect(facts.got).toContain('nothing');
    expect(facts.remedy).toContain('stock kernels');
    expect(await guardMemory(sumOfOnes)).toBe(64);
  });

  it('refuses what the work left recorded in its own name, not in that of the next', async () => {
    const facts = await factsOfAsync(() =>
      guardMemory(() => {
        const x = tf.tidy(() => tf.fill([64], 1));
        const y = tf.add(x, 1);
        inside().tensorMap.get(x.dataId).resource.destroy();
        tf.dispose([x, y]);
        return Promise.resolve(null);
      }),
    );
    expect(facts.code).toBe('backendUnavailable');
    expect(await guardMemory(sumOfOnes)).toBe(64);
  });

  it('keeps no buffers of the network before, and those in use', async () => {
    const kept = tf.tidy(() => tf.add(tf.fill([5], 2), 1));
    const compute = new Compute();
    const set = async (width: number): Promise<void> => {
      const plan = tinyPlan(width, [1]);
      const weights = signedWeights(plan);
      await compute.handlers.setNetwork(
        { plan, weights, normalisation: NORMALISATION },
        () => undefined,
      );
    };
    const predict = () =>
      compute.handlers.predict(
        { images: Uint8Array.from(randomPixels(2, 1), (v) => v * 255) },
        () => undefined,
      );
    await set(4);
    const before = await predict();
    expect(freeBytes()).toBeGreaterThan(0);
    await set(8);
    expect(freeBytes()).toBe(0);
    await predict();
    await set(4);
    expect(await predict()).toEqual(before);
    expect([...(await kept.data())]).toEqual([3, 3, 3, 3, 3]);
    kept.dispose();
  });
});
