/** All that is tested on webgpu besides golden values: it is a GPU made of software. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { tidyAsync } from '../../../src/core/memory.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  lossAndGradients,
} from '../../../src/core/network/trainNetwork.ts';
import { startBackend } from '../../../src/engine/backend.ts';
import { wasmFolder } from '../../../src/engine/node/engine.ts';
import {
  describeOnBackends,
  expectNoLeak,
  useBackend,
  worstError,
} from '../../support/backends.ts';
import { imagesOf, NORMALISATION, randomPixels, signedWeights, tinyPlan } from './tiny.ts';

const plan = tinyPlan(4, [1]);
const pixels = randomPixels(2);

/** Loss and all gradients of one step on the current backend, by name. */
async function oneStep(): Promise<Map<string, ArrayLike<number>>> {
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
    });

    it('has the loss and gradients of a training step as on wasm', async () => {
      await useBackend('wasm');
      const golden = await oneStep();
      await useBackend('webgpu');
      const got = await expectNoLeak(oneStep);
      expect([...got.keys()]).toEqual([...golden.keys()]);
      const errors = [...golden].map(([name, values]) => {
        const largest = Array.from(values).reduce((top, v) => Math.max(top, Math.abs(v)), 1);
        return worstError(got.get(name) ?? [], values) / largest;
      });
      expect(Math.max(...errors)).toBeLessThan(1e-3);
    });
  },
  ['webgpu'],
);
