import { describe, expect, it, vi } from 'vitest';
import { createApp, type App, type AppOptions } from '../../src/store/app.ts';
import { LAB } from '../../src/store/route.ts';
import { latestStage, pruneIsOutdated, sweepChanges } from '../../src/store/selectors.ts';
import type { AppState } from '../../src/store/state.ts';
import { FakeEngine, type FakeOptions } from '../support/fakeEngine.ts';
import { compareFile } from '../support/studyFiles.ts';

async function start(
  fake: FakeOptions = {},
  options: AppOptions = {},
): Promise<{ app: App; engine: FakeEngine; state: () => AppState }> {
  const engine = new FakeEngine(fake);
  const app = createApp(engine, options);
  await app.boot();
  return { app, engine, state: app.store.getState };
}

describe('boot', () => {
  it('loads the first model that can run', async () => {
    const { state } = await start();
    expect(state().run.status).toBe('empty');
    expect(state().session.model?.manifest.id).toBe('signs-badnets');
    expect(state().run.spec.model).toBe('signs-badnets');
  });

  it('follows the link and names what it ignored', async () => {
    const hash = '#/?model=signs-clean&preset=paper&steps=zero&lens=oracle';
    const { state } = await start({}, { hash });
    expect(state().session.model?.manifest.attack).toBeNull();
    expect(state().run.spec.score).toBe('accuracy');
    expect(state().view.lens).toBe('oracle');
    expect(state().session.notices).toHaveLength(1);
  });

  it('says so when no model can run', async () => {
    const { state } = await start({ models: [] });
    expect(state().run.status).toBe('failed');
    expect(state().session.error?.code).toBe('badModel');
  });
});

describe('a run', () => {
  it('fills the table, the stages and the epochs, then measures the curve', async () => {
    const { app, state } = await start({}, { hash: '#/?maps=all&p=100&epochs=10' });
    await app.run.start();
    const { results, run } = state();
    expect(run.status).toBe('done');
    expect(run.epsCandidates).toHaveLength(8);
    expect(app.feed.snapshot()?.rows).toBe(1200);
    expect(results.sweep).toMatchObject({ complete: true, eps: 24 / 255 });
    expect(results.stages.fineTuned?.pruned).toBe(12);
    expect(results.epochs).toHaveLength(10);
    expect(results.curve?.counts).toContain(12);
    expect(results.result?.pruned.count).toBe(12);
  });

  it('stops after scoring, then prunes, then fine-tunes', async () => {
    const { app, state } = await start();
    await app.run.start('scored');
    expect(latestStage(state())).toBe('backdoored');
    await app.run.start('pruned');
    expect(latestStage(state())).toBe('pruned');
    await app.run.start('fineTuned');
    expect(latestStage(state())).toBe('fineTuned');
    app.history.undo();
    expect(latestStage(state())).toBe('pruned');
    app.history.undo();
    app.history.undo();
    expect(latestStage(state())).toBe('backdoored');
  });

  it('pauses, steps one map, resumes', async () => {
    const { app, state } = await start({ batch: 100 });
    const ended = app.run.step();
    await vi.waitFor(() => {
      expect(state().run.progress?.done).toBe(1);
    });
    expect(state().run.status).toBe('paused');
    await app.run.step();
    await vi.waitFor(() => {
      expect(state().run.progress?.done).toBe(2);
    });
    await app.run.resume();
    await ended;
    expect(state().run.status).toBe('done');
  });

  it('keeps what was scored when it is stopped, and forgets it on reset', async () => {
    const { app, state } = await start({ holdAfterMaps: 300 });
    const ended = app.run.start();
    await vi.waitFor(() => {
      expect(state().run.progress?.done).toBe(300);
    });
    await app.run.cancel();
    await ended;
    expect(state().run.status).toBe('cancelled');
    expect(app.feed.snapshot()?.rows).toBe(300);
    expect(state().session.error).toBeNull();
    await app.run.reset();
    expect(state().run.status).toBe('empty');
    expect(app.feed.snapshot()).toBeNull();
  });

  it('reports a failure with its remedy and keeps the rows', async () => {
    const { app, state } = await start({ failAfterMaps: 400 });
    await app.run.start();
    expect(state().run.status).toBe('failed');
    expect(state().session.error).toMatchObject({ code: 'deviceLost', remedy: /run again/ });
    expect(app.feed.snapshot()?.rows).toBe(400);
  });

  it('ignores the events of a model that was left', async () => {
    const { app, state } = await start({ holdAfterMaps: 300 });
    const ended = app.run.start();
    await vi.waitFor(() => {
      expect(state().run.progress?.done).toBe(300);
    });
    await app.run.load('signs-clean');
    await ended;
    expect(state().run.status).toBe('empty');
    expect(state().results.sweep).toBeNull();
  });
});

describe('settings', () => {
  it('name what makes the sweep stale, and p never does', async () => {
    const { app, state } = await start();
    await app.run.start();
    app.setP(50);
    expect(sweepChanges(state())).toEqual([]);
    expect(pruneIsOutdated(state())).toBe(true);
    app.setSpec((spec) => ({ ...spec, seed: 9, frg: { ...spec.frg, eps: 48 / 255 } }));
    expect(sweepChanges(state())).toEqual([
      { setting: 'eps', before: 'auto', now: '48/255' },
      { setting: 'seed', before: '0', now: '9' },
    ]);
    expect(state().run.spec.preset).toBe('custom');
  });

  it('go back to Defender when the line is touched', async () => {
    const { app, state } = await start({}, { hash: '#/?lens=oracle' });
    app.setP(80);
    expect(state().view.lens).toBe('defender');
  });

  it('reach the address', async () => {
    const onLink = vi.fn();
    const { app } = await start({}, { onLink });
    app.setP(48);
    expect(onLink).toHaveBeenLastCalledWith('#/?v=1&model=signs-badnets&preset=lab&p=48');
  });
});

describe('the line', () => {
  it('that is put where it stands is no choice: not made in Oracle view, nothing to undo', async () => {
    const { app, state } = await start();
    await app.run.start('scored');
    app.setView({ lens: 'oracle' });
    const { run, history } = state();
    app.setP(run.spec.p);
    expect(state().view.lens).toBe('oracle');
    expect(state().run).toBe(run);
    expect(state().history).toBe(history);
    app.setP(run.spec.p + 1);
    expect(state().view.lens).toBe('defender');
    expect(state().run.informed).toBe(true);
  });
});

describe('turning to a page', () => {
  it('goes to its address, so that Back leads to the page before', async () => {
    const gone: string[] = [];
    const goTo = (hash: string): void => {
      gone.push(hash);
    };
    const { app, state } = await start({}, { hash: '#/models', goTo });
    app.turnTo(LAB);
    expect(gone).toEqual(['#/']);
    // The address leads on, as it does when a person follows a link.
    expect(state().view.route.page).toBe('models');
    await app.visit('#/');
    app.turnTo(LAB);
    expect(gone).toEqual(['#/']);
    const blob = new Blob([JSON.stringify(compareFile())]);
    await app.own.open([{ path: 'compare.json', blob }]);
    expect(gone).toEqual(['#/', '#/compare']);
    expect(state().view.of).not.toBeNull();
  });

  it('happens at once where there is no address', async () => {
    const { app, state } = await start({}, { hash: '#/models' });
    app.turnTo(LAB);
    expect(state().view.route).toEqual(LAB);
  });
});
