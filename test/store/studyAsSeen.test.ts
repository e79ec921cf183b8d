import { describe, expect, it } from 'vitest';
import { parseCompareFile, parseSweepFile } from '../../src/core/study/recorded.ts';
import { createApp } from '../../src/store/app.ts';
import {
  compareAsSeen,
  compareCsv,
  studyFacts,
  sweepAsSeen,
  sweepCsv,
} from '../../src/store/studyAsSeen.ts';
import { compareOf, sweepsOf } from '../../src/ui/compare/studyData.ts';
import { FakeEngine } from '../support/fakeEngine.ts';
import { compareFile, sweepFile } from '../support/studyFiles.ts';

const whole = compareFile();
const told = {
  ...whole,
  rows: whole.rows.map((row) => {
    const facts = { eps: 0.1, 'pruned Acc': 0.8, 'pruned ASR': 0.3, 'pruned RA': 0.4 };
    return { ...row, outcome: { ...row.outcome, facts } };
  }),
};

describe('a comparison as a file', () => {
  it('of a defender has nothing that was made with the trigger', () => {
    const seen = compareAsSeen(told, 'defender');
    expect(seen.view).toBe('defender');
    expect(new Set(seen.rows.map(({ method }) => method))).toEqual(new Set(['fmp', 'ft', 'clp']));
    for (const { outcome } of seen.rows) {
      expect(outcome.before).toMatchObject({ acc: 0.978, asr: null, ra: null });
      expect(outcome.after).toMatchObject({ asr: null, ra: null });
      expect(Object.keys(outcome.facts)).toEqual(['eps', 'pruned Acc']);
    }
    expect(parseCompareFile(JSON.parse(JSON.stringify(seen)))).toEqual(seen);
    expect(compareAsSeen(told, 'oracle')).toEqual({ ...told, view: 'oracle' });
    const [swept] = sweepAsSeen(sweepFile(), 'defender').sweeps;
    expect(swept?.rows.map(({ outcome }) => outcome.after.asr)).toEqual([null, null, null]);
  });

  it('says in every row of the table what made it, and where', () => {
    const rows = (csv: string) =>
      csv.split('\r\n').map((line) => line.replace(/"[^"]*"/, 'device').split(','));
    const [head = [], first = []] = rows(compareCsv(whole, 'oracle'));
    const fact = Object.fromEntries(head.map((name, i) => [name, first[i]]));
    expect(fact).toMatchObject({
      ...{ model: 'signs-badnets', method: 'fmp', view: 'oracle', preset: 'lab', eps: 'auto' },
      ...{ date: '2026-11-22', commit: '1a2b3c4', epochs: '2', 'retraining ratio': '0.1' },
    });
    const [moved = []] = rows(sweepCsv(sweepFile(), 'oracle'));
    expect(moved).toContain('over');
    expect(moved).not.toContain('eps');
    expect(studyFacts(whole.base, 'oracle', 'p').map(([name]) => name)).not.toContain('p');
  });
});

describe('a file of results that is opened', () => {
  const file = (value: object) => ({
    path: 'fmp-compare.json',
    blob: new Blob([`${JSON.stringify(value, null, 1)}\n`]),
  });

  it('is on show on its own page, and the recorded ones stay', async () => {
    const app = createApp(new FakeEngine());
    await app.boot();
    compareOf(app).store.setState({ reading: 'read', recorded: compareFile(['fmp']) });
    const seen = compareAsSeen(told, 'defender');
    await app.own.open([file(seen)]);
    const { view, own, results } = app.store.getState();
    expect(view).toMatchObject({ route: { page: 'compare', step: null }, of: 'signs-badnets' });
    expect([own.isOpen, own.error, results.sweep]).toEqual([false, null, null]);
    expect(compareOf(app).store.getState()).toMatchObject({ source: 'opened', opened: seen });
    expect(compareOf(app).store.getState().recorded?.rows).toHaveLength(3);

    const swept = sweepAsSeen(sweepFile(), 'oracle');
    await app.own.open([file(swept)]);
    expect(app.store.getState().view).toMatchObject({ route: { page: 'sweeps' }, over: 'eps' });
    // The page is opened after the file.
    expect(sweepsOf(app).store.getState()).toMatchObject({ source: 'opened', opened: swept });
    expect(parseSweepFile(JSON.parse(JSON.stringify(swept)))).toEqual(swept);
  });

  it('says what is wrong with it', async () => {
    const app = createApp(new FakeEngine());
    await app.boot();
    await app.own.open([file({ version: 1, kind: 'compare', models: [], rows: 3 })]);
    const { own, view } = app.store.getState();
    expect(own.isOpen).toBe(true);
    expect(own.error).toMatchObject({ code: 'badData', field: 'base' });
    expect(view.route.page).toBe('lab');
  });
});
