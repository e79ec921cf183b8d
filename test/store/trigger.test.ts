import { describe, expect, it } from 'vitest';
import type { EngineApi } from '../../src/bridge/protocol.ts';
import type { TriggerOf } from '../../src/core/attacks/trigger.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { createApp, type App } from '../../src/store/app.ts';
import { TRIED_ON } from '../../src/store/commands.ts';
import { exportable } from '../../src/store/exports.ts';
import { writeRunFile } from '../../src/store/runFile.ts';
import { SeeingEngine } from '../ui/harness/seeingEngine.ts';

const HASH = '#/?images=8&epochs=2';

/** An app with a finished run, and the specs of its engine's runs. */
async function finished(): Promise<{
  app: App;
  engine: SeeingEngine;
  specs: RunSpec[];
  other: TriggerOf<'badnets'>;
}> {
  const engine = new SeeingEngine();
  const specs: RunSpec[] = [];
  const { run } = engine;
  engine.run = (spec, ...rest): ReturnType<EngineApi['run']> => {
    specs.push(spec);
    return run(spec, ...rest);
  };
  const app = createApp(engine, { hash: HASH });
  await app.boot();
  await app.run.start();
  const { trigger } = app.store.getState().session.model ?? {};
  if (trigger?.kind !== 'badnets') throw new Error('the fake model has a sticker');
  return { app, engine, specs, other: { ...trigger, size: 5 } };
}

describe('a trigger of one’s own', () => {
  it('is tried on a few images at once, with every network here; what needs no trigger stays', async () => {
    const { app, engine, specs, other } = await finished();
    const before = app.store.getState();
    await app.run.setTrigger(other);
    expect(engine.calls.slice(-3)).toContain('setTrigger badnets');
    expect(specs.at(-1)?.evaluation.images).toBe(TRIED_ON);
    const after = app.store.getState();
    expect(after.run.spec).toBe(before.run.spec);
    expect(after.run.until).toBe(before.run.until);
    expect(after.run.status).toBe('done');
    expect(after.run.seconds).toBe(before.run.seconds);
    expect(after.results.sweep).toBe(before.results.sweep);
    expect(after.results.epochs).toBe(before.results.epochs);
    expect(after.results.selected).toBe(before.results.selected);
    expect(after.session.notices).toEqual([]);
    for (const stage of ['backdoored', 'pruned', 'fineTuned'] as const) {
      const [old, fresh] = [before.results.stages[stage], after.results.stages[stage]];
      expect(fresh?.metrics.acc).toBe(old?.metrics.acc);
      expect(fresh).toMatchObject({ triggeredOf: TRIED_ON, pruned: old?.pruned, p: old?.p });
      expect(fresh?.predictions.clean).toBe(old?.predictions.clean);
      expect(fresh?.predictions.triggered).not.toBe(old?.predictions.triggered);
    }
    expect(after.results.result?.spec).toBe(before.results.result?.spec);
    expect(exportable(after).weights).toBe('fineTuned');
  });

  it('is measured with the seed of the run, whatever the controls say by now', async () => {
    const { app, specs, other } = await finished();
    app.setSpec((spec) => ({ ...spec, seed: 7 }));
    await app.run.setTrigger(other);
    expect(specs.at(-1)?.seed).toBe(0);
    expect(app.store.getState().run.spec.seed).toBe(7);
  });

  it('leaves the Acc curve, and has it measured where it was not yet', async () => {
    const { app, engine, other } = await finished();
    const { curve } = app.store.getState().results;
    const measured = () => engine.calls.filter((call) => call === 'accuracyCurve').length;
    const before = measured();
    await app.run.setTrigger(other);
    expect(app.store.getState().results.curve).toBe(curve);
    expect(measured()).toBe(before);
    app.store.setState((s) => ({ ...s, results: { ...s.results, curve: null } }));
    await app.run.setTrigger(null);
    expect(app.store.getState().results.curve).not.toBeNull();
  });

  it('says which networks it was not tried on', async () => {
    const { app, other } = await finished();
    const origin = { date: '2026-11-22', commit: 'abc', device: 'wasm, test' };
    const text = writeRunFile(app.store.getState(), app.feed.snapshot(), origin) ?? '';
    const engine = new SeeingEngine();
    const shown = createApp(engine, { hash: HASH, readFirstRun: () => Promise.resolve(text) });
    await shown.boot();
    expect(shown.store.getState().results.stages.pruned).toBeDefined();
    await shown.run.setTrigger(other);
    const { results, session } = shown.store.getState();
    expect(Object.keys(results.stages)).toEqual(['backdoored']);
    expect(results.epochs).toEqual([]);
    expect(session.notices.at(-1)).toMatch(
      /^The networks that this run made are not in this tab, so the new trigger was not tried/,
    );
  });

  it('says so, too, when measuring breaks off', async () => {
    const { app, engine, other } = await finished();
    const { run } = engine;
    engine.run = (spec, onEvent, ...rest): ReturnType<EngineApi['run']> =>
      run(
        spec,
        (event) => {
          if (event.kind === 'stage' && event.stage === 'backdoored') void engine.cancel();
          onEvent(event);
        },
        ...rest,
      );
    await app.run.setTrigger(other);
    const { results, session } = app.store.getState();
    expect(Object.keys(results.stages)).toEqual(['backdoored']);
    expect(session.notices.at(-1)).toContain('Measuring broke off');
  });

  it('leaves no way back to numbers of the one before', async () => {
    const { app, other } = await finished();
    app.setP(30);
    app.setP(40);
    expect(app.store.getState().history.past.length).toBeGreaterThan(0);
    await app.run.setTrigger(other);
    expect(app.store.getState().history).toEqual({ past: [], future: [] });
    const { stages } = app.store.getState().results;
    app.setP(50);
    app.history.undo();
    expect(app.store.getState().results.stages).toBe(stages);
    expect(app.store.getState().run.spec.p).toBe(40);
    await app.run.setTrigger(null);
    expect(app.store.getState().history).toEqual({ past: [], future: [] });
  });

  it('comes back with a run file that was measured with it', async () => {
    const { app, other } = await finished();
    await app.run.setTrigger(other);
    const origin = { date: '2026-11-22', commit: 'abc', device: 'wasm, test' };
    const text = writeRunFile(app.store.getState(), app.feed.snapshot(), origin) ?? '';
    const engine = new SeeingEngine();
    const shown = createApp(engine, { hash: HASH, readFirstRun: () => Promise.resolve(text) });
    await shown.boot();
    const { session, results } = shown.store.getState();
    expect(engine.calls).toContain('setTrigger badnets');
    expect(session.model?.trigger).toEqual(other);
    expect(session.modelTrigger).not.toEqual(other);
    expect(results.stages.pruned?.triggeredOf).toBe(TRIED_ON);
  });
});
