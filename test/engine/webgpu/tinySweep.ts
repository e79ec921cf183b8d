/** The fixed small sweep whose work is counted. */
import * as tf from '@tensorflow/tfjs-core';
import { createContext, disposeContext, reverse } from '../../../src/core/frg/reverse.ts';
import { tidy } from '../../../src/core/memory.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { logits } from '../../../src/core/network/forward.ts';
import {
  imagesOf,
  NORMALISATION,
  randomPixels,
  signedWeights,
  tinyPlan,
} from '../../core/network/tiny.ts';

export const SWEEP_PLAN = tinyPlan(4, [2, 1]);
export const SWEEP_IMAGES = 2;
/** Of every convolution. */
export const SWEEP_CHANNELS = [0, 1, 2, 3] as const;

/** With the network and both passes that all maps share. */
export function tinySweep(steps: number): void {
  const config = { variant: 'projected', eps: 0.1, alpha: 0.05, steps } as const;
  const network = compileNetwork(SWEEP_PLAN, signedWeights(SWEEP_PLAN), NORMALISATION);
  const pixels = (seed: number) => imagesOf(randomPixels(SWEEP_IMAGES, seed));
  const context = createContext(network, pixels(1), pixels(2));
  for (const spec of SWEEP_PLAN.convs) {
    const turns = reverse(network, context, spec, SWEEP_CHANNELS, config);
    let turn = turns.next();
    while (turn.done !== true) turn = turns.next();
    const images = turn.value;
    tidy(() => tf.argMax(logits(network, images), 1)).dispose();
    images.dispose();
  }
  disposeContext(context);
  disposeNetwork(network);
}
