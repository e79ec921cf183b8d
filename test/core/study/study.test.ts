import { describe, expect, it } from 'vitest';
import { presetSpec } from '../../../src/core/presets.ts';
import { casesOf, jobOf, parseCompareSpec } from '../../../src/core/study/compareSpec.ts';
import { outcomesCsv } from '../../../src/core/study/csv.ts';
import { jobKey, parseJobs, STUDY_VERSION } from '../../../src/core/study/job.ts';
import { aboutMethod, METHOD_IDS } from '../../../src/core/study/methods.ts';
import { remainingSeconds } from '../../../src/core/study/remaining.ts';
import { groupBy, spread } from '../../../src/core/study/statistics.ts';
import {
  PAPER_VALUES,
  parseSweepSpec,
  rateModels,
  sweepCases,
  sweepJob,
} from '../../../src/core/study/sweepSpec.ts';
import { fakeOutcome } from '../../support/fakeStudy.ts';
import { factsOf } from '../../support/facts.ts';

const base = presetSpec('lab', 'a');
const compare = parseCompareSpec({
  ...{ version: 1, models: ['a', 'b'], methods: METHOD_IDS, seeds: [0, 5], base },
});

describe('a comparison', () => {
  it('has every model by every seed by every method, once', () => {
    const cases = casesOf(compare);
    expect(cases).toHaveLength(2 * 2 * METHOD_IDS.length);
    expect(new Set(cases.map((one) => JSON.stringify(one))).size).toBe(cases.length);
    expect(cases[0]).toEqual({ model: 'a', method: 'fmp', seed: 0 });
  });

  it('spends one budget on all, on the same test images', () => {
    const jobs = casesOf(compare).map((one) => jobOf(base, one));
    const budgets = jobs.map((job) => (job.kind === 'run' ? job.spec : job));
    for (const { fineTune, evaluation } of budgets) {
      expect(fineTune).toEqual(base.fineTune);
      expect(evaluation).toEqual(base.evaluation);
    }
    expect(parseJobs(jobs)).toEqual(jobs);
  });

  it('keeps the name of a preset only where nothing of it changed', () => {
    const of = (method: 'fmp' | 'fmp-paper' | 'random', epochs: number) => {
      const spec = { ...base, fineTune: { ...base.fineTune, epochs } };
      const job = jobOf(spec, { model: 'b', method, seed: 5 });
      return job.kind === 'run' ? job.spec : null;
    };
    expect(of('fmp-paper', 2)).toMatchObject({ preset: 'custom', p: 64, model: 'b', seed: 5 });
    expect(of('fmp-paper', 10)?.preset).toBe('paper');
    expect(of('random', 2)).toMatchObject({ control: 'random', p: base.p });
  });

  it('refuses an unknown method, naming the field', () => {
    const wrong = { ...compare, methods: ['fmp', 'magic'] };
    expect(factsOf(() => parseCompareSpec(wrong))).toMatchObject({
      ...{ code: 'badInput', field: 'methods.1', got: '"magic"' },
    });
  });

  it('names every method', () => {
    const names = METHOD_IDS.map((id) => aboutMethod(id));
    expect(new Set(names.map(({ name }) => name)).size).toBe(METHOD_IDS.length);
    expect(new Set(names.map(({ short }) => short)).size).toBe(METHOD_IDS.length);
  });
});

