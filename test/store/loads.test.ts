import { describe, expect, it, vi } from 'vitest';
import { FmpError } from '../../src/core/errors.ts';
import { createApp, type App, type AppOptions } from '../../src/store/app.ts';
import { LESSON } from '../../src/store/lessonSteps.ts';
import { readRunFile, writeRunFile } from '../../src/store/runFile.ts';
import { isReady } from '../../src/store/selectors.ts';
import type { AppState } from '../../src/store/state.ts';
import { announcement, statusText } from '../../src/ui/text/status.ts';
import { FakeEngine, type FakeOptions } from '../support/fakeEngine.ts';

interface Scene {
  readonly app: App;
  readonly engine: FakeEngine;
  readonly state: () => AppState;
  readonly booted: Promise<void>;
}

function begin(fake: FakeOptions, options: AppOptions = {}): Scene {
  const engine = new FakeEngine(fake);
  const app = createApp(engine, options);
  return { app, engine, state: app.store.getState, booted: app.boot() };
}

const downloads = (state: () => AppState): Promise<void> =>
  vi.waitFor(() => {
    expect(state().session.loading?.loaded).toBeGreaterThan(0);
  });

/** The text of a run file as the page's recorded first run. */
async function recorded(): Promise<string> {
  const { app, state, booted } = begin({});
  await booted;
  await app.run.start();
  const origin = { date: '2026-11-22', commit: 'abc', device: 'wasm, test' };
  const text = writeRunFile(state(), app.feed.snapshot(), origin);
  if (text === null) throw new Error('there is no run to record');
  return text;
}

/** The next model does not arrive. */
function failOnce(engine: FakeEngine): void {
  vi.spyOn(engine, 'load').mockImplementationOnce((_, onBytes) => {
    onBytes?.(1, 2);
    return Promise.reject(
      new FmpError('the model cannot be fetched', { code: 'badModel', remedy: 'try later' }),
    );
  });
}

describe('a download that fails', () => {
  it('brings back the network before, with its run and what can be undone, and says why', async () => {
    let time = 0;
    const { app, engine, state, booted } = begin({}, { now: () => (time += 1000) });
    await booted;
    await app.run.start();
    app.maps.pin(3);
    app.setView({ layer: 2, focusMap: 7 });
    const before = state();
    expect(before.history.past.length).toBeGreaterThan(0);
    failOnce(engine);
    await app.own.pick('signs-clean');
    expect(state().session.error).toMatchObject({ code: 'badModel', remedy: 'try later' });
    expect(state().session).toMatchObject({ loading: null, unloaded: null, viewOnly: false });
    expect(state().session.model).toBe(before.session.model);
    expect(state().session.notices.at(-1)).toMatch(/was not loaded; “.*” stays\.$/);
    expect(state().results).toBe(before.results);
    expect(state().history).toBe(before.history);
    expect(state().run).toMatchObject({ status: 'done', seconds: before.run.seconds });
    expect(state().run.spec).toBe(before.run.spec);
    expect(state().view).toMatchObject({ pins: [3], layer: 2, focusMap: 7 });
    expect(app.feed.snapshot()?.rows).toBe(1200);
    expect(isReady(state())).toBe(true);
  });

  it('leaves a first visit without a network, and can be tried again', async () => {
    const { app, engine, state, booted } = begin({}, { hash: '#/?p=12' });
    failOnce(engine);
    await booted;
    expect(state().session.error?.code).toBe('badModel');
    expect(state().session.unloaded).toMatchObject({ id: 'signs-badnets', spec: { p: 12 } });
    expect(statusText(state())).toBe('Not loaded');
    expect(announcement(state())).not.toContain('cancelled');
    await app.run.resumeLoad();
    expect(isReady(state())).toBe(true);
    expect(state().session.error).toBeNull();
    expect(state().run.spec.p).toBe(12);
  });

  it('leaves a run on show as it is by now, with its time, to be read until it is loaded', async () => {
    const text = await recorded();
    const readFirstRun = (): Promise<string> => Promise.resolve(text);
    const { app, engine, state, booted } = begin({}, { readFirstRun });
    vi.spyOn(engine, 'load').mockImplementationOnce(() => {
      app.setP(40);
      return Promise.reject(new FmpError('the model cannot be fetched', { code: 'badModel' }));
    });
    const { seconds } = readRunFile(text);
    await booted;
    expect(state().session.error?.code).toBe('badModel');
    expect(state().run).toMatchObject({ status: 'done', seconds, spec: { p: 40 } });
    expect(state().results.sweep?.complete).toBe(true);
    expect(state().session).toMatchObject({ viewOnly: true, unloaded: { id: 'signs-badnets' } });
    await app.run.resumeLoad();
    expect(isReady(state())).toBe(true);
    expect(state().run.spec.p).toBe(40);
  });
});

