import { describe, expect, it, vi } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
import { writeRunFile } from '../../src/store/runFile.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

const LINK = '#/?epochs=0&images=4&eps=8/255';
const setEps = (app: App, k: number): void => {
  app.setSpec((spec) => ({ ...spec, frg: { ...spec.frg, eps: k / 255 } }));
};
const behind = (app: App): number | null => {
  const { previous } = app.store.getState();
  return previous === null ? null : Math.round(previous.sweep.eps * 255);
};

async function scored(): Promise<{ app: App; engine: FakeEngine }> {
  const engine = new FakeEngine();
  const app = createApp(engine, { hash: LINK });
  await app.boot();
  await app.run.start('scored');
  return { app, engine };
}

describe('the ghost of the previous run', () => {
  it('is the finished sweep that another takes the place of, with its table', async () => {
    const { app } = await scored();
    expect(behind(app)).toBeNull();
    const first = app.feed.snapshot();
    setEps(app, 16);
    expect(behind(app)).toBeNull();
    await app.run.start('scored');
    expect(behind(app)).toBe(8);
    expect(app.store.getState().previous?.table).toBe(first);
    setEps(app, 24);
    await app.run.start('scored');
    expect(behind(app)).toBe(16);
  });

  it('stays the last finished one when the next is stopped half-way', async () => {
    const app = createApp(new FakeEngine({ holdAfterMaps: 300 }), { hash: LINK });
    await app.boot();
    const ended = app.run.start('scored');
    await vi.waitFor(() => {
      expect(app.store.getState().run.progress?.done).toBe(300);
    });
    await app.run.cancel();
    await ended;
    setEps(app, 16);
    const again = app.run.start('scored');
    await vi.waitFor(() => {
      expect(app.store.getState().results.sweep?.eps).toBe(16 / 255);
    });
    expect(behind(app)).toBeNull();
    await app.run.cancel();
    await again;
  });

  it('is also the recorded run, and goes with its network', async () => {
    const { app: made } = await scored();
    const here = { date: '2026-01-31', commit: '', device: 'a test' };
    const text = writeRunFile(made.store.getState(), made.feed.snapshot(), here) ?? '';
    const app = createApp(new FakeEngine(), {
      hash: LINK,
      readFirstRun: () => Promise.resolve(text),
    });
    await app.boot();
    await app.run.start('scored');
    expect(app.store.getState().previous?.sweep.recorded).toEqual(here);
    await app.run.load('signs-clean');
    expect(behind(app)).toBeNull();
  });
});
