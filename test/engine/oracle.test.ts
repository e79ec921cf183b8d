import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { IMAGE_VALUES } from '../../src/core/attacks/attack.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { factsOfAsync } from '../support/facts.ts';
import { TINY_ID, TINY_MAPS, tinyEngine, tinySpec } from './tinyModel.ts';

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
