import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { factsOfAsync } from '../support/facts.ts';
import { frgRows, story, TINY_ID, TINY_MAPS, tinyEngine, tinySpec } from './tinyModel.ts';

const ignore = (): void => undefined;

describe('the engine refuses', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await tinyEngine();
    await engine.load(TINY_ID);
  });

  const base = tinySpec();
  it.each<[string, RunSpec, string]>([
    ['more than one p per map', tinySpec({ p: TINY_MAPS + 1 }), 'p'],
    ['a p below 1', tinySpec({ p: 0.5 }), 'p'],
    ['no images', tinySpec({ frg: { ...base.frg, images: 0 } }), 'frg.images'],
    ['more images than there are', tinySpec({ frg: { ...base.frg, images: 19 } }), 'frg.images'],
    [
      'too small a share',
      tinySpec({ fineTune: { ...base.fineTune, retrainRatio: 0.02 } }),
      'fineTune.retrainRatio',
    ],
    ['an eps above 1', tinySpec({ frg: { ...base.frg, eps: 1.5 } }), 'frg.eps'],
  ])('%s', async (_, spec, field) => {
    const events: RunEvent[] = [];
    const facts = await factsOfAsync(() => engine.run(spec, (event) => events.push(event)));
    expect(facts).toMatchObject({ code: 'badInput', field });
    expect(events).toEqual([]);
  });

  it('a model that it does not have, and stays usable', async () => {
    const facts = await factsOfAsync(() => engine.run(tinySpec({ model: 'other' }), ignore));
    expect(facts).toMatchObject({ code: 'badData', field: 'models/other/manifest.json' });
    expect(await engine.run(tinySpec(), ignore, 'scored')).toBeNull();
  });

  it('weights that are not those of the manifest', async () => {
    const spoilt = await tinyEngine((manifest) => ({
      ...manifest,
      weights: { ...manifest.weights, sha256: 'f'.repeat(64) },
    }));
    const facts = await factsOfAsync(() => spoilt.load(TINY_ID));
    expect(facts).toMatchObject({ code: 'badModel', field: 'weights.sha256' });
  });

  it('the oracle for a model without a trigger', async () => {
    const clean = await tinyEngine((manifest) => ({ ...manifest, attack: null }));
    const { samples } = await clean.load(TINY_ID);
    expect(samples.triggered).toBeNull();
    const facts = await factsOfAsync(() => clean.run(tinySpec({ control: 'oracle' }), ignore));
    expect(facts).toMatchObject({ code: 'badInput', field: 'control' });
  });

  it('a second run, a load and a preview while one is under way', async () => {
    const run = engine.run(tinySpec(), ignore, 'scored');
    const second = await factsOfAsync(() => engine.run(tinySpec(), ignore));
    expect(second.code).toBe('badInput');
    expect((await factsOfAsync(() => engine.load(TINY_ID))).code).toBe('badInput');
    const curve = (): Promise<unknown> => engine.accuracyCurve(Int32Array.of(0), Int32Array.of(1));
    expect((await factsOfAsync(curve)).code).toBe('badInput');
    expect(await run).toBeNull();
  });

  it('a second run while the first one loads its model', async () => {
    const fresh = await tinyEngine();
    const run = fresh.run(tinySpec(), ignore, 'scored');
    await Promise.resolve();
    expect((await factsOfAsync(() => fresh.run(tinySpec(), ignore))).code).toBe('badInput');
    expect(await run).toBeNull();
  });
});

describe('a run that is cancelled', () => {
  let engine: Engine;
  let loaded: number;
  beforeAll(async () => {
    engine = await tinyEngine();
    await engine.load(TINY_ID);
    loaded = tf.memory().numTensors;
  });

  /** Runs until `when` first holds, then cancels. */
  async function cancelAt(spec: RunSpec, when: (event: RunEvent) => boolean): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    const run = (): Promise<unknown> =>
      engine.run(spec, (event) => {
        events.push(event);
        if (when(event)) void engine.cancel();
      });
    expect((await factsOfAsync(run)).code).toBe('cancelled');
    return events;
  }

  it('in its sweep keeps the rows so far, and the next run gives them again', async () => {
    const events = await cancelAt(tinySpec(), (e) => e.kind === 'frgRows' && e.from === 3);
    const { from, predictions } = frgRows(events);
    expect(from).toEqual([0, 1, 2, 3]);
    const length = events.length;
    const complete: RunEvent[] = [];
    await engine.run(tinySpec(), (event) => complete.push(event), 'pruned');
    expect(events).toHaveLength(length);
    expect(frgRows(complete).predictions.slice(0, predictions.length)).toEqual(predictions);
    expect(frgRows(complete).from).toHaveLength(TINY_MAPS);
    expect(tf.memory().numTensors).toBe(loaded);
  });

  it('in its evaluation has no stage', async () => {
    const spec = tinySpec({ seed: 3 });
    const events = await cancelAt(spec, (e) => e.kind === 'phase' && e.phase === 'evaluating');
    expect(story(events)).toEqual(['evaluating backdoored']);
  });

  it('in its fine-tuning frees the training network', async () => {
    const at = (e: RunEvent): boolean => e.kind === 'progress' && e.phase === 'fineTuning';
    const events = await cancelAt(tinySpec(), at);
    expect(story(events)).not.toContain('stage fineTuned');
    await engine.inspect(tinySpec(), 0.1, 0, 0);
    expect(tf.memory().numTensors).toBe(loaded);
  });

  it('while it loads its model does not start', async () => {
    engine = await tinyEngine();
    const events = await cancelAt(tinySpec(), (e) => e.kind === 'phase' && e.phase === 'loading');
    expect(story(events)).not.toContain('stage backdoored');
  });
});

describe('a paused run', () => {
  it('scores one map per step, can be inspected, and ends after resume', async () => {
    const engine = await tinyEngine();
    await engine.load(TINY_ID);
    const events: RunEvent[] = [];
    const run = engine.run(tinySpec(), (event) => events.push(event), 'scored', {
      startPaused: true,
    });
    const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));
    while (!events.some((event) => event.kind === 'frgStart')) await settled();
    await settled();
    expect(frgRows(events).from).toEqual([]);
    for (const rows of [1, 2]) {
      await engine.step();
      await settled();
      expect(frgRows(events).from).toHaveLength(rows);
    }
    const seen = await engine.inspect(tinySpec(), 0.1, 0, 1);
    expect(seen.predicted).toBe(frgRows(events).predictions[1]);
    await engine.resume();
    expect(await run).toBeNull();
    expect(frgRows(events).from).toHaveLength(TINY_MAPS);
    expect(story(events)).toContain('paused');
    expect(story(events)).toContain('resumed');
  });
});
