/** A guard against lost speed that no clock can blur: the work of a fixed small sweep. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createContext, disposeContext, reverse } from '../../../src/core/frg/reverse.ts';
import { tidy } from '../../../src/core/memory.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { logits } from '../../../src/core/network/forward.ts';
import { registerKernels, withdrawKernels } from '../../../src/engine/webgpu/registered.ts';
import {
  imagesOf,
  NORMALISATION,
  randomPixels,
  signedWeights,
  tinyPlan,
} from '../../core/network/tiny.ts';
import { describeOnGpu } from './gpu.ts';
import { countWork, type Work } from './countWork.ts';

const plan = tinyPlan(4, [2, 1]);

/** Four maps of every convolution, two images; with the network and both passes that all share. */
function sweep(steps: number): Work {
  const config = { variant: 'projected', eps: 0.1, alpha: 0.05, steps } as const;
  return countWork(() => {
    const network = compileNetwork(plan, signedWeights(plan), NORMALISATION);
    const [x, x0] = [imagesOf(randomPixels(2, 1)), imagesOf(randomPixels(2, 2))];
    const context = createContext(network, x, x0);
    for (const spec of plan.convs) {
      const turns = reverse(network, context, spec, [0, 1, 2, 3], config);
      let turn = turns.next();
      while (turn.done !== true) turn = turns.next();
      const images = turn.value;
      tidy(() => tf.argMax(logits(network, images), 1)).dispose();
      images.dispose();
    }
    disposeContext(context);
    disposeNetwork(network);
  });
}

const total = ({ dispatches }: Work): number =>
  Object.values(dispatches).reduce((sum, count) => sum + count, 0);

describeOnGpu('the work of a sweep', () => {
  it('is what it was, and far less than with the stock kernels', () => {
    registerKernels();
    const [one, two] = [sweep(1), sweep(2)];
    expect({ one, two }).toMatchInlineSnapshot(`
      {
        "one": {
          "bytes": 39904732,
          "dispatches": {
            "argMinMax": 8,
            "binary": 48,
            "fmpAffine": 38,
            "fmpConv": 117,
            "fmpFirstStep": 8,
            "fmpFrgStep": 8,
            "gather": 2,
            "matMulSmallOutputSize": 1,
            "pad": 10,
            "pool2D": 16,
            "reverse": 6,
            "transpose": 17,
            "transposeShared": 1,
            "unary": 12,
          },
        },
        "two": {
          "bytes": 75935164,
          "dispatches": {
            "argMinMax": 8,
            "binary": 49,
            "fmpAffine": 58,
            "fmpConv": 172,
            "fmpFirstStep": 16,
            "fmpFrgStep": 16,
            "fmpUpstream": 8,
            "gather": 2,
            "matMulSmallOutputSize": 1,
            "pad": 10,
            "pool2D": 16,
            "reverse": 6,
            "transpose": 17,
            "transposeShared": 1,
            "unary": 38,
          },
        },
      }
    `);
    withdrawKernels();
    const [stockOne, stockTwo] = [sweep(1), sweep(2)];
    expect(total(one)).toBeLessThan(0.6 * total(stockOne));
    expect(total(two)).toBeLessThan(total(stockTwo) / 3);
    expect(one.bytes).toBeLessThan(0.6 * stockOne.bytes);
    expect(two.bytes).toBeLessThan(0.6 * stockTwo.bytes);
  });
});