describe('a sweep', () => {
  const points = (values: readonly number[]) => values.map((value) => ({ value, model: 'a' }));
  const spec = (over: 'eps' | 'p' | 'retrain' | 'rate', values: readonly number[]) =>
    parseSweepSpec({ version: 1, over, points: points(values), seeds: [0, 1], base });

  it('goes through the values seed by seed', () => {
    const cases = sweepCases(spec('p', [2, 4]));
    expect(cases.map(({ seed, value }) => [seed, value])).toEqual([
      [0, 2],
      [0, 4],
      [1, 2],
      [1, 4],
    ]);
  });

  it('moves its setting and nothing else', () => {
    for (const over of ['eps', 'p', 'retrain'] as const) {
      const swept = spec(over, PAPER_VALUES[over]);
      const specs = sweepCases(swept)
        .filter(({ seed }) => seed === 1)
        .map((one) => sweepJob(swept, one))
        .map((job) => (job.kind === 'run' ? job.spec : null));
      const moved = specs.map((one) => {
        const value = { eps: one?.frg.eps, p: one?.p, retrain: one?.fineTune.retrainRatio };
        return value[over];
      });
      expect(moved).toEqual(PAPER_VALUES[over]);
      const rest = specs.map((one) =>
        JSON.stringify({
          ...one,
          p: over === 'p' ? 0 : one?.p,
          frg: over === 'eps' ? { ...one?.frg, eps: 0 } : one?.frg,
          fineTune: over === 'retrain' ? { ...one?.fineTune, retrainRatio: 0 } : one?.fineTune,
        }),
      );
      expect(new Set(rest).size).toBe(1);
    }
  });

  it('scores the images of the smallest ratio for every ratio', () => {
    const swept = spec('retrain', [1, 0.05, 0.1]);
    const jobs = sweepCases(swept).map((one) => sweepJob(swept, one));
    expect(jobs.every((job) => job.kind === 'run' && job.frgRatio === 0.05)).toBe(true);
  });

  it('finds the models of a rate and names the rates without one', () => {
    const bundled = [
      { id: 'signs', poisoningRate: null },
      { id: 'x', poisoningRate: 0.1 },
      { id: 'x-rate-1pc', poisoningRate: 0.01 },
      { id: 'y-rate-5pc', poisoningRate: 0.05 },
    ];
    expect(rateModels('x', [0.01, 0.05, 0.1], bundled)).toEqual({
      points: [
        { value: 0.01, model: 'x-rate-1pc' },
        { value: 0.1, model: 'x' },
      ],
      missing: [0.05],
    });
  });
});

describe('jobs', () => {
  const job = jobOf(base, { model: 'a', method: 'anp', seed: 1 });

  it('are told apart by what they do, the model and the version', () => {
    const keys = [
      jobKey(job, 'x'),
      jobKey(job, 'y'),
      jobKey(jobOf(base, { model: 'a', method: 'anp', seed: 2 }), 'x'),
      jobKey(jobOf(base, { model: 'a', method: 'nad', seed: 1 }), 'x'),
    ];
    expect(new Set(keys).size).toBe(4);
    expect(keys[0]).toContain(`[${String(STUDY_VERSION)},`);
  });

  it('become CSV with rates and quoted text', () => {
    const outcome = fakeOutcome(job);
    const csv = outcomesCsv([{ keys: { model: 'a, "b"', seed: 1 }, outcome }]);
    const [head = '', row = '', end] = csv.split('\r\n');
    expect(head.split(',').slice(0, 5)).toEqual([
      'model',
      'seed',
      'acc before',
      'asr before',
      'ra before',
    ]);
    expect(row.startsWith(`"a, ""b""",1,0.978,0.989,0.009,${String(outcome.after.acc)}`)).toBe(
      true,
    );
    expect(end).toBe('');
  });
});

describe('statistics', () => {
  const rates = (acc: number, asr: number | null) => ({
    ...{
      acc,
      asr,
      ra: asr === null ? null : 0.5,
      nClean: 1000,
      nTriggered: asr === null ? 0 : 900,
    },
  });

  it('give mean, range and the interval on one seed’s images', () => {
    const found = spread([rates(0.9, 0.1), rates(0.8, 0.3)], 'acc');
    expect(found?.mean).toBeCloseTo(0.85);
    expect([found?.low, found?.high, found?.values]).toEqual([0.8, 0.9, [0.9, 0.8]]);
    // Wilson, n = 1000, p = 0.85.
    expect(found?.interval[0]).toBeCloseTo(0.8265, 4);
    expect(found?.interval[1]).toBeCloseTo(0.8708, 4);
  });

  it('are null where nothing was measured', () => {
    expect(spread([], 'acc')).toBeNull();
    expect(spread([rates(0.9, null)], 'asr')).toBeNull();
  });

  it('group in the order of appearance', () => {
    expect([...groupBy([3, 1, 4, 1, 5], (n) => n % 2)]).toEqual([
      [1, [3, 1, 1, 5]],
      [0, [4]],
    ]);
  });
});

describe('the time left', () => {
  const job = (kind: string, seconds: number | null, ended = false, share = 1) => {
    return { kind, seconds, ended, share };
  };

  it('is unknown before a job has ended', () => {
    expect(remainingSeconds([job('a', 5), job('a', null)])).toBeNull();
  });

  it('comes from jobs of the same kind, else from all', () => {
    const done = [job('a', 10, true), job('a', 20, true), job('b', 60, true)];
    expect(remainingSeconds([...done, job('a', null)])).toBe(15);
    expect(remainingSeconds([...done, job('c', null)])).toBe(30);
    expect(remainingSeconds([...done, job('a', 5), job('b', 70)])).toBe(10);
    expect(remainingSeconds([...done, job('b', null, false, 0.5)])).toBe(30);
    expect(remainingSeconds(done)).toBe(0);
  });
});
