import { describe, expect, it } from 'vitest';
import { parseCompareFile, parseSweepFile } from '../../src/core/study/recorded.ts';
import { createApp } from '../../src/store/app.ts';
import { CompareStudy } from '../../src/store/compare.ts';
import { compareView, finding, sortGroups, sourceOf } from '../../src/store/compareView.ts';
import type { AppState } from '../../src/store/state.ts';
import { sweepSubjects, SweepsStudy } from '../../src/store/sweeps.ts';
import { sweepFinding, sweepView } from '../../src/store/sweepsView.ts';
import { FakeEngine, type FakeOptions } from '../support/fakeEngine.ts';
import { compareFile, SIGNS, sweepFile } from '../support/studyFiles.ts';

async function port(file: unknown, options: FakeOptions = {}) {
  const engine = new FakeEngine(options);
  const app = createApp(engine);
  await app.boot();
  const read = file === 'broken' ? () => Promise.reject(new Error('offline')) : undefined;
  return {
    ...{ engine, app, get: app.store.getState, today: () => '2026-11-22', now: () => 0 },
    set: (update: (state: AppState) => AppState) => {
      app.store.setState(update);
    },
    read: read ?? (() => Promise.resolve(file)),
  };
}

const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the comparison on show', () => {
  it('is the recorded one, read once', async () => {
    const study = new CompareStudy(await port(through(compareFile())));
    await Promise.all([study.open(), study.open()]);
    const state = study.store.getState();
    expect(state.reading).toBe('read');
    const view = compareView(state);
    expect(view?.groups.map(({ method }) => method)).toEqual(['fmp', 'ft', 'clp', 'oracle']);
    expect(view?.groups[0]?.rates.asr?.values).toHaveLength(3);
    expect(view?.groups[0]?.paper).toMatchObject({ data: 'GTSRB', table: '1c' });
    expect(view?.before.acc?.mean).toBeCloseTo(0.978);
  });

  it.each([
    [null, 'none'],
    ['broken', 'failed'],
    [{ version: 2 }, 'failed'],
  ])('of %j is none, and says why: %s', async (file, reading) => {
    const study = new CompareStudy(await port(file));
    await study.open();
    expect(study.store.getState().reading).toBe(reading);
    expect(compareView(study.store.getState())).toBeNull();
  });

  it('is what was measured here, once something is', async () => {
    const given = await port(through(compareFile()));
    const study = new CompareStudy(given);
    await study.open();
    study.begin('signs-badnets');
    study.choose({ methods: ['fmp', 'anp'], seeds: 2 });
    await study.run();
    const state = study.store.getState();
    expect(state.source).toBe('measured');
    expect(state.status).toMatchObject({ status: 'done', done: 4, total: 4, doing: [] });
    expect(state.measured?.rows).toHaveLength(4);
    expect(state.measured?.rows[0]?.device).toContain('SIMD, 2 threads');
    expect(parseCompareFile(through(state.measured))).toEqual(state.measured);
    // More seeds cost only the new ones; another budget costs all of them.
    study.choose({ seeds: 3 });
    await study.run();
    study.choose({ epochs: 5 });
    await study.run();
    expect(given.engine.calls.filter((call) => call.startsWith('study'))).toEqual([
      ...['study 4', 'study 2', 'study 6'],
    ]);
    expect(study.store.getState().measured?.rows).toHaveLength(6);
  });

  it('keeps what ended before it was cancelled', async () => {
    const study = new CompareStudy(await port(null, { holdAtJob: 1 }));
    study.begin('signs-badnets');
    study.choose({ methods: ['fmp', 'ft'] });
    const running = study.run();
    while (study.store.getState().status.done < 1) await new Promise((r) => setTimeout(r, 2));
    await study.cancel();
    await running;
    const { status, measured } = study.store.getState();
    expect(status).toMatchObject({ status: 'cancelled', done: 1, total: 2 });
    expect(measured?.rows.map(({ method }) => method)).toEqual(['fmp']);
  });

  it('names the jobs that failed', async () => {
    const given = await port(null);
    const nowhere = { ...given.get().session.models[0]?.manifest, id: 'nowhere' };
    const state = given.get();
    const models = [{ manifest: nowhere, needs: null }] as never;
    const get = () => ({ ...state, session: { ...state.session, models } });
    const study = new CompareStudy({ ...given, get });
    study.begin('nowhere');
    study.choose({ methods: ['clp'] });
    await study.run();
    expect(study.store.getState().status).toMatchObject({
      ...{ status: 'done', error: null },
      failures: [{ label: 'CLP, seed 0', error: { code: 'badModel' } }],
    });
  });
});

