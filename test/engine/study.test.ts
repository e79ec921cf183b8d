import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DefenseJob, RunJob, StudyEvent, StudyJob } from '../../src/core/study/job.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { factsOfAsync } from '../support/facts.ts';
import { TINY_ID, TINY_MAPS, tinyEngine, tinySpec } from './tinyModel.ts';

const { fineTune, evaluation } = tinySpec();

function defenseJob(defense: 'ft' | 'clp', changes: Partial<DefenseJob> = {}): DefenseJob {
  const common = { model: TINY_ID, seed: 0, fineTune, evaluation };
  return { kind: 'defense', defense, ...common, ...changes };
}

function runJob(spec = tinySpec(), frgRatio: number | null = null): RunJob {
  return { kind: 'run', spec, frgRatio };
}

async function study(engine: Engine, jobs: readonly StudyJob[]) {
  const events: StudyEvent[] = [];
  await engine.study(jobs, (event) => events.push(event));
  const outcomes = jobs.map((_, job) => {
    const done = events.find((event) => event.kind === 'done' && event.job === job);
    return done?.kind === 'done' ? done.outcome : null;
  });
  return { events, outcomes };
}

describe('a study', () => {
  let engine: Engine;
  let loaded: number;

  beforeAll(async () => {
    engine = await tinyEngine();
    await engine.load(TINY_ID);
    loaded = tf.memory().numTensors;
  });

  it('measures FMP, a control and defenses on the same images', async () => {
    const fineTuneOnly = tinySpec({ control: 'fineTuneOnly' });
    const jobs = [runJob(), runJob(fineTuneOnly), defenseJob('ft'), defenseJob('clp')];
    const { events, outcomes } = await study(engine, jobs);
    const [fmp, tuned, ft, clp] = outcomes;
    expect(events.filter(({ kind }) => kind === 'started').map(({ job }) => job)).toEqual([
      ...[0, 1, 2, 3],
    ]);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome?.before))).size).toBe(1);
    expect(fmp?.pruned).toEqual({ count: Math.floor(TINY_MAPS / 5), unit: 'feature maps' });
    expect(tuned?.pruned).toEqual({ count: 0, unit: null });
    expect(clp?.pruned.unit).toBe('BN channels');
    // The same fine-tuning, once through the pool and once inside one worker.
    expect(ft?.after).toEqual(tuned?.after);
    for (const outcome of outcomes) expect(outcome?.seconds).toBeGreaterThan(0);
    expect(tf.memory().numTensors).toBe(loaded);
  });

  it('agrees with a run of the same spec, and leaves its export alone', async () => {
    const result = await engine.run(tinySpec({ p: 13 }), () => undefined);
    const weights = (await engine.exportWeights('fineTuned')).weights;
    const { outcomes } = await study(engine, [runJob(tinySpec({ p: 13 })), defenseJob('ft')]);
    expect(outcomes[0]?.after).toEqual(result?.stages.fineTuned);
    expect((await engine.exportWeights('fineTuned')).weights).toEqual(weights);
    const again = await engine.run(tinySpec({ p: 13 }), () => undefined);
    expect(again?.stages).toEqual(result?.stages);
  });

  it('scores the same images for every ratio, once', async () => {
    const ratio = (retrainRatio: number) =>
      runJob(tinySpec({ fineTune: { ...fineTune, retrainRatio, epochs: 0 } }), 0.5);
    const { events, outcomes } = await study(engine, [ratio(0.5), ratio(1)]);
    const scored = events.filter(
      (event) => event.kind === 'progress' && event.phase === 'scoring feature maps',
    );
    expect(scored.every(({ job }) => job === 0)).toBe(true);
    expect(outcomes[1]?.after).toEqual(outcomes[0]?.after);
    for (const outcome of outcomes) expect(outcome?.seconds).toBeGreaterThan(0);
  });

  it('keeps a sweep that scored fewer images apart from that of the whole share', async () => {
    const whole = tinySpec({ fineTune: { ...fineTune, retrainRatio: 1, epochs: 0 } });
    const jobs = [runJob(whole, 0.5), runJob(whole), runJob(whole, 0.5), runJob(whole)];
    const { events, outcomes } = await study(engine, jobs);
    const scored = events.flatMap((event) =>
      event.kind === 'progress' && event.phase === 'scoring feature maps' ? [event.job] : [],
    );
    // Each sweep is made once, and serves the later job that asks for it.
    expect([...new Set(scored)]).toEqual([0, 1]);
    const own = await engine.run(whole, () => undefined);
    expect(outcomes[1]?.after).toEqual(own?.stages.fineTuned);
    expect(outcomes[3]?.after).toEqual(outcomes[1]?.after);
    expect(outcomes[2]?.after).toEqual(outcomes[0]?.after);
  });

  it('reports what fails one job and goes on with the others', async () => {
    const jobs = [
      runJob(tinySpec({ p: 1000 })),
      runJob(tinySpec({ model: 'nowhere' })),
      defenseJob('clp', { fineTune: { ...fineTune, retrainRatio: 0.01 } }),
      defenseJob('clp'),
    ];
    const { events, outcomes } = await study(engine, jobs);
    const failed = events.flatMap((event) => (event.kind === 'failed' ? [event] : []));
    expect(failed.map(({ job, error }) => [job, error.field])).toEqual([
      [0, 'p'],
      [2, 'fineTune.retrainRatio'],
      [1, 'models/nowhere/manifest.json'],
    ]);
    expect(outcomes[3]).not.toBeNull();
  });

  it('refuses jobs that are none, naming the field', async () => {
    const wrong = [{ ...defenseJob('ft'), seed: -1 }];
    const facts = await factsOfAsync(() => engine.study(wrong, () => undefined));
    expect(facts).toMatchObject({ code: 'badInput', field: '0.seed', got: '-1' });
  });

  it('cancels inside a defense, keeps what was done, and frees everything', async () => {
    const long = { ...fineTune, epochs: 1000 };
    const events: StudyEvent[] = [];
    const quick = tinySpec({ fineTune: { ...fineTune, epochs: 0 } });
    const jobs = [runJob(quick), defenseJob('ft', { fineTune: long })];
    const facts = await factsOfAsync(() =>
      engine.study(jobs, (event) => {
        events.push(event);
        if (event.kind === 'progress' && event.job === 1 && event.done > 0) void engine.cancel();
      }),
    );
    expect(facts.code).toBe('cancelled');
    expect(events.some((event) => event.kind === 'done' && event.job === 0)).toBe(true);
    // The next request waits for the worker to have let go.
    await engine.run(tinySpec(), () => undefined, 'evaluated');
    expect(tf.memory().numTensors).toBe(loaded);
  });

  it('cannot be under way beside a run', async () => {
    const running = engine.run(tinySpec({ seed: 3 }), () => undefined);
    const facts = await factsOfAsync(() => engine.study([defenseJob('clp')], () => undefined));
    expect(facts.code).toBe('badInput');
    await running;
  });
});
