/** Real worker threads: what one thread computes, several compute together. */
import { afterAll, describe, expect, it } from 'vitest';
import type { FineTuneInput, FineTuneStep } from '../../src/core/fineTune.ts';
import { gatherImages } from '../../src/core/fineTune.ts';
import type { StateDict } from '../../src/core/network/stateDict.ts';
import { wasmFolder } from '../../src/engine/node/engine.ts';
import { spawnThread } from '../../src/engine/node/threads.ts';
import { Pool } from '../../src/engine/pool.ts';
import { RunControl } from '../../src/engine/runControl.ts';
import { NORMALISATION, randomPixels, signedWeights, tinyPlan } from '../core/network/tiny.ts';
import { worstError } from '../support/backends.ts';

const plan = tinyPlan(3, [1, 1]);
/** With seed 1 a ReLU's input is 0 for one worker and 1.8e-7 for two, and weights part by 2.7e-5. */
const IMAGES = Uint8Array.from(randomPixels(10, 2), (v) => 255 * v);
const LABELS = Int32Array.from({ length: 10 }, (_, i) => i % 3);

/** The first images in even batches: 10 by 4 are 3, 3 and 4; 3 by 2 are 1, too few to share, and 2. */
function input(images: number, batchSize: number): FineTuneInput {
  return {
    ...{ plan, weights: signedWeights(plan), normalisation: NORMALISATION, mask: new Map() },
    ...{ mirror: false, seed: 1, labels: LABELS.slice(0, images) },
    images: gatherImages(
      IMAGES,
      Int32Array.from({ length: images }, (_, i) => i),
    ),
    spec: {
      ...{ epochs: 2, retrainRatio: 0.1, learningRate: 0.02, momentum: 0.9 },
      ...{ weightDecay: 0.01, batchSize, mask: true },
    },
  };
}

async function tune(pool: Pool, images: number, batchSize: number) {
  const steps: FineTuneStep[] = [];
  const seen: number[] = [];
  const validation = { images: IMAGES, labels: LABELS };
  await pool.fineTune(input(images, batchSize), validation, new RunControl(false), (step, hits) => {
    steps.push(step);
    seen.push(hits);
  });
  const weights = steps.at(-1)?.weights;
  if (weights === undefined || weights === null) throw new Error('no weights at the end');
  return { losses: steps.map((step) => step.loss), hits: seen, weights };
}

function furthest(a: StateDict, b: StateDict): number {
  return Math.max(...[...a].map(([name, { data }]) => worstError(data, b.get(name)?.data ?? [])));
}

describe('worker threads', () => {
  const options = { spawn: spawnThread, wasmPath: wasmFolder(), allowSoftwareGpu: false };
  const platform = { ...options, read: () => Promise.reject(new Error('no files')) };
  const start = (cores: number): Promise<Pool> =>
    Pool.start({ ...platform, cores, now: () => 0 }, 'wasm');
  const pools: Pool[] = [];
  afterAll(() => {
    for (const pool of pools) pool.close();
  });

  it.each([
    [10, 4],
    [3, 2],
  ])('train on %i images by %i as one thread does', async (images, batchSize) => {
    if (pools.length === 0) pools.push(...(await Promise.all([start(1), start(2)])));
    const [one, two] = await Promise.all(pools.map((pool) => tune(pool, images, batchSize)));
    if (one === undefined || two === undefined) throw new Error('no pools');
    expect(furthest(two.weights, one.weights)).toBeLessThan(1e-5);
    expect(worstError(two.losses, one.losses)).toBeLessThan(1e-5);
    expect(two.hits).toEqual(one.hits);
    expect(furthest(one.weights, signedWeights(plan))).toBeGreaterThan(1e-3);
  });
});
