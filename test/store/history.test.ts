import { describe, expect, it } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
import { exportable } from '../../src/store/exports.ts';
import { latestStage } from '../../src/store/selectors.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

async function scored(): Promise<{ app: App; wait: (ms: number) => void }> {
  let time = 0;
  const app = createApp(new FakeEngine(), { now: () => time });
  await app.boot();
  await app.run.start('scored');
  const wait = (ms: number): void => {
    time += ms;
  };
  return { app, wait };
}

describe('undo and redo', () => {
  it('take one drag of the line as one change, and later moves as others', async () => {
    const { app, wait } = await scored();
    for (const p of [20, 24, 30]) {
      app.setP(p);
      wait(50);
    }
    wait(5000);
    app.setP(60);
    const p = () => app.store.getState().run.spec.p;
    app.history.undo();
    expect(p()).toBe(30);
    app.history.undo();
    expect(p()).toBe(16);
    app.history.undo();
    expect(p()).toBe(16);
    app.history.redo();
    app.history.redo();
    expect(p()).toBe(60);
    app.history.undo();
    app.setP(99);
    expect(app.store.getState().history.future).toEqual([]);
  });

  it('bring back what was made with a cut', async () => {
    const { app } = await scored();
    await app.run.start('fineTuned');
    const { stages } = app.store.getState().results;
    app.setP(64);
    await app.run.start('pruned');
    expect(app.store.getState().results.stages.pruned?.p).toBe(64);
    app.history.undo();
    app.history.undo();
    expect(app.store.getState().results.stages).toBe(stages);
    expect(app.store.getState().run.spec.p).toBe(16);
    expect(app.store.getState().results.epochs.length).toBeGreaterThan(0);
    app.history.undo();
    expect(latestStage(app.store.getState())).toBe('pruned');
    app.history.undo();
    expect(latestStage(app.store.getState())).toBe('backdoored');
    app.history.undo();
    expect(latestStage(app.store.getState())).toBe('backdoored');
  });

  it('show a result beside the stages of its own run alone', async () => {
    const { app } = await scored();
    const result = () => app.store.getState().results.result;
    await app.run.start('fineTuned');
    expect(result()?.spec.p).toBe(16);
    app.setP(64);
    await app.run.start('pruned');
    expect(result()).toBeNull();
    app.history.undo();
    app.history.undo();
    expect(result()?.spec.p).toBe(16);
    app.history.redo();
    app.history.redo();
    expect(result()).toBeNull();
    await app.run.start('fineTuned');
    expect(result()?.spec.p).toBe(64);
    await app.run.start('scored');
    expect(result()).toBeNull();
  });

  it('offer weights only of what the engine still holds', async () => {
    const { app } = await scored();
    await app.run.start('fineTuned');
    expect(exportable(app.store.getState()).weights).toBe('fineTuned');
    app.history.undo();
    expect(exportable(app.store.getState()).weights).toBe('pruned');
    app.history.redo();
    app.setP(64);
    await app.run.start('pruned');
    expect(exportable(app.store.getState()).weights).toBe('pruned');
    app.history.undo();
    app.history.undo();
    expect(exportable(app.store.getState()).weights).toBeNull();
  });

  it('take back a reset: scores, networks and what came before', async () => {
    const { app } = await scored();
    await app.run.start('fineTuned');
    app.setP(64);
    await app.run.start('pruned');
    const [before, table] = [app.store.getState(), app.feed.snapshot()];
    await app.run.reset();
    expect(app.store.getState().results.sweep).toBeNull();
    expect(app.feed.snapshot()).toBeNull();
    app.setP(20);
    app.history.undo();
    const after = app.store.getState();
    expect(app.feed.snapshot()).toEqual(table);
    expect(after.results).toBe(before.results);
    expect(after.run).toMatchObject({ status: 'done', spec: before.run.spec });
    expect(after.run.seconds).toBe(before.run.seconds);
    expect(exportable(after).weights).toBe('pruned');
    expect(after.history.past).toBe(before.history.past);
    app.history.undo();
    expect(app.store.getState().results.stages.fineTuned).toBeDefined();
    // Nothing to take away: nothing to come back to.
    await app.run.load('signs-clean');
    await app.run.reset();
    expect(app.store.getState().history.past).toEqual([]);
  });

  it('do not take back a reset over another trigger or network', async () => {
    const { app } = await scored();
    await app.run.reset();
    await app.run.setTrigger(null);
    expect(app.store.getState().history.past).toEqual([]);
    await app.run.start('scored');
    await app.run.reset();
    await app.run.load('signs-badnets');
    expect(app.store.getState().history.past).toEqual([]);
  });

  it('forget when the scores or the network are others', async () => {
    const { app } = await scored();
    app.setP(40);
    expect(app.store.getState().history.past).toHaveLength(1);
    app.setSpec((spec) => ({ ...spec, seed: 5 }));
    await app.run.start('scored');
    expect(app.store.getState().history.past).toHaveLength(0);
    app.setP(41);
    await app.run.load('signs-clean');
    expect(app.store.getState().history.past).toHaveLength(0);
  });
});
