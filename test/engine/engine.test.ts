import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent, RunResult } from '../../src/bridge/runEvents.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { factsOfAsync } from '../support/facts.ts';
import { frgRows, story, TINY_ID, TINY_MAPS, tinyEngine, tinySpec } from './tinyModel.ts';

async function runAll(engine: Engine, spec: RunSpec) {
  const events: RunEvent[] = [];
  const result = await engine.run(spec, (event) => events.push(event));
  if (result === null) throw new Error('the run has no result');
  return { events, result };
}

/** Without what the clock says. */
function lasting({ frg, fineTune, ...rest }: RunResult): object {
  return { ...rest, frg: { ...frg, seconds: 0, gflops: 0 }, fineTune: { ...fineTune, seconds: 0 } };
}

describe('a run', () => {
  let engine: Engine;
  let first: { events: RunEvent[]; result: RunResult };
  let loaded: number;

  beforeAll(async () => {
    engine = await tinyEngine();
    await engine.load(TINY_ID);
    loaded = tf.memory().numTensors;
    first = await runAll(engine, tinySpec());
  });

  it('reports its phases in order', () => {
    expect(story(first.events)).toEqual([
      ...[
        'evaluating backdoored',
        'stage backdoored',
        'warmUp',
        'scoring',
        'frgStart',
        'frgRows',
        'frgDone',
      ],
      ...['selected', 'pruning', 'evaluating pruned', 'stage pruned', 'untuned'],
      ...['fineTuning', 'epoch'],
      ...['evaluating fineTuned', 'stage fineTuned'],
    ]);
  });

  it('reports every feature map once and in order, and its epochs', () => {
    const { from, predictions } = frgRows(first.events);
    expect(from).toEqual(Array.from({ length: TINY_MAPS }, (_, map) => map));
    expect(predictions).toHaveLength(4 * TINY_MAPS);
    const untuned = first.events.find((event) => event.kind === 'untuned');
    expect(untuned?.validation.n).toBe(2);
    const epochs = first.events.filter((event) => event.kind === 'epoch');
    const seen = epochs.flatMap(({ epoch, validation }) => [epoch, validation.n]);
    expect(seen).toEqual([1, 2, 2, 2]);
    expect(epochs.every(({ loss }) => loss > 0)).toBe(true);
  });

  it('counts progress to its end in every phase', () => {
    const last = new Map(
      first.events.flatMap((event) =>
        event.kind === 'progress' ? [[event.phase, [event.done, event.total]]] : [],
      ),
    );
    expect(last.get('scoring')).toEqual([TINY_MAPS, TINY_MAPS]);
    expect(last.get('fineTuning')).toEqual([36, 36]);
    expect(last.get('evaluating')?.[0]).toBe(last.get('evaluating')?.[1]);
  });

  it('gives rates of the counted images and the pruned maps by layer', () => {
    const { stages, pruned, frg } = first.result;
    expect(stages.backdoored.nClean).toBe(12);
    expect(stages.backdoored.nTriggered).toBeLessThan(12);
    expect(pruned.count).toBe(Math.floor(TINY_MAPS / 5));
    expect(Object.values(pruned.perLayer).reduce((a, b) => a + b, 0)).toBe(pruned.count);
    expect(frg).toMatchObject({ maps: TINY_MAPS, images: 4, steps: 2, eps: 0.1, backend: 'wasm' });
    for (const { acc, asr, ra } of Object.values(stages)) {
      expect(acc).toBeGreaterThanOrEqual(0);
      expect((asr ?? NaN) + (ra ?? NaN)).toBeLessThanOrEqual(1);
    }
  });

  it('leaves as many tensors as the loaded model has', () => {
    expect(tf.memory().numTensors).toBe(loaded);
  });

  it('takes the sweep from before when only p changes', async () => {
    const { events, result } = await runAll(engine, tinySpec({ p: 13 }));
    const start = events.find((event) => event.kind === 'frgStart');
    expect(start?.cached).toBe(true);
    expect(frgRows(events).from).toEqual([0]);
    expect(frgRows(events).predictions).toEqual(frgRows(first.events).predictions);
    expect(result.pruned.count).toBe(2);
    expect(result.stages.backdoored).toEqual(first.result.stages.backdoored);
  });

  it('keeps what it is told to: one map less, from the same sweep', async () => {
    const selected = (events: readonly RunEvent[]): number[] =>
      events.flatMap((event) => (event.kind === 'selected' ? [...event.selection.pruned] : []));
    const [one = 0, ...others] = selected(first.events);
    const { events, result } = await runAll(engine, tinySpec({ keep: [one] }));
    expect(events.find((event) => event.kind === 'frgStart')?.cached).toBe(true);
    expect(selected(events)).toEqual(others);
    expect(result.pruned.count).toBe(others.length);
    const random = tinySpec({ control: 'random' });
    const [drawn = 0, ...rest] = selected((await runAll(engine, random)).events);
    expect(selected((await runAll(engine, { ...random, keep: [drawn] })).events)).toEqual(rest);
    const facts = await factsOfAsync(() => runAll(engine, tinySpec({ keep: [TINY_MAPS] })));
    expect(facts).toMatchObject({ code: 'badInput', field: 'keep' });
  });

  it('sweeps again when the FRG changes', async () => {
    const spec = tinySpec();
    const { events } = await runAll(engine, { ...spec, frg: { ...spec.frg, eps: 0.2 } });
    expect(events.find((event) => event.kind === 'frgStart')?.cached).toBe(false);
  });

  it.each([
    ['random', 5],
    ['l1', 5],
    ['fineTuneOnly', 0],
    ['oracle', 5],
  ] as const)('of the control %s prunes %i maps without a sweep', async (control, count) => {
    const { events, result } = await runAll(engine, tinySpec({ control }));
    expect(story(events)).not.toContain('frgStart');
    expect(result).toMatchObject({ suspectedTarget: null, frg: { maps: 0 }, pruned: { count } });
    if (count === 0) expect(result.stages.pruned).toEqual(result.stages.backdoored);
    expect(tf.memory().numTensors).toBe(loaded);
  });

  it('with 0 epochs ends with the pruned network', async () => {
    const { fineTune } = tinySpec();
    const { events, result } = await runAll(
      engine,
      tinySpec({ fineTune: { ...fineTune, epochs: 0 } }),
    );
    expect(result.stages.fineTuned).toEqual(result.stages.pruned);
    expect(result.fineTune).toEqual({ seconds: 0, epochs: 0 });
    expect(story(events)).not.toContain('epoch');
    expect(await engine.exportWeights('fineTuned')).toEqual(await engine.exportWeights('pruned'));
  });

  it.each(['scored', 'pruned'] as const)('stops where it is told: %s', async (until) => {
    const events: RunEvent[] = [];
    expect(await engine.run(tinySpec(), (event) => events.push(event), until)).toBeNull();
    expect(story(events).at(-1)).toBe(until === 'scored' ? 'frgDone' : 'stage pruned');
  });

  it('inspects a map with the sweep’s own prediction, within eps', async () => {
    const { predictions } = frgRows(first.events);
    for (const [map, image] of [
      [0, 0],
      [TINY_MAPS - 1, 3],
    ] as const) {
      const seen = await engine.inspect(tinySpec(), 0.1, map, image);
      expect(seen.predicted).toBe(predictions[4 * map + image]);
      expect(seen.clean).toHaveLength(seen.size ** 2);
      expect(seen.perturbed).not.toEqual(seen.clean);
      expect(Math.max(...seen.perturbation.map(Math.abs))).toBeLessThanOrEqual(0.1 + 1e-6);
    }
    const facts = await factsOfAsync(() => engine.inspect(tinySpec(), 0.1, 0, 4));
    expect(facts).toMatchObject({ code: 'badInput', field: 'image', got: '4' });
    for (const map of [-1, 0.5, TINY_MAPS]) {
      const none = await factsOfAsync(() => engine.inspect(tinySpec(), 0.1, map, 0));
      expect(none).toMatchObject({ code: 'badInput', field: 'map', got: String(map) });
    }
  });

  it('draws the accuracy of the first k pruned maps', async () => {
    const order = Int32Array.from({ length: TINY_MAPS }, (_, i) => TINY_MAPS - 1 - i);
    const counts = Int32Array.of(0, 3, TINY_MAPS);
    const curve = await engine.accuracyCurve(order, counts);
    expect(curve).toHaveLength(3);
    expect(curve.every((acc) => acc >= 0 && acc <= 1)).toBe(true);
    expect(tf.memory().numTensors).toBe(loaded);
  });

  it('goes on behind the rows of a sweep that was begun elsewhere, and asks them again afresh', async () => {
    const other = await tinyEngine();
    const { predictions } = frgRows(first.events);
    const start = first.events.find((event) => event.kind === 'frgStart');
    if (start?.kind !== 'frgStart') throw new Error('the first run did not score');
    const { maps, labels, eps } = start;
    // As no network would say it, so that rows that were scored again would show.
    const begun = new Int16Array(5 * labels.length).fill(2);
    const table = { maps, labels, predictions: new Int16Array(predictions.length), classes: 3 };
    table.predictions.set(begun);
    const head = (of: readonly number[]): Int16Array => Int16Array.from(of.slice(0, begun.length));
    const sweep = { table: { ...table, rows: 5 }, eps, seconds: 0, gflops: 0 };
    await other.load(TINY_ID);
    await other.adopt(tinySpec(), sweep);
    const { events } = await runAll(other, tinySpec());
    expect(frgRows(events).from[0]).toBe(0);
    expect(head(frgRows(events).predictions)).toEqual(begun);
    expect(frgRows(events).predictions.slice(begun.length)).toEqual(
      predictions.slice(begun.length),
    );
    await other.adopt(tinySpec({ seed: 8 }), sweep);
    const afresh: RunEvent[] = [];
    const spec = tinySpec({ seed: 8 });
    await other.run(spec, (event) => afresh.push(event), 'scored', { fresh: true });
    expect(head(frgRows(afresh).predictions)).not.toEqual(begun);
    await other.dispose();
  });

  // Last: the other engine's network stays in this thread.
  it('gives the same in a new engine, and other rows for another seed', async () => {
    const other = await tinyEngine();
    const again = await runAll(other, tinySpec());
    expect(lasting(again.result)).toEqual(lasting(first.result));
    expect(frgRows(again.events)).toEqual(frgRows(first.events));
    const reseeded = await runAll(other, tinySpec({ seed: 7 }));
    expect(frgRows(reseeded.events).predictions).not.toEqual(frgRows(first.events).predictions);
    await other.dispose();
  });
});
