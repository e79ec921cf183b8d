import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { beforeAll, expect, it } from 'vitest';
import { createContext, disposeContext, firstGradient } from '../../../src/core/frg/reverse.ts';
import { tidy } from '../../../src/core/memory.ts';
import { describeArchitecture } from '../../../src/core/network/architecture.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import type { NetworkPlan } from '../../../src/core/network/layers.ts';
import {
  describeOnBackends,
  expectNoLeak,
  take,
  useBackend,
  worstError,
} from '../../support/backends.ts';
import {
  imagesOf,
  NORMALISATION,
  OTHER_PLANS,
  plainForward,
  plainParameters,
  randomPixels,
  signedWeights,
  tinyPlan,
} from './tiny.ts';

const PLANS = [tinyPlan(3, [1, 2]), ...OTHER_PLANS];
const [pixels, noisy] = [randomPixels(2, 1), randomPixels(2, 2)];

/** d/dz ‖f_c(x) − f_c(z)‖² of channel 1 of every convolution, by automatic differentiation. */
async function goldenGradients(plan: NetworkPlan): Promise<Float32Array[]> {
  const gradients = tidy(() => {
    const p = plainParameters(signedWeights(plan));
    const channel = (x: tf.Tensor4D, order: number): tf.Tensor =>
      tf.slice(
        plainForward(plan, p, x).outputs[order] as tf.Tensor4D,
        [0, 0, 0, 1],
        [-1, -1, -1, 1],
      );
    const x = imagesOf(pixels);
    return plan.convs.map(({ order }) => {
      const clean = channel(x, order);
      const loss = (z: tf.Tensor): tf.Tensor =>
        tf.sum(tf.square(tf.sub(channel(z as tf.Tensor4D, order), clean)));
      return tf.grad(loss)(imagesOf(noisy));
    });
  });
  return Promise.all(gradients.map(take));
}

const golden = new Map<NetworkPlan, Float32Array[]>();

beforeAll(async () => {
  await useBackend('cpu');
  for (const plan of PLANS) golden.set(plan, await goldenGradients(plan));
}, 120_000);

describeOnBackends('the gradient of a feature map, by hand', () => {
  it.each(PLANS.map((plan) => ({ plan, title: describeArchitecture(plan.architecture) })))(
    'is that of automatic differentiation for every convolution: $title',
    async ({ plan }) => {
      await expectNoLeak(async () => {
        const network = compileNetwork(plan, signedWeights(plan), NORMALISATION);
        const context = createContext(network, imagesOf(pixels), imagesOf(noisy));
        const errors: number[] = [];
        for (const spec of plan.convs) {
          const expected = golden.get(plan)?.[spec.order] ?? new Float32Array(0);
          const largest = expected.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
          expect(largest).toBeGreaterThan(0);
          const got = await take(firstGradient(network, context, spec, [1]));
          errors.push(worstError(got, expected) / largest);
        }
        expect(Math.max(...errors)).toBeLessThan(1e-3);
        disposeContext(context);
        disposeNetwork(network);
      });
    },
  );
});
