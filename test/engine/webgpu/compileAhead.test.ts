/** Warming up compiles every pipeline that a sweep and a training step need, and computes nothing. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { batchSizes, fineTune } from '../../../src/core/fineTune.ts';
import { presetSpec } from '../../../src/core/presets.ts';
import { Compute } from '../../../src/engine/compute.ts';
import type { WarmUpRequest } from '../../../src/engine/computeContract.ts';
import { registerKernels } from '../../../src/engine/webgpu/registered.ts';
import { compileAhead } from '../../../src/engine/webgpu/compileAhead.ts';
import { factsOfAsync } from '../../support/facts.ts';
import { NORMALISATION, randomPixels, signedWeights, tinyPlan } from '../../core/network/tiny.ts';
import { describeOnGpu } from './gpu.ts';

const PLAN = tinyPlan(4, [1, 1]);
const IMAGES = 2;

interface Inside {
  readonly pipelineCache: Readonly<Record<string, unknown>>;
  memory(): { readonly numBytesInGPU: number };
}
const inside = (): Inside => tf.backend() as unknown as Inside;
const pipelines = (): string[] => Object.keys(inside().pipelineCache);
const none = (): void => undefined;

/** Warms up and returns how many pipelines it said there were, counted one by one. */
async function warm(compute: Compute, request: WarmUpRequest): Promise<number> {
  const seen: [number, number][] = [];
  await compute.handlers.warmUp(request, ({ done, total }) => seen.push([done, total]));
  const total = seen.at(-1)?.[1] ?? NaN;
  expect(seen).toEqual(Array.from({ length: total + 1 }, (_, done) => [done, total]));
  return total;
}

describeOnGpu('warming up', () => {
  it('compiles all that a sweep needs, takes no memory, and is done once', async () => {
    registerKernels();
    const compute = new Compute();
    const weights = signedWeights(PLAN);
    await compute.handlers.setNetwork({ plan: PLAN, weights, normalisation: NORMALISATION }, none);
    const before = pipelines().length;
    const [tensors, bytes] = [tf.memory().numTensors, inside().memory().numBytesInGPU];
    // With the blur of smooth perturbations, and what goes without it.
    const request: WarmUpRequest = {
      ...{ kind: 'frg', images: IMAGES, maps: [1, 2], variant: 'projected', steps: 3 },
      smoothing: 8,
    };
    const total = await warm(compute, request);
    expect(total).toBeGreaterThan(5);
    expect(pipelines()).toHaveLength(before + total);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(inside().memory().numBytesInGPU).toBe(bytes);

    const known = new Set(pipelines());
    const [x, x0] = [randomPixels(IMAGES, 1), randomPixels(IMAGES, 2)];
    await compute.handlers.setFrgImages({ x, x0 }, none);
    const config = { variant: 'projected', eps: 0.1, alpha: 0.05, steps: 3 } as const;
    for (const { offset } of PLAN.convs) {
      await compute.handlers.frg({ maps: [offset], config }, none);
      await compute.handlers.frg({ maps: [offset, offset + 1], config }, none);
      await compute.handlers.frg({ maps: [offset], config: { ...config, smoothing: 8 } }, none);
    }
    expect(pipelines().filter((key) => !known.has(key))).toEqual([]);
    expect(await warm(compute, request)).toBe(0);
    await compute.handlers.setFrgImages({ x: new Float32Array(0), x0: new Float32Array(0) }, none);
  });

  it('compiles all that a training step needs', async () => {
    registerKernels();
    const compute = new Compute();
    const weights = signedWeights(PLAN);
    await compute.handlers.setNetwork({ plan: PLAN, weights, normalisation: NORMALISATION }, none);
    const spec = { ...presetSpec('lab', 'tiny').fineTune, epochs: 1, batchSize: 2 };
    const [first] = PLAN.convs;
    const mask = new Map([[`${first?.name ?? ''}.weight`, new Set([1])]]);
    const request = { kind: 'fineTune', spec, normalisation: NORMALISATION, mask } as const;
    expect(await warm(compute, { ...request, batches: batchSizes(4, 2) })).toBeGreaterThan(5);

    const known = new Set(pipelines());
    const tensors = tf.memory().numTensors;
    const training = fineTune({
      ...{ plan: PLAN, weights, normalisation: NORMALISATION, spec, mask, mirror: false, seed: 1 },
      images: new Uint8Array(4 * 3072).map((_, i) => i % 251),
      labels: Int32Array.of(0, 1, 2, 0),
    });
    const stepped = await training.next();
    expect(stepped.value).toMatchObject({ done: 2 });
    await training.return();
    expect(pipelines().filter((key) => !known.has(key))).toEqual([]);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('ends with the pipelines there also where it is stopped, and says what does not compile', async () => {
    registerKernels();
    const stopped = compileAhead(
      () => {
        tf.tidy(() => tf.cumsum(tf.zeros([3, 1700])));
        return Promise.reject(new Error('stopped'));
      },
      () => undefined,
    );
    await expect(stopped).rejects.toThrow('stopped');
    expect(Object.values(inside().pipelineCache).some((one) => one instanceof Promise)).toBe(false);

    const broken = {
      ...{ variableNames: ['x'], outputShape: [4], workgroupSize: [1, 1, 1], dispatch: [1, 1, 1] },
      ...{ dispatchLayout: { x: [0] }, shaderKey: 'broken', getUserCode: () => 'fn main( {' },
    };
    const backend = tf.backend() as unknown as {
      runWebGPUProgram(program: object, inputs: tf.TensorInfo[], dtype: string): tf.TensorInfo;
      disposeData(dataId: object): void;
    };
    const facts = await factsOfAsync(() =>
      compileAhead(
        () => {
          const x = tf.zeros([4]);
          backend.disposeData(backend.runWebGPUProgram(broken, [x], 'float32').dataId);
          x.dispose();
          return Promise.resolve();
        },
        () => undefined,
      ),
    );
    expect(facts.code).toBe('backendUnavailable');
    expect(pipelines().some((key) => key.includes('broken'))).toBe(false);
  });
});