describe('what was measured in this visit', () => {
  it('is measured again where the images are others, and only there', async () => {
    const given = await port(null);
    const { app, engine } = given;
    const open = () =>
      app.own.open([{ path: 'GTSRB.zip', blob: new Blob() }], { kind: 'data', name: 'gtsrb' });
    await open();
    const asked = () => engine.calls.filter((call) => call.startsWith('study'));
    const measure = async (model: string) => {
      const study = studies.get(model) ?? new CompareStudy(given);
      studies.set(model, study);
      study.choose({ models: [model], methods: ['fmp', 'ft'] });
      await study.run();
      expect(study.store.getState().measured?.rows).toHaveLength(2);
    };
    const studies = new Map<string, CompareStudy>();
    await measure('gtsrb-blended');
    await measure('signs-badnets');
    await measure('gtsrb-blended');
    expect(asked()).toEqual(['study 2', 'study 2']);
    await open();
    await measure('signs-badnets');
    expect(asked()).toHaveLength(2);
    await measure('gtsrb-blended');
    expect(asked()).toHaveLength(3);
  });
});

describe('the reading of a comparison', () => {
  const file = compareFile(['fmp', 'ft', 'oracle']);
  const show = (changed: typeof file) => {
    const view = compareView({
      ...{ reading: 'read', recorded: changed, measured: null, source: 'recorded', model: null },
      opened: null,
      choice: { models: [], methods: [], seeds: 1, epochs: 2, retrainRatio: 0.1, testImages: 1 },
      status: {
        ...{ status: 'idle', done: 0, total: 0, etaSeconds: null },
        ...{ doing: [], failures: [], error: null },
      },
    });
    if (view === null) throw new Error('nothing is on show');
    return view;
  };
  const withAsr = (asr: Readonly<Record<string, number>>) => ({
    ...file,
    rows: file.rows.map((row) => ({
      ...row,
      outcome: {
        ...row.outcome,
        after: { ...row.outcome.after, acc: 0.97, asr: asr[row.method] ?? null },
      },
    })),
  });

  it('sorts by mean, what was not measured last', () => {
    const { groups } = show(withAsr({ fmp: 0.2, oracle: 0.1 }));
    const order = (descending: boolean) =>
      sortGroups(groups, { key: 'asr', descending }).map(({ method }) => method);
    expect(order(false)).toEqual(['oracle', 'fmp', 'ft']);
    expect(order(true)).toEqual(['fmp', 'oracle', 'ft']);
  });

  it('says who leaves the fewest images fooled, also where that is not FMP', () => {
    expect(finding(show(withAsr({ fmp: 0.02, ft: 0.5, oracle: 0.01 })))).toBe(
      'FMP leaves the fewest images fooled: 2.0\u00a0%.',
    );
    expect(finding(show(withAsr({ fmp: 0.9, ft: 0.5, oracle: 0.01 })))).toBe(
      'FMP leaves 90.0\u00a0% of the triggered images fooled, Fine-tuning 50.0\u00a0%.',
    );
    expect(finding(show(withAsr({ fmp: 0.02, ft: 0.02, oracle: 0.01 })))).toBe(
      'FMP and Fine-tuning leave the fewest images fooled: 2.0\u00a0%. FMP keeps the most Acc.',
    );
    expect(finding(show(withAsr({})))).toBe(
      'After the defenses Acc lies between 97.0\u00a0% and 97.0\u00a0%.',
    );
  });

  it('names every commit that rows are from', () => {
    const place = { date: '2026-11-22', commit: 'a', device: 'x' };
    const later = { ...place, date: '2026-11-23', commit: 'b' };
    expect(sourceOf([place, later, place])).toEqual({
      ...{ date: '2026-11-23', commit: 'a and b', device: 'x' },
    });
    expect(sourceOf([])).toBeNull();
  });
});

