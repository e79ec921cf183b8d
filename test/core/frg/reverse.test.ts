import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createContext,
  disposeContext,
  firstGradient,
  reverse,
  type ReverseConfig,
  type ReverseContext,
} from '../../../src/core/frg/reverse.ts';
import {
  compileNetwork,
  disposeNetwork,
  type EvalNetwork,
} from '../../../src/core/network/evalNetwork.ts';
import { blur } from '../../../src/core/frg/smoothing.ts';
import { locateMap } from '../../../src/core/network/plan.ts';
import { describeOnBackends, expectNoLeak, take, worstError } from '../../support/backends.ts';
import { imagesOf, NORMALISATION, randomPixels, signedWeights, tinyPlan } from '../network/tiny.ts';

const plan = tinyPlan(2, [1, 1]);
const IMAGES = 2;
const pixels = randomPixels(IMAGES, 1);
/** Within 0.05 of x, and black or white in places, where clamping shows. */
const x = pixels.map((v, i) => (i % 7 === 0 ? Math.round(v) : v));
const x0 = x.map((v, i) =>
  Math.min(1, Math.max(0, v + 0.1 * ((randomSign(i) % 1000) / 1000 - 0.5))),
);

function randomSign(i: number): number {
  return (Math.imul(i + 1, 2654435761) >>> 8) & 0xffff;
}

const configs = fc.record({
  map: fc.nat(plan.maps - 1),
  variant: fc.constantFrom('projected', 'released'),
  eps: fc.double({ min: 0, max: 0.4, noNaN: true }),
  alpha: fc.double({ min: 0, max: 0.4, noNaN: true }),
  steps: fc.integer({ min: 1, max: 3 }),
});

/** An eps that is 0 in float32 but not in double precision. */
const UNDERFLOW = { map: 13, variant: 'projected', eps: 1e-84, alpha: 0.1, steps: 2 } as const;

/** FRG images of these channels of one convolution; frees what it makes. */
async function frgImages(
  network: EvalNetwork,
  context: ReverseContext,
  maps: readonly number[],
  config: ReverseConfig,
): Promise<Float32Array> {
  const { conv } = locateMap(plan, maps[0] ?? 0);
  const channels = maps.map((map) => map - conv.offset);
  const run = reverse(network, context, conv, channels, config);
  let yields = 0;
  for (;;) {
    const step = run.next();
    if (step.done === true) {
      expect(yields).toBe(config.steps);
      return take(step.value);
    }
    yields++;
  }
}

describeOnBackends('reverse', () => {
  let network: EvalNetwork;
  let context: ReverseContext;

  beforeAll(() => {
    network = compileNetwork(plan, signedWeights(plan), NORMALISATION);
    context = createContext(network, imagesOf(x), imagesOf(x0));
  });
  afterAll(() => {
    disposeContext(context);
    disposeNetwork(network);
  });

  it('stays within eps of x and within [0, 1], but for the released variant, which may not', async () => {
    await fc.assert(
      fc.asyncProperty(configs, async ({ map, ...config }) => {
        const images = await expectNoLeak(() => frgImages(network, context, [map], config));
        expect(images).toHaveLength(x.length);
        expect(images.every((v) => v >= 0 && v <= 1)).toBe(true);
        const from = config.variant === 'released' ? x0 : x;
        const reach = config.variant === 'released' ? config.steps * config.eps : config.eps;
        const furthest = images.reduce(
          (top, v, i) => Math.max(top, Math.abs(v - (from[i] ?? NaN))),
          0,
        );
        expect(furthest).toBeLessThanOrEqual(reach + 1e-6);
      }),
      { numRuns: 25, examples: [[UNDERFLOW]] },
    );
  });

  it('gives x itself for eps 0', async () => {
    const config = { variant: 'projected', eps: 0, alpha: 0.1, steps: 2 } as const;
    expect(await frgImages(network, context, [plan.maps - 1], config)).toEqual(x);
    const oneStep = { ...config, steps: 1 };
    expect(await frgImages(network, context, [0], oneStep)).toEqual(x);
  });

  it('moves by eps along the sign of the gradient, from x or (released) from x0', async () => {
    const map = plan.maps - 1;
    const { conv, channel } = locateMap(plan, map);
    const g = await take(firstGradient(network, context, conv, [channel]));
    expect(g.some((v) => v !== 0)).toBe(true);
    const along = (from: Float32Array): Float32Array =>
      from.map((v, i) => Math.min(1, Math.max(0, v + 0.03 * Math.sign(g[i] ?? NaN))));
    for (const [variant, from] of [
      ['projected', x],
      ['released', x0],
    ] as const) {
      const config = { variant, eps: 0.03, alpha: 1, steps: 1 };
      const got = await frgImages(network, context, [map], config);
      expect(worstError(got, along(from))).toBeLessThan(1e-6);
    }
  });

  it('moves along the sign of the blurred gradient where it is to be smooth', async () => {
    const map = plan.maps - 1;
    const { conv, channel } = locateMap(plan, map);
    const g = await take(tf.tidy(() => blur(firstGradient(network, context, conv, [channel]), 3)));
    const sharp = { variant: 'projected', eps: 0.03, alpha: 1, steps: 1 } as const;
    const config = { ...sharp, smoothing: 3 };
    const got = await expectNoLeak(() => frgImages(network, context, [map], config));
    const wanted = x.map((v, i) => Math.min(1, Math.max(0, v + 0.03 * Math.sign(g[i] ?? NaN))));
    expect(worstError(got, wanted)).toBeLessThan(1e-6);
    expect(got).not.toEqual(await frgImages(network, context, [map], sharp));
    const twice = await frgImages(network, context, [map], { ...config, alpha: 0.02, steps: 2 });
    expect(twice.every((v, i) => Math.abs(v - (x[i] ?? NaN)) <= 0.03 + 1e-6)).toBe(true);
  });

  it('gives the channels of a chunk what it gives them one by one', async () => {
    const { conv } = locateMap(plan, plan.maps - 1);
    const maps = [conv.offset, conv.offset + 2, conv.offset + 1];
    const config = { variant: 'projected', eps: 0.05, alpha: 0.02, steps: 2 } as const;
    const together = await frgImages(network, context, maps, config);
    const apart: number[] = [];
    for (const map of maps) apart.push(...(await frgImages(network, context, [map], config)));
    expect(worstError(together, apart)).toBeLessThan(1e-6);
    const again = await frgImages(network, context, maps, config);
    expect(again).toEqual(together);
  });

  it('frees what it holds when it is stopped', async () => {
    const { conv } = locateMap(plan, plan.maps - 1);
    const config = { variant: 'projected', eps: 0.05, alpha: 0.02, steps: 3 } as const;
    await expectNoLeak(() => {
      const run = reverse(network, context, conv, [0, 1], config);
      run.next();
      run.next();
      run.return(null as never);
    });
  });
});
