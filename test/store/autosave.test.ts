import { describe, expect, it } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
import type { SavedRun, SavedRuns } from '../../src/store/autosave.ts';
import { canGoOn } from '../../src/store/selectors.ts';
import { FakeEngine, type FakeOptions } from '../support/fakeEngine.ts';

class FakeRuns implements SavedRuns {
  readonly kept = new Map<string, SavedRun>();
  isFull = false;

  newest = (visit: string): Promise<SavedRun | null> =>
    Promise.resolve([...this.kept.values()].findLast(({ id }) => id !== visit) ?? null);

  write = (run: SavedRun): Promise<void> => {
    if (this.isFull) return Promise.reject(new Error('QuotaExceededError'));
    this.kept.set(run.id, run);
    return Promise.resolve();
  };

  remove = (id: string): Promise<void> => {
    this.kept.delete(id);
    return Promise.resolve();
  };
}

let visits = 0;

/** A visit whose timers run when the test says so. */
async function visit(
  runs: SavedRuns,
  fake: FakeOptions = {},
): Promise<{ app: App; tick: () => Promise<void>; calls: readonly string[] }> {
  const due: (() => void)[] = [];
  const time = `2026-01-01T00:00:${String(visits++).padStart(2, '0')}.000Z`;
  const engine = new FakeEngine(fake);
  const app = createApp(engine, {
    savedRuns: runs,
    clock: () => time,
    later: (callback) => due.push(callback),
  });
  await app.boot();
  const tick = async (): Promise<void> => {
    for (const callback of due.splice(0)) callback();
    await Promise.resolve();
  };
  return { app, tick, calls: engine.calls };
}

/** A sweep that failed after 400 maps, on show again at the next visit. */
async function brokenOff() {
  const runs = new FakeRuns();
  const { app, tick } = await visit(runs, { failAfterMaps: 400 });
  await app.run.start();
  await tick();
  const next = await visit(runs);
  await next.app.autosave.resume();
  return { runs, next };
}

describe('autosave', () => {
  it('keeps a run and offers it at the next visit, with the same scores and stages', async () => {
    const runs = new FakeRuns();
    const first = await visit(runs);
    expect(first.app.store.getState().session.saved).toBeNull();
    await first.app.run.start('pruned');
    await first.tick();
    const { app } = await visit(runs);
    expect(app.store.getState().session.saved).toMatchObject({ stage: 'pruned' });
    await app.autosave.resume();
    const [before, after] = [first.app.store.getState(), app.store.getState()];
    expect(after.session.saved).toBeNull();
    expect(after.results.stages.pruned?.metrics).toEqual(before.results.stages.pruned?.metrics);
    expect(app.feed.snapshot()?.predictions).toEqual(first.app.feed.snapshot()?.predictions);
  });

  it('keeps the part of a sweep that was stopped by a failure', async () => {
    const { next } = await brokenOff();
    expect(next.app.feed.snapshot()?.rows).toBe(400);
    expect(next.app.store.getState().results.sweep?.complete).toBe(false);
  });

  it('goes on with such a part on the same device and settings, and else begins again', async () => {
    const { runs, next } = await brokenOff();
    expect(canGoOn(next.app.store.getState())).toBe(true);
    await next.app.run.start('scored');
    expect(next.calls.filter((call) => /^(adopt|run)/.test(call))).toEqual([
      'adopt seed=0 maps=400',
      'run scored p=16',
    ]);
    expect(next.app.store.getState().results.sweep).toMatchObject({ complete: true });
    const info = { backend: 'webgpu', device: 'another', threads: 1, skipped: [] } as const;
    const elsewhere = await visit(runs, { info });
    await elsewhere.app.autosave.resume();
    expect(canGoOn(elsewhere.app.store.getState())).toBe(false);
    await elsewhere.app.run.start('scored');
    expect(elsewhere.calls).toContain('run scored p=16 fresh');
  });

  it('leaves an earlier run alone when a new one begins, until it is discarded', async () => {
    const runs = new FakeRuns();
    const first = await visit(runs);
    await first.app.run.start('scored');
    await first.tick();
    const second = await visit(runs);
    await second.app.run.start('pruned');
    await second.tick();
    expect(runs.kept.size).toBe(2);
    await second.app.autosave.discard();
    expect([...runs.kept.values()].map(({ stage }) => stage)).toEqual(['pruned']);
  });

  it('says once that there is no room, and never fails the run', async () => {
    const runs = new FakeRuns();
    runs.isFull = true;
    const { app, tick } = await visit(runs);
    await app.run.start('scored');
    await tick();
    await app.run.start('pruned');
    await tick();
    expect(app.store.getState().run.status).toBe('done');
    expect(app.store.getState().session.notices.filter((n) => n.includes('no room'))).toHaveLength(
      1,
    );
  });

  it('says so when what was kept is damaged', async () => {
    const runs = new FakeRuns();
    runs.kept.set('a', {
      ...{ version: 1, id: 'a', savedAt: '2026-01-01T00:00:00Z', title: 'x', stage: 'scored' },
      text: '{"format":"fmp-lab-run"}',
    });
    const { app } = await visit(runs);
    await app.autosave.resume();
    expect(app.store.getState().session.notices.join()).toContain('could not be read');
    expect(app.store.getState().session.model).not.toBeNull();
  });
});
