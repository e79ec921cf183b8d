import { describe, expect, it } from 'vitest';
import { parseTyped, stringifyTyped } from '../../src/store/typedJson.ts';
import { createApp, type App } from '../../src/store/app.ts';
import { readRunFile, writeRunFile } from '../../src/store/runFile.ts';
import { FakeEngine } from '../support/fakeEngine.ts';
import { factsOf } from '../support/facts.ts';

const HERE = { date: '2026-01-31', commit: 'abc1234', device: 'a test' };

async function finished(): Promise<{ app: App; text: string }> {
  const app = createApp(new FakeEngine(), { hash: '#/?epochs=3' });
  await app.boot();
  await app.run.start();
  const text = writeRunFile(app.store.getState(), app.feed.snapshot(), HERE);
  if (text === null) throw new Error('nothing to write');
  return { app, text };
}

type Json = Record<string, unknown>;

/** The file with one value changed; keys that hold typed arrays keep them. */
function damaged(text: string, path: readonly string[], value: unknown): string {
  const file = parseTyped(text) as Json;
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce<Json>((at, key) => at[key] as Json, file);
  parent[last] = value;
  return stringifyTyped(file);
}

describe('a run file', () => {
  it('holds nothing before there is a sweep', async () => {
    const app = createApp(new FakeEngine());
    await app.boot();
    expect(writeRunFile(app.store.getState(), app.feed.snapshot(), HERE)).toBeNull();
  });

  it('opens as what was on show, marked as recorded', async () => {
    const { app, text } = await finished();
    const opened = readRunFile(text);
    const { results, run, session } = app.store.getState();
    expect(opened.table).toEqual(app.feed.snapshot());
    // Of a manifest it keeps what the page shows, and which weights they were.
    expect(session.model).toMatchObject(opened.model);
    expect(opened.network).toMatch(/^0{64}$/);
    expect(opened.spec).toEqual(run.spec);
    expect(opened.results.sweep).toEqual({ ...results.sweep, recorded: HERE });
    expect(opened.results.stages.fineTuned).toEqual({
      ...results.stages.fineTuned,
      recorded: HERE,
    });
    expect(opened.results.result).toEqual(results.result);
    expect(opened.results.curve).toEqual(results.curve);
  });

  it('keeps where each part comes from when it is written again', async () => {
    const { text } = await finished();
    const app = createApp(new FakeEngine(), {
      readFirstRun: () => Promise.resolve(text),
      hash: '#/?epochs=3',
    });
    await app.boot();
    const there = { ...HERE, device: 'another' };
    const again = writeRunFile(app.store.getState(), app.feed.snapshot(), there);
    expect(readRunFile(again ?? '').results.sweep?.recorded).toEqual(HERE);
  });

  it.each([
    ['another format', ['format'], 'something'],
    ['a later version', ['version'], 2],
    ['p below 1', ['spec', 'p'], 0],
    ['missing rows', ['table', 'predictions'], new Int16Array(3)],
    ['a map that the network has not', ['table', 'maps'], new Int32Array(1200).fill(9999)],
    ['too many rows', ['table', 'rows'], 1201],
    ['a table of other classes', ['table', 'classes'], 10],
    ['an image cut short', ['model', 'samples', 'clean'], new Uint8Array(5)],
    ['a class name too few', ['model', 'manifest', 'classes'], ['stop']],
    ['sizes of no network', ['model', 'manifest', 'architecture', 'blocks'], [0]],
    ['probabilities cut short', ['model', 'probabilities', 'clean'], new Float32Array(5)],
    ['a list for an array', ['table', 'labels'], [1, 2]],
  ])('is refused with %s', async (_, path, value) => {
    const { text } = await finished();
    const facts = factsOf(() => readRunFile(damaged(text, path, value)));
    expect(facts.code).toBe('badData');
  });

  it('is refused when it is no JSON', () => {
    expect(() => readRunFile('{')).toThrow(/not a run/);
  });
});

describe('the first run', () => {
  it('is on show before the model is loaded, and stays when it is', async () => {
    const { text } = await finished();
    const engine = new FakeEngine({ holdLoading: true });
    const app = createApp(engine, {
      readFirstRun: () => Promise.resolve(text),
      hash: '#/?epochs=3',
    });
    void app.boot();
    await expect.poll(() => app.store.getState().results.sweep).not.toBeNull();
    expect(app.feed.snapshot()?.rows).toBe(1200);
    await expect.poll(() => engine.calls).toContain('load signs-badnets');
    expect(app.store.getState().run.status).toBe('done');
    await app.run.start();
    expect(engine.calls.some((call) => call.startsWith('run'))).toBe(false);
  });

  it('is on show where the address says nothing', async () => {
    const made = createApp(new FakeEngine());
    await made.boot();
    await made.run.start();
    const text = writeRunFile(made.store.getState(), made.feed.snapshot(), HERE) ?? '';
    const app = createApp(new FakeEngine(), { readFirstRun: () => Promise.resolve(text) });
    await app.boot();
    expect(app.store.getState().results.sweep?.recorded).toEqual(HERE);
  });

  it('lends its sweep to pruning; Run makes a new one', async () => {
    const { text } = await finished();
    const engine = new FakeEngine();
    const app = createApp(engine, {
      readFirstRun: () => Promise.resolve(text),
      hash: '#/?epochs=3',
    });
    await app.boot();
    expect(app.store.getState().session.loading).toBeNull();
    await app.run.continueTo('pruned');
    const runs = engine.calls.filter((call) => /^(adopt|run)/.test(call));
    expect(runs).toEqual(['adopt seed=0 maps=1200', 'run pruned p=16']);
    await app.run.reset();
    app.run.show(readRunFile(text));
    await app.run.load('signs-badnets', undefined, true);
    await app.run.start();
    expect(engine.calls).toContain('run fineTuned p=16 fresh');
    expect(app.store.getState().results.sweep?.recorded).toBeNull();
  });

  it('gives way to a link that asks for something else', async () => {
    const { text } = await finished();
    const app = createApp(new FakeEngine(), {
      readFirstRun: () => Promise.resolve(text),
      hash: '#/?seed=5',
    });
    await app.boot();
    expect(app.store.getState().results.sweep).toBeNull();
    expect(app.store.getState().run.spec.seed).toBe(5);
  });

  it('is missed with a notice where it cannot be read', async () => {
    const app = createApp(new FakeEngine(), { readFirstRun: () => Promise.resolve('{}') });
    await app.boot();
    expect(app.store.getState().session.notices).toHaveLength(1);
    expect(app.store.getState().run.status).toBe('empty');
  });
});
