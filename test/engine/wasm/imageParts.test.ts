/** How a sweep is cut into calls depends on the clock: the result must not depend on the cut. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { createContext, disposeContext, reverse } from '../../../src/core/frg/reverse.ts';
import { compileNetwork, disposeNetwork } from '../../../src/core/network/evalNetwork.ts';
import { logits } from '../../../src/core/network/forward.ts';
import {
  imagesOf,
  NORMALISATION,
  randomPixels,
  signedWeights,
  tinyPlan,
} from '../../core/network/tiny.ts';
import { useBackend } from '../../support/backends.ts';

beforeAll(() => useBackend('wasm'));

const IMAGES = 16;
const PLAN = tinyPlan(8, [1, 1, 1, 1]);

/** FRG images and logits of the last map, image by image, `size` images at a time. */
async function inParts(size: number): Promise<number[]> {
  const network = compileNetwork(PLAN, signedWeights(PLAN), NORMALISATION);
  const spec = PLAN.convs.at(-1);
  if (spec === undefined) throw new Error('the plan has no convolutions');
  const [x, x0] = [randomPixels(IMAGES, 1), randomPixels(IMAGES, 2)];
  const values: number[] = [];
  for (let from = 0; from < IMAGES; from += size) {
    const part = (pixels: Float32Array) =>
      imagesOf(pixels.slice(from * 3072, (from + size) * 3072));
    const context = createContext(network, part(x), part(x0));
    const config = { variant: 'projected', eps: 0.1, alpha: 0.05, steps: 2 } as const;
    const steps = reverse(network, context, spec, [3], config);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const results = [step.value, logits(network, step.value)];
    for (const result of results) values.push(...(await result.data()));
    tf.dispose(results);
    disposeContext(context);
  }
  disposeNetwork(network);
  return values;
}

/** The same numbers, FRG images and logits apart. */
const split = (values: number[], size: number): { pixels: number[]; odds: number[] } => {
  const both = { pixels: [] as number[], odds: [] as number[] };
  const each = size * (3072 + PLAN.architecture.classes);
  for (let at = 0; at < values.length; at += each) {
    both.pixels.push(...values.slice(at, at + size * 3072));
    both.odds.push(...values.slice(at + size * 3072, at + each));
  }
  return both;
};

it.each([8, 4, 1])('%i images at a time give the same bits as all of them', async (size) => {
  const whole = split(await inParts(IMAGES), IMAGES);
  const parts = split(await inParts(size), size);
  expect(parts.odds).toEqual(whole.odds);
  expect(parts.pixels.every((value, i) => value === whole.pixels[i])).toBe(true);
});
