import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { disposeAll, tidy } from '../../../src/core/memory.ts';
import { describeArchitecture } from '../../../src/core/network/architecture.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { forwardTo, forwardWithTaps, logits, oneMap } from '../../../src/core/network/forward.ts';
import { inputLayer, neededFor } from '../../../src/core/network/layers.ts';
import { describeOnBackends, expectNoLeak, take, worstError } from '../../support/backends.ts';
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

const TOLERANCE = 1e-4;
/** The last block with and without a shortcut; odd channel counts; one class more. */
const PLANS = [tinyPlan(3, [1, 2]), tinyPlan(2, [2, 1], 5), tinyPlan(3, [1]), ...OTHER_PLANS];

describeOnBackends('the eval network', () => {
  const cases = PLANS.map((plan) => ({ plan, title: describeArchitecture(plan.architecture) }));

  it.each(cases)('gives the logits and maps of the plain one: $title', async ({ plan }) => {
    const weights = signedWeights(plan);
    const pixels = randomPixels(2);
    await expectNoLeak(async () => {
      const network = compileNetwork(plan, weights, NORMALISATION);
      const x = imagesOf(pixels);
      const golden = tidy(() => plainForward(plan, plainParameters(weights), x));
      const errors = [worstError(await take(logits(network, x)), await take(golden.logits))];
      const taps: tf.Tensor4D[] = [];
      disposeAll(forwardWithTaps(network, x, (_, f) => taps.push(tf.keep(tf.clone(f)))));
      for (const [i, f] of golden.outputs.entries())
        errors.push(worstError(await take(taps[i] ?? x), await take(f)));
      expect(errors).toHaveLength(plan.convs.length + 1);
      expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
      disposeNetwork(network);
      x.dispose();
    });
  });

  it.each([...cases.slice(0, 1), ...cases.slice(3)])(
    'stops before a convolution with the input and masks of the whole pass: $title',
    async ({ plan }) => {
      await expectNoLeak(async () => {
        const network = compileNetwork(plan, signedWeights(plan), NORMALISATION);
        const x = imagesOf(randomPixels(1));
        const taps: tf.Tensor4D[] = [];
        const masks = forwardWithTaps(network, x, (_, f) => taps.push(tf.keep(tf.clone(f))));
        const wrong: string[] = [];
        for (const spec of plan.convs) {
          const prefix = forwardTo(network, spec, x);
          const channel = spec.outChannels - 1;
          const got = await take(oneMap(network, spec, channel, prefix.input));
          const whole = await (taps[spec.order] ?? x).data();
          const expected = whole.filter((_, i) => i % spec.outChannels === channel);
          if (!(worstError(got, expected) < TOLERANCE)) wrong.push(`${spec.name}: output`);
          const needed = neededFor(plan.layers, [inputLayer(plan, spec)]);
          for (const [i, mask] of prefix.masks.entries()) {
            const other = needed[i] === true ? (masks[i] ?? null) : null;
            const [a, b] = await Promise.all([mask?.data() ?? [], other?.data() ?? []]);
            if (worstError(a, b) !== 0) wrong.push(`${spec.name}: mask of layer ${i}`);
          }
          disposeAll(prefix);
        }
        expect(wrong).toEqual([]);
        disposeAll([masks, taps, x]);
        disposeNetwork(network);
      });
    },
  );
});
