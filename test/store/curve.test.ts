import { expect, it } from 'vitest';
import { FmpError } from '../../src/core/errors.ts';
import { createApp } from '../../src/store/app.ts';
import { reduceEvent } from '../../src/store/events.ts';
import { accAt, curveCounts } from '../../src/store/curve.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

it('previews Acc from no map to all, dense where the line stands, and at the line', () => {
  for (const total of [64, 584, 1200, 4800]) {
    const counts = curveCounts(total, 13);
    expect([counts[0], counts.at(-1)]).toEqual([0, total]);
    expect(counts).toContain(13);
    expect([...counts]).toEqual([...new Set(counts)].sort((a, b) => a - b));
    expect(counts.filter((count) => count < total / 8).length).toBeGreaterThanOrEqual(
      counts.length / 2,
    );
  }
});

it('reads a curve between its points', () => {
  const [counts, acc] = [Int32Array.of(0, 10, 30), Float32Array.of(1, 0.5, 0.25)];
  expect([0, 5, 10, 20, 30, 99].map((count) => accAt(counts, acc, count))).toEqual([
    1, 0.75, 0.5, 0.375, 0.25, 0.25,
  ]);
});

it('is measured by score, then with as many maps that the control of chance draws', async () => {
  const engine = new FakeEngine();
  const orders: Int32Array[] = [];
  const measure = engine.accuracyCurve.bind(engine);
  engine.accuracyCurve = (order, counts) => {
    orders.push(order);
    return measure(order, counts);
  };
  const app = createApp(engine);
  await app.boot();
  await app.run.start('scored');
  const { curve } = app.store.getState().results;
  expect(curve?.random).toHaveLength(curve?.counts.length ?? 0);
  const [byScore, byChance] = orders;
  expect(byChance).not.toEqual(byScore);
  expect(byChance?.toSorted()).toEqual(byScore?.toSorted());
});

it('stays where a run takes the scores that are at hand, and goes with them', async () => {
  const app = createApp(new FakeEngine());
  await app.boot();
  await app.run.start('scored');
  const state = app.store.getState();
  const { curve, sweep } = state.results;
  if (sweep === null) throw new Error('nothing was scored');
  const begin = (spec: typeof sweep.spec, cached: boolean) =>
    reduceEvent(state, spec, {
      ...{ kind: 'frgStart', maps: Int32Array.of(0), labels: Int32Array.of(0), cached },
      ...{ eps: 0.1, alpha: 0.1, steps: 1 },
    }).results.curve;
  expect(begin({ ...sweep.spec, p: 40 }, true)).toBe(curve);
  expect(begin({ ...sweep.spec, seed: 9 }, true)).toBeNull();
  expect(begin(sweep.spec, false)).toBeNull();
});

it('is measured after all where another look at the network has ended it', async () => {
  const engine = new FakeEngine();
  const measure = engine.accuracyCurve.bind(engine);
  let asked = 0;
  engine.accuracyCurve = (order, counts) =>
    ++asked % 2 === 1
      ? Promise.reject(new FmpError('cancelled', { code: 'cancelled' }))
      : measure(order, counts);
  const app = createApp(engine);
  await app.boot();
  await app.run.start('scored');
  const { run, results, session } = app.store.getState();
  expect([run.status, session.error]).toEqual(['done', null]);
  expect(results.curve?.random).toBeDefined();
  expect(asked).toBe(4);
});

it('keeps what the pruned network read before training', async () => {
  const app = createApp(new FakeEngine(), { hash: '#/' });
  await app.boot();
  await app.run.start();
  const { pruned } = app.store.getState().results.stages;
  expect(pruned?.validation).toEqual({ hits: 950, n: 1000, value: 0.95 });
  expect(app.store.getState().run.held.pruned).toBe(pruned);
});
