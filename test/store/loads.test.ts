import { describe, expect, it, vi } from 'vitest';
import { createApp, type App, type AppOptions } from '../../src/store/app.ts';
import { LESSON } from '../../src/store/lessonSteps.ts';
import { writeRunFile } from '../../src/store/runFile.ts';
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
