import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { disposeAll, tidy } from '../../../src/core/memory.ts';
import { conv } from '../../../src/core/network/adjoint.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { forwardTo, forwardWithTaps, logits } from '../../../src/core/network/forward.ts';
import { filterOf } from '../../../src/core/network/inputGradient.ts';
import { describeOnBackends, expectNoLeak, take, worstError } from '../../support/backends.ts';
import {
  imagesOf,
  NORMALISATION,
  plainForward,
  plainParameters,
  randomPixels,
  signedWeights,
  tinyPlan,
} from './tiny.ts';

const TOLERANCE = 1e-4;
/** The last block with and without a shortcut; odd channel counts; one class more. */
const PLANS = [tinyPlan(3, [1, 2]), tinyPlan(2, [2, 1], 5), tinyPlan(3, [1])];

describeOnBackends('the eval network', () => {
  const cases = PLANS.map((plan) => ({
    plan,
    title: `width ${plan.architecture.width}, blocks ${plan.architecture.blocks.join('-')}`,
  }));

  it.each(cases)('gives the logits and maps of the plain one: $title', async ({ plan }) => {
    const weights = signedWeights(plan);
    const pixels = randomPixels(2);
    await expectNoLeak(async () => {
      const network = compileNetwork(plan, weights, NORMALISATION);
      const x = imagesOf(pixels);
      const golden = tidy(() => plainForward(plan, plainParameters(plan, weights), x));
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

  it('stops before a convolution with the input and masks of the whole pass', async () => {
    const plan = tinyPlan(3, [1, 1]);
    await expectNoLeak(async () => {
      const network = compileNetwork(plan, signedWeights(plan), NORMALISATION);
      const x = imagesOf(randomPixels(1));
      const taps: tf.Tensor4D[] = [];
      const masks = forwardWithTaps(network, x, (_, f) => taps.push(tf.keep(tf.clone(f))));
      const wrong: string[] = [];
      for (const spec of plan.convs) {
        const prefix = forwardTo(network, spec, x);
        const got = await take(conv(prefix.input, filterOf(network, spec), spec.stride));
        const expected = await (taps[spec.order] ?? x).data();
        if (!(worstError(got, expected) < TOLERANCE)) wrong.push(`${spec.name}: output`);
        for (const [b, { mask1, mask2 }] of prefix.masks.entries()) {
          const whole = masks[b];
          if (worstError(await mask1.data(), (await whole?.mask1.data()) ?? []) !== 0)
            wrong.push(`${spec.name}: mask 1 of block ${b}`);
          const second = mask2 === null ? null : await mask2.data();
          if (second !== null && worstError(second, (await whole?.mask2?.data()) ?? []) !== 0)
            wrong.push(`${spec.name}: mask 2 of block ${b}`);
        }
        expect(prefix.masks).toHaveLength(spec.block + 1);
        disposeAll(prefix);
      }
      expect(wrong).toEqual([]);
      disposeAll([masks, taps, x]);
      disposeNetwork(network);
    });
  });
});
