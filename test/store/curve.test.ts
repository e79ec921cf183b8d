import { expect, it } from 'vitest';
import { createApp } from '../../src/store/app.ts';
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

it('keeps what the pruned network read before training', async () => {
  const app = createApp(new FakeEngine(), { hash: '#/' });
  await app.boot();
  await app.run.start();
  const { pruned } = app.store.getState().results.stages;
  expect(pruned?.validation).toEqual({ hits: 950, n: 1000, value: 0.95 });
  expect(app.store.getState().run.held.pruned).toBe(pruned);
});
