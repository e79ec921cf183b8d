import { describe, expect, it, vi } from 'vitest';
import type { CheckpointChoice } from '../../src/bridge/own.ts';
import { type App, createApp } from '../../src/store/app.ts';
import { type ComparePort, CompareStudy } from '../../src/store/compare.ts';
import { studyBar } from '../../src/store/compareJobs.ts';
import { writeRunFile } from '../../src/store/runFile.ts';
import { isReady } from '../../src/store/selectors.ts';
import { SweepsStudy } from '../../src/store/sweeps.ts';
import { FakeEngine, type FakeOptions } from '../support/fakeEngine.ts';
import { SIGNS } from '../support/studyFiles.ts';

interface Scene extends ComparePort {
  readonly app: App;
  readonly engine: FakeEngine;
}

async function port(options: FakeOptions): Promise<Scene> {
  const engine = new FakeEngine(options);
  const app = createApp(engine);
  await app.boot();
  return {
    ...{ engine, app, get: app.store.getState, today: () => '2026-11-22', now: () => 0 },
    set: (update) => {
      app.store.setState(update);
    },
    read: () => Promise.resolve(null),
  };
}

const CHOICE: CheckpointChoice = {
  ...{ normalisation: { mean: [0, 0, 0], std: [1, 1, 1] }, dataset: 'signs', trigger: null },
};

describe('one thing at a time', () => {
  it('the lab waits while a comparison is under way, and loses nothing', async () => {
    const given = await port({ holdAtJob: 0 });
    const { app, engine } = given;
    await app.run.start('scored');
    const { results, session } = given.get();
    const calls = () => engine.calls.filter((call) => /^(run|load|useCheckpoint)/.test(call));
    const before = calls();
    const study = new CompareStudy(given);
    study.begin('signs-badnets');
    const running = study.run();
    expect(given.get().session.studying).toBe('compare');
    expect(isReady(given.get())).toBe(false);
    await app.run.start();
    await app.own.pick('signs-clean');
    expect(given.get().session.error).toMatchObject({
      ...{ message: 'a comparison is under way', remedy: /cancel it on its page/ },
    });
    await app.own.use(CHOICE);
    expect(given.get().own.error?.message).toBe('a comparison is under way');
    expect(calls()).toEqual(before);
    expect(given.get().results).toBe(results);
    expect(given.get().session.model).toBe(session.model);
    const sweeps = new SweepsStudy(given);
    sweeps.show({ over: 'p', model: SIGNS.id });
    await sweeps.run();
    expect(sweeps.store.getState().status.status).toBe('idle');
    await study.cancel();
    await running;
    expect(given.get().session.studying).toBeNull();
    expect(isReady(given.get())).toBe(true);
  });

  it('no study begins while the lab runs or loads', async () => {
    const given = await port({ holdAfterMaps: 100, holdLoading: 'signs-clean' });
    const { app, engine } = given;
    const study = new CompareStudy(given);
    study.begin('signs-badnets');
    const ended = app.run.start();
    expect(studyBar(given.get())).toBe('run');
    await study.run();
    await app.run.cancel();
    await ended;
    const loading = app.run.load('signs-clean');
    expect(studyBar(given.get())).toBe('loading');
    await study.run();
    expect(engine.calls.filter((call) => call.startsWith('study'))).toEqual([]);
    await app.run.cancelLoad();
    await loading;
    await study.run();
    expect(engine.calls.filter((call) => call.startsWith('study'))).toEqual(['study 4']);
  });

  it('a run that is opened meanwhile can be read, and gone on with afterwards', async () => {
    const made = createApp(new FakeEngine());
    await made.boot();
    await made.run.start('scored');
    const origin = { date: '2026-01-31', commit: '', device: 'a test' };
    const text = writeRunFile(made.store.getState(), made.feed.snapshot(), origin) ?? '';
    const given = await port({ holdAtJob: 0 });
    const study = new SweepsStudy(given);
    study.show({ over: 'p', model: SIGNS.id });
    const running = study.run();
    await given.app.own.open([{ path: 'run.json', blob: new Blob([text]) }]);
    expect(given.get().results.sweep?.complete).toBe(true);
    expect(given.get().session).toMatchObject({
      ...{ viewOnly: true, loading: null, unloaded: { id: SIGNS.id } },
      error: { message: 'a sweep over settings is under way' },
    });
    await study.cancel();
    await running;
    await given.app.run.resumeLoad();
    expect(isReady(given.get())).toBe(true);
    expect(given.get().results.sweep?.complete).toBe(true);
  });

  it('one’s own network is put in place behind an open dialog, and nothing runs meanwhile', async () => {
    const { app, engine, get: state } = await port({});
    await app.own.open([{ path: 'mine.safetensors', blob: new Blob() }]);
    await app.own.use(CHOICE);
    await app.own.pick('signs-badnets');
    const put = engine.useCheckpoint.bind(engine);
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const asked = vi
      .spyOn(engine, 'useCheckpoint')
      .mockImplementationOnce((choice) => gate.then(() => put(choice)));
    const picking = app.own.pick('own');
    await vi.waitFor(() => {
      expect(asked).toHaveBeenCalled();
    });
    expect(state().own).toMatchObject({ isOpen: true, task: { kind: 'use' } });
    expect(isReady(state())).toBe(false);
    app.own.close();
    await app.run.start('scored');
    await app.run.load('signs-clean');
    expect(state().session.error?.message).toBe('your network is being loaded');
    expect(state().session.model?.manifest.id).toBe('signs-badnets');
    go();
    await picking;
    expect(engine.calls.filter((call) => call.startsWith('run'))).toEqual([]);
    expect(engine.calls).not.toContain('load signs-clean');
    expect(state().session).toMatchObject({ model: { manifest: { id: 'own' } }, error: null });
    expect(isReady(state())).toBe(true);
  });
});
