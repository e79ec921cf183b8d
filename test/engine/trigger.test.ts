/** Triggers that need a network, and triggers that take the place of a model's own. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { createAttack } from '../../src/core/attacks/create.ts';
import type { TriggerSpec } from '../../src/core/attacks/trigger.ts';
import { Compute } from '../../src/engine/compute.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Manifest } from '../../src/formats/manifest.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { sha256 } from '../../src/formats/sha256.ts';
import { SSBA, TRIGGERS } from '../core/attacks/triggers.ts';
import { ssbaWeights } from '../core/attacks/ssbaWeights.ts';
import { factsOfAsync } from '../support/facts.ts';
import { ENCODER_MANIFEST } from '../support/manifest.ts';
import { TINY_ID, tinyPlatform, tinySpec } from './tinyModel.ts';

const ENCODER = writeSafetensors(ssbaWeights());

/** The tiny model with the encoder's folder beside it. */
async function engineOf(spoil?: (manifest: Manifest) => Manifest): Promise<Engine> {
  const platform = await tinyPlatform(spoil);
  const hash = await sha256(ENCODER);
  const weights = { ...ENCODER_MANIFEST.weights, sha256: hash, bytes: ENCODER.length };
  const manifest = JSON.stringify({ ...ENCODER_MANIFEST, weights });
  const files = new Map([
    ['/models/ssba-encoder/manifest.json', new TextEncoder().encode(manifest)],
    ['/models/ssba-encoder/weights.safetensors', ENCODER],
  ]);
  const read = (path: string): Promise<Uint8Array> => {
    const found = files.get(new URL(path, 'http://host/').pathname);
    return found === undefined ? platform.read(path) : Promise.resolve(found);
  };
  return new Engine({ ...platform, read }, { backend: 'wasm', local: new Compute().handlers });
}

const ssbaModel = (hash: string) => (manifest: Manifest) => ({
  ...manifest,
  attack: {
    ...{ kind: 'ssba' as const, target: 1, poisoningRate: 0.1, message: SSBA.message },
    encoder: { model: 'ssba-encoder', sha256: hash },
  },
});

async function runAll(engine: Engine) {
  const events: RunEvent[] = [];
  const result = await engine.run(tinySpec(), (event) => events.push(event));
  if (result === null) throw new Error('the run has no result');
  return { events, result };
}

/** Done and total of the last progress of each evaluation. */
const evaluated = (events: readonly RunEvent[]): number[] =>
  events.flatMap((event) =>
    event.kind === 'progress' && event.phase === 'evaluating' && event.done === event.total
      ? [event.total]
      : [],
  );

describe('an SSBA model', () => {
  it('hides its message on the workers, in the test images once a run, and leaks nothing', async () => {
    const engine = await engineOf(ssbaModel(await sha256(ENCODER)));
    const { samples, probabilities } = await engine.load(TINY_ID);
    expect(samples.triggered).not.toBeNull();
    expect(samples.triggered).toHaveLength(samples.clean.length);
    expect(samples.triggered).not.toEqual(samples.clean);
    expect(probabilities.triggered).not.toEqual(probabilities.clean);
    const loaded = tf.memory().numTensors;
    const { events, result } = await runAll(engine);
    const { nTriggered } = result.stages.backdoored;
    expect(nTriggered).toBeGreaterThan(0);
    expect(evaluated(events)).toEqual([12 + 2 * nTriggered, 12 + nTriggered, 12 + nTriggered]);
    expect(tf.memory().numTensors).toBe(loaded);
    await engine.dispose();
  });

  it('is refused where the encoder is another', async () => {
    const engine = await engineOf(ssbaModel('f'.repeat(64)));
    const facts = await factsOfAsync(() => engine.load(TINY_ID));
    expect(facts).toMatchObject({ code: 'badModel', field: 'attack.encoder.sha256' });
  });
});

