/** All that is tested on webgpu besides golden values: it is a GPU made of software. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { tidyAsync } from '../../../src/core/memory.ts';
import { type NetworkPlan, planNetwork } from '../../../src/core/network/plan.ts';
import { lossAndGradients } from '../../../src/core/network/trainNetwork.ts';
import { createTrainNetwork, disposeTrainNetwork } from '../../../src/core/network/trainState.ts';
import { startBackend } from '../../../src/engine/backend.ts';
import { largestSubgroup } from '../../../src/engine/webgpu/subgroups.ts';
import { wasmFolder } from '../../../src/engine/node/engine.ts';
import {
  describeOnBackends,
  expectNoLeak,
  useBackend,
  worstError,
} from '../../support/backends.ts';
import { imagesOf, NORMALISATION, randomPixels, signedWeights, tinyPlan } from './tiny.ts';

const pixels = randomPixels(2);
/** Between them, every kind of layer. */
const PLANS: readonly (readonly [family: string, plan: NetworkPlan])[] = [
  ['PreActResNet', tinyPlan(4, [1])],
  [
    'ResNet',
    planNetwork({
      ...{ family: 'ResNet', width: 2, blocks: [1, 1], classes: 3 },
      ...{ shortcut: 'shortcut', linear: 'linear' },
    }),
  ],
  [
    'VggBn',
    planNetwork({
      ...{ family: 'VggBn', stages: [[2], [3]], bias: true, classes: 3 },
      ...{ linears: ['classifier.1', 'classifier.4'], hidden: [4] },
    }),
  ],
];

/** Loss and all gradients of one step on the current backend, by name. */
async function oneStep(plan: NetworkPlan): Promise<Map<string, ArrayLike<number>>> {
  const network = createTrainNetwork(plan, signedWeights(plan), NORMALISATION);
  const result = await tidyAsync(async () => {
    const labels = tf.tensor1d([2, 0], 'int32');
    const step = await lossAndGradients(network, imagesOf(pixels), labels, 2, (sums) => sums);
    const read = new Map<string, ArrayLike<number>>([['loss', await step.loss.data()]]);
    for (const [name, gradient] of step.gradients) read.set(name, await gradient.data());
    return read;
  });
  disposeTrainNetwork(network);
  return result;
}

describeOnBackends(
  'the network',
  () => {
    it('passes the self-test: logits and an input gradient as on cpu', async () => {
      const options = { choice: 'webgpu', wasmPath: wasmFolder(), allowSoftwareGpu: true } as const;
      const started = await expectNoLeak(() => startBackend(options));
      expect(started).toMatchObject({ backend: 'webgpu', skipped: [] });
      // The training steps below then sum by them.
      const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
      expect(started.device.includes(', subgroups')).toBe(device.features.has('subgroups'));
      expect(largestSubgroup() > 0).toBe(device.features.has('subgroups'));
    });

    it.each(PLANS)(
      'has the loss and gradients of a training step as on wasm: %s',
      async (_, plan) => {
        await useBackend('wasm');
        const golden = await oneStep(plan);
        await useBackend('webgpu');
        const got = await expectNoLeak(() => oneStep(plan));
        expect([...got.keys()]).toEqual([...golden.keys()]);
        const errors = [...golden].map(([name, values]) => {
          const largest = Array.from(values).reduce((top, v) => Math.max(top, Math.abs(v)), 1);
          return worstError(got.get(name) ?? [], values) / largest;
        });
        expect(Math.max(...errors)).toBeLessThan(1e-3);
      },
    );
  },
  ['webgpu'],
);
