/** An image that a person brought, read by every network of a run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../../src/engine/engine.ts';
import { factsOfAsync } from '../support/facts.ts';
import { TINY_ID, tinyEngine, tinySpec } from './tinyModel.ts';

describe('an own image', () => {
  let engine: Engine;
  let image: Uint8Array;
  beforeAll(async () => {
    engine = await tinyEngine();
    const { samples } = await engine.load(TINY_ID);
    image = samples.clean.slice(0, 32 * 32 * 3);
  });
  afterAll(() => engine.dispose());

  it('is read by the loaded network alone before a run, as the same sample is', async () => {
    const { stages, triggered } = await engine.readImage(image);
    const { probabilities, samples } = await engine.load(TINY_ID);
    const classes = stages.backdoored?.clean.length ?? 0;
    expect(stages.backdoored?.clean).toEqual(probabilities.clean.slice(0, classes));
    expect(triggered).toEqual(samples.triggered?.slice(0, image.length));
    expect([stages.pruned, stages.fineTuned]).toEqual([null, null]);
  });

  it('is read by the networks that a run made, and leaves nothing', async () => {
    const seen: Float32Array[] = [];
    await engine.run(tinySpec(), (event) => {
      if (event.kind === 'stage') seen.push(event.probabilities.clean);
    });
    const before = tf.memory().numTensors;
    const { stages } = await engine.readImage(image);
    expect(tf.memory().numTensors).toBe(before);
    const read = [stages.backdoored, stages.pruned, stages.fineTuned];
    read.forEach((stage, i) => {
      expect(stage?.clean).toEqual(seen[i]?.slice(0, stage?.clean.length));
      expect(stage?.triggered).not.toBeNull();
    });
  });

  it('of another size is refused', async () => {
    const facts = await factsOfAsync(() => engine.readImage(image.slice(1)));
    expect(facts).toMatchObject({ code: 'badInput', field: 'image' });
  });
});