describe('another trigger', () => {
  it('is what samples and evaluations use, until the model is loaded again', async () => {
    const engine = await engineOf();
    const { samples: own } = await engine.load(TINY_ID);
    const first = await runAll(engine);
    const { samples } = await engine.setTrigger(TRIGGERS.sig);
    expect(samples.clean).toEqual(own.clean);
    expect(samples.triggered).toEqual(await createAttack(TRIGGERS.sig).apply(samples.clean));
    const second = await runAll(engine);
    expect(second.events.find((event) => event.kind === 'frgStart')?.cached).toBe(true);
    expect(second.result.stages.backdoored.nTriggered).toBe(
      first.result.stages.backdoored.nTriggered,
    );
    const { samples: none } = await engine.setTrigger(null);
    expect(none.triggered).toBeNull();
    expect((await runAll(engine)).result.stages.backdoored.asr).toBeNull();
    expect((await engine.load(TINY_ID)).samples.triggered).toEqual(own.triggered);
    expect((await runAll(engine)).result.stages).toEqual(first.result.stages);
  });

  it('is measured with every network that the last run made, which stay', async () => {
    const engine = await engineOf();
    await engine.load(TINY_ID);
    await runAll(engine);
    const { weights } = await engine.exportWeights('fineTuned');
    const before = tf.memory().numTensors;
    await engine.setTrigger(TRIGGERS.sig);
    const events: RunEvent[] = [];
    const measure = (again: boolean): Promise<unknown> => {
      events.length = 0;
      return engine.run(tinySpec(), (event) => events.push(event), 'evaluated', { again });
    };
    const stages = () => events.flatMap((event) => (event.kind === 'stage' ? [event] : []));
    await measure(true);
    expect(stages().map(({ stage }) => stage)).toEqual(['backdoored', 'pruned', 'fineTuned']);
    const seen = stages().map(({ metrics, predictions }) => ({ metrics, predictions }));
    expect((await engine.exportWeights('fineTuned')).weights).toEqual(weights);
    expect(tf.memory().numTensors).toBe(before);
    // The same as a run with this trigger from its start would have found.
    const whole = (await runAll(engine)).events.flatMap((event) =>
      event.kind === 'stage' ? [{ metrics: event.metrics, predictions: event.predictions }] : [],
    );
    expect(seen).toEqual(whole);
    await measure(false);
    expect(stages()).toHaveLength(1);
    await engine.dispose();
  });

  it('may be SSBA: its encoder is loaded when it is wanted', async () => {
    const engine = await engineOf();
    await engine.load(TINY_ID);
    const one = await engine.setTrigger(SSBA);
    const two = await engine.setTrigger({ ...SSBA, message: 'f'.repeat(25) });
    expect(one.samples.triggered).not.toEqual(two.samples.triggered);
    expect((await engine.setTrigger(SSBA)).samples).toEqual(one.samples);
  });

  it('may be tried on images without taking the place of the one in use', async () => {
    const engine = await engineOf();
    const { samples } = await engine.load(TINY_ID);
    const before = (await runAll(engine)).result.stages;
    const tried = await engine.tryTrigger(SSBA, samples.clean);
    expect(tried).toHaveLength(samples.clean.length);
    expect(tried).not.toEqual(samples.clean);
    expect(await engine.tryTrigger(TRIGGERS.sig, samples.clean)).toEqual(
      await createAttack(TRIGGERS.sig).apply(samples.clean),
    );
    expect((await runAll(engine)).result.stages).toEqual(before);
    expect((await engine.setTrigger(SSBA)).samples.triggered).toEqual(tried);
    const facts = await factsOfAsync(() => engine.tryTrigger({ ...SSBA, target: 3 }, tried));
    expect(facts).toMatchObject({ field: 'trigger.target' });
    expect(await factsOfAsync(() => engine.lowFrequencyPattern(TINY_ID))).toMatchObject({
      ...{ code: 'badInput', expected: 'a Low Frequency model' },
    });
    await engine.dispose();
  });

  it('leaves the one before in its place where it cannot be used', async () => {
    const platform = await tinyPlatform();
    const engine = new Engine(platform, { backend: 'wasm', local: new Compute().handlers });
    expect(await factsOfAsync(() => engine.setTrigger(SSBA))).toMatchObject({ field: 'model' });
    const { samples } = await engine.load(TINY_ID);
    const tries: readonly (readonly [TriggerSpec, string])[] = [
      [SSBA, 'models/ssba-encoder/manifest.json'],
      [{ ...TRIGGERS.sig, target: 3 }, 'trigger.target'],
      [{ ...TRIGGERS.sig, delta: -1 }, 'trigger.delta'],
    ];
    for (const [trigger, field] of tries)
      expect(await factsOfAsync(() => engine.setTrigger(trigger))).toMatchObject({ field });
    const own = await engine.setTrigger({
      ...{ kind: 'badnets', target: 1, size: 3, corner: 'bottomRight', colour: [255, 255, 255] },
    });
    expect(own.samples).toEqual(samples);
  });
});
