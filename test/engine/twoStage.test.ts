import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { type FrgTable, UNASKED } from '../../src/core/frg/score.ts';
import {
  FIRST_IMAGES,
  refinedCount,
  rowsToRefine,
  secondLook,
} from '../../src/core/frg/twoStage.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { TINY_PLAN } from '../support/weights.ts';
import { TINY_ID, tinyEngine, TINY_MAPS, tinySpec } from './tinyModel.ts';

const IMAGES = FIRST_IMAGES + 2;

/** The table as someone who listens puts it together, and the run's events. */
async function sweepOf(engine: Engine, frg: Partial<RunSpec['frg']>) {
  const base = tinySpec();
  const spec = { ...base, frg: { ...base.frg, steps: 1, images: IMAGES, ...frg } };
  const events: RunEvent[] = [];
  await engine.run(spec, (event) => events.push(event), 'scored');
  const start = events.find((event) => event.kind === 'frgStart');
  if (start === undefined) throw new Error('no sweep began');
  const n = start.labels.length;
  const predictions = new Int16Array(TINY_MAPS * n);
  for (const event of events)
    if (event.kind === 'frgRows') predictions.set(event.predictions, event.from * n);
  const { maps, labels } = start;
  const table: FrgTable = { maps, labels, predictions, classes: 3, rows: maps.length };
  return { table, events, spec };
}

it('a sweep in two stages has the rows of a whole one where it looked', async () => {
  const engine = await tinyEngine();
  await engine.load(TINY_ID);
  const { table: whole } = await sweepOf(engine, {});
  const { table, events, spec } = await sweepOf(engine, { twoStage: true });
  const first = Int16Array.from(whole.predictions, (k, i) =>
    i % IMAGES < FIRST_IMAGES ? k : UNASKED,
  );
  const refined = rowsToRefine(
    ...([TINY_PLAN, { ...whole, predictions: first }, spec.score, spec.selection] as const),
  );
  expect(refined).toHaveLength(refinedCount(TINY_PLAN, whole.maps, spec.selection));
  const expected = Int16Array.from(whole.predictions, (k, i) =>
    i % IMAGES < FIRST_IMAGES || refined.includes(Math.floor(i / IMAGES)) ? k : UNASKED,
  );
  expect(table.predictions).toEqual(expected);
  const progress = events.flatMap((event) =>
    event.kind === 'progress' && event.phase === 'scoring' ? [event.done] : [],
  );
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBe(TINY_MAPS);

  const result = await engine.run(
    { ...spec, fineTune: { ...spec.fineTune, epochs: 0 } },
    () => undefined,
  );
  expect(result?.frg.secondLook).toEqual(secondLook(TINY_PLAN, table, spec));
  expect(result?.frg.secondLook?.refined).toBe(refined.length);

  // Another score looks at other maps; p does not matter.
  const cached = ({ events: all }: { events: RunEvent[] }): boolean =>
    all.some((event) => event.kind === 'frgStart' && event.cached);
  expect(cached(await sweepOf(engine, { twoStage: true }))).toBe(true);
  const events2: RunEvent[] = [];
  await engine.run({ ...spec, score: 'accuracy' }, (event) => events2.push(event), 'scored');
  expect(cached({ events: events2 })).toBe(false);
  await engine.dispose();
});

it('is the whole sweep where the first stage has all images', async () => {
  const engine = await tinyEngine();
  await engine.load(TINY_ID);
  const whole = await sweepOf(engine, { images: 3 });
  const engine2 = await tinyEngine();
  await engine2.load(TINY_ID);
  const staged = await sweepOf(engine2, { images: 3, twoStage: true });
  expect(staged.table).toEqual(whole.table);
  await engine.dispose();
  await engine2.dispose();
});