describe('the sweep on show', () => {
  it('is the recorded one of the setting and network', async () => {
    const study = new SweepsStudy(await port(through(sweepFile())));
    await study.open();
    const view = sweepView(study.store.getState(), SIGNS);
    expect(view.points.map(({ value }) => value)).toEqual([1 / 255, 4 / 255, 16 / 255]);
    expect(view.paper).toHaveLength(5);
    expect(sweepFinding(view)).toMatch(
      /^As ε moves, ASR lies between .+ here, 1\.2 and 2\.3\s% in/,
    );
    study.show({ over: 'p' });
    expect(sweepView(study.store.getState(), SIGNS).points).toEqual([]);
  });

  it('says at which values there was no backdoor to remove', async () => {
    const { models, sweeps } = sweepFile();
    const [before, learned] = [0.04, 0.99];
    const rows = sweeps.flatMap((record) =>
      record.rows.map((row, i) => ({
        ...{ ...row, value: [0.001, 0.01, 0.1][i] ?? NaN },
        outcome: {
          ...row.outcome,
          before: { ...row.outcome.before, asr: i < 2 ? before : learned },
        },
      })),
    );
    const file = { version: 1 as const, kind: 'sweeps' as const, models };
    const study = new SweepsStudy(await port(null));
    study.take({ ...file, sweeps: sweeps.map((record) => ({ ...record, over: 'rate', rows })) });
    study.show({ over: 'rate' });
    const view = sweepView(study.store.getState(), SIGNS);
    expect(view.points.map(({ asrBefore }) => asrBefore)).toEqual([before, before, learned]);
    expect(sweepFinding(view)).toMatch(
      / At 0\.1\s% and 1\s% the network had learned no backdoor\.$/,
    );
    study.take(sweepFile());
    study.show({ over: 'eps' });
    expect(sweepFinding(sweepView(study.store.getState(), SIGNS))).not.toContain('no backdoor');
  });

  it('is measured here value by value, and can be had again for nothing', async () => {
    const given = await port(null);
    const study = new SweepsStudy(given);
    study.show({ over: 'p', model: SIGNS.id });
    study.choose({ epochs: 0 });
    await study.run();
    await study.run();
    expect(given.engine.calls.filter((call) => call.startsWith('study'))).toEqual(['study 6']);
    const state = study.store.getState();
    const view = sweepView(state, SIGNS);
    expect(view.points.map(({ value }) => value)).toEqual([2, 4, 8, 16, 32, 64]);
    const file = { version: 1, kind: 'sweeps', models: [SIGNS], sweeps: state.measured };
    expect(parseSweepFile(through(file)).sweeps[0]?.over).toBe('p');
  });

  it('over the rate names the rates without a network', async () => {
    const study = new SweepsStudy(await port(null));
    study.show({ over: 'rate', model: SIGNS.id });
    expect(study.plan()).toEqual({
      points: [{ value: 0.1, model: SIGNS.id }],
      missing: [0.001, 0.005, 0.01, 0.05],
    });
  });

  it('is offered for backdoored networks alone', async () => {
    const given = await port(null);
    const manifests = given.get().session.models.map(({ manifest }) => manifest);
    const study = new SweepsStudy(given);
    expect(sweepSubjects(study.store.getState(), manifests).map(({ id }) => id)).toEqual([
      ...['signs-badnets', 'gtsrb-blended'],
    ]);
  });
});
