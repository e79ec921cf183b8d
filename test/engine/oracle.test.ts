import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { IMAGE_VALUES } from '../../src/core/attacks/attack.ts';
import { RpcClient, serve } from '../../src/bridge/rpc.ts';
import { Compute } from '../../src/engine/compute.ts';
import type { ComputeContract } from '../../src/engine/computeContract.ts';
import { Engine } from '../../src/engine/engine.ts';
import { channelPair } from '../bridge/channelPair.ts';
import { factsOfAsync } from '../support/facts.ts';
import { TINY_ID, TINY_MAPS, tinyEngine, tinyPlatform, tinySpec } from './tinyModel.ts';

/** Test images of which some are left for a third request after those of the target are dropped. */
const MANY = 120;

/** An engine with so many workers in this thread, and how many pairs each measurement asked them for. */
async function measuringEngine(threads: number, meanwhile: () => void = () => undefined) {
  const asked: { readonly worker: number; readonly pairs: number }[] = [];
  let started = 0;
  const platform = {
    ...(await tinyPlatform(undefined, MANY)),
    cores: threads,
    spawn: () => {
      const worker = started++;
      const { near, far } = channelPair();
      const { handlers } = new Compute();
      const activationChange: typeof handlers.activationChange = (params, emit) => {
        asked.push({ worker, pairs: params.clean.length / IMAGE_VALUES });
        meanwhile();
        return handlers.activationChange(params, emit);
      };
      serve<ComputeContract>(far, { ...handlers, activationChange });
      return new RpcClient<ComputeContract>(near);
    },
  };
  const engine = new Engine(platform, { backend: 'wasm' });
  await engine.load(TINY_ID);
  return { engine, asked };
}

describe('the change of every map', () => {
  const spec = tinySpec({ evaluation: { images: MANY } });

  it('is measured by all workers, and is the same whatever their number', async () => {
    const alone = await measuringEngine(1);
    const many = await measuringEngine(3);
    const change = await many.engine.activationChange(spec);
    expect(change).toEqual(await alone.engine.activationChange(spec));
    for (const { asked } of [alone, many])
      expect(asked.map(({ pairs }) => pairs).sort((a, b) => a - b)).toEqual([16, 32, 32]);
    expect(new Set(many.asked.map(({ worker }) => worker))).toEqual(new Set([0, 1, 2]));
    await alone.engine.dispose();
    await many.engine.dispose();
  });

  it.each<[string, (engine: Engine) => Promise<unknown>]>([
    ['is cancelled', (engine) => engine.cancel()],
    ['a run begins', (engine) => engine.run(spec, () => undefined, 'evaluated')],
    ['a newer one is asked for', (engine) => engine.activationChange(spec)],
    ['a model is loaded', (engine) => engine.load(TINY_ID)],
  ])('ends where %s, and leaves what comes next alone', async (_, interrupt) => {
    const next: Promise<unknown>[] = [];
    const { engine, asked } = await measuringEngine(1, () => {
      if (next.length === 0) next.push(interrupt(engine));
    });
    const facts = await factsOfAsync(() => engine.activationChange(spec));
    expect(facts.code).toBe('cancelled');
    expect(asked.length).toBeLessThan(3);
    expect(next).toHaveLength(1);
    await Promise.all(next);
    await engine.dispose();
  });

  it('is over before it begins where a run comes first', async () => {
    const { engine, asked } = await measuringEngine(1);
    const measuring = factsOfAsync(() => engine.activationChange(spec));
    await engine.run(spec, () => undefined, 'evaluated');
    expect((await measuring).code).toBe('cancelled');
    expect(asked).toHaveLength(0);
    await engine.dispose();
  });
});

describe('what only the oracle can ask', () => {
  let engine: Engine;
  let loaded: number;

  beforeAll(async () => {
    engine = await tinyEngine();
    await engine.load(TINY_ID);
    loaded = tf.memory().numTensors;
  });

  it('is how much the trigger changes every map', async () => {
    const change = await engine.activationChange(tinySpec());
    expect(change).toHaveLength(TINY_MAPS);
    expect(change.every((value) => value >= 0)).toBe(true);
    expect(Math.max(...change)).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(loaded);
  });

  it('is an image of the evaluation, clean or with the trigger', async () => {
    const events: RunEvent[] = [];
    await engine.run(tinySpec(), (event) => events.push(event), 'evaluated');
    const stage = events.find((event) => event.kind === 'stage');
    if (stage?.kind !== 'stage') throw new Error('nothing was evaluated');
    const { triggeredLabels, cleanLabels } = stage.predictions;
    const last = (triggeredLabels?.length ?? 0) - 1;
    const place = Array.from(cleanLabels.keys()).filter((i) => cleanLabels[i] !== 1)[last] ?? 0;
    const of = (kind: 'clean' | 'triggered', index: number) =>
      engine.testImages(tinySpec(), Int32Array.of(index), kind);
    const [clean, triggered] = [await of('clean', place), await of('triggered', last)];
    const changed = clean.reduce((sum, value, i) => sum + Number(value !== triggered[i]), 0);
    expect(clean).toHaveLength(IMAGE_VALUES);
    // A white patch of 3 × 3 pixels; some may be white already.
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThanOrEqual(27);
  });

  it('is refused where there is no such image, or no trigger', async () => {
    const beyond = () => engine.testImages(tinySpec(), Int32Array.of(12), 'clean');
    expect(await factsOfAsync(beyond)).toMatchObject({ field: 'indices', got: '12' });
    await engine.setTrigger(null);
    const facts = await factsOfAsync(() => engine.activationChange(tinySpec()));
    expect(facts).toMatchObject({ code: 'badInput', field: 'trigger' });
  });
});