it('loads the network on show anew for a link that comes while another is on its way', async () => {
  const { app, state, booted } = begin({ holdLoading: 'signs-clean' });
  await booted;
  await app.run.start('scored');
  const other = app.run.load('signs-clean');
  await downloads(state);
  await app.visit('#/?v=1&model=signs-badnets&p=30');
  await other;
  expect(state().run).toMatchObject({ status: 'empty', phase: null });
  expect(isReady(state())).toBe(true);
});

describe('cancelling a download', () => {
  it('brings back the network before, with its run, and says so', async () => {
    const { app, engine, state, booted } = begin({ holdLoading: 'signs-clean' });
    await booted;
    await app.run.start();
    app.maps.pin(3);
    const before = state();
    const loading = app.run.load('signs-clean');
    await downloads(state);
    expect(state().results.sweep).toBeNull();
    await app.run.cancelLoad();
    await loading;
    expect(engine.calls).toContain('cancelLoad');
    expect(state().session.model).toBe(before.session.model);
    expect(state().results).toBe(before.results);
    expect(state().view.pins).toEqual([3]);
    expect(state().run.status).toBe('done');
    expect(app.feed.snapshot()?.rows).toBe(1200);
    expect(state().session.unloaded).toBeNull();
    expect(state().session.notices.at(-1)).toMatch(/was not loaded; “.*” stays\.$/);
    expect(isReady(state())).toBe(true);
    await app.run.load('signs-badnets');
    expect(state().run.status).toBe('empty');
  });

  it('goes back before both where one choice followed another', async () => {
    const { app, state, booted } = begin({ holdLoading: true });
    await downloads(state);
    const second = app.run.load('signs-clean');
    await app.run.cancelLoad();
    await second;
    await booted;
    expect(state().session).toMatchObject({ model: null, loading: null });
    expect(state().session.unloaded?.id).toBe('signs-clean');
  });

  it('leaves the page without a network at the first visit, and loads it when asked', async () => {
    const options = { hash: '#/?model=signs-clean&p=12' };
    const { app, state, booted } = begin({ holdLoading: 'signs-clean' }, options);
    await downloads(state);
    await app.run.cancelLoad();
    await booted;
    expect(state().run.status).toBe('empty');
    expect(state().session.unloaded).toMatchObject({ id: 'signs-clean', spec: { p: 12 } });
    expect(statusText(state())).toBe('Not loaded');
    expect(announcement(state())).toContain('not loaded');
    const again = app.run.resumeLoad();
    await downloads(state);
    expect(state().session.unloaded).toBeNull();
    await app.run.load('signs-badnets');
    await again;
    expect(isReady(state())).toBe(true);
  });

  it('keeps the recorded run on show, also before its download has begun', async () => {
    const text = await recorded();
    const readFirstRun = (): Promise<string> => Promise.resolve(text);
    for (const early of [true, false]) {
      const { app, state, booted } = begin({ holdLoading: true }, { readFirstRun });
      await vi.waitFor(() => {
        expect(state().session.loading).not.toBeNull();
      });
      if (!early) await downloads(state);
      await app.run.cancelLoad();
      await booted;
      expect(state().results.sweep?.complete).toBe(true);
      expect(state().run.status).toBe('done');
      expect(state().session).toMatchObject({ loading: null, viewOnly: true });
      expect(state().session.unloaded).toEqual({ id: 'signs-badnets', spec: undefined });
    }
  });

  it('runs no step of the lesson on another network', async () => {
    const { app, engine, state, booted } = begin({ holdLoading: 'signs-clean' });
    await booted;
    const step = LESSON.find(({ model }) => model === 'signs-clean');
    if (step === undefined) throw new Error('no step of the lesson reads the clean network');
    const running = app.lesson.runHere(step);
    await downloads(state);
    await app.run.cancelLoad();
    await running;
    expect(engine.calls.filter((call) => call.startsWith('run'))).toEqual([]);
  });
});
