import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MapCurvePoint } from '../../src/bridge/mapLab.ts';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { classShares, frgAccuracy } from '../../src/core/frg/score.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { Compute } from '../../src/engine/compute.ts';
import { Engine } from '../../src/engine/engine.ts';
import { factsOfAsync } from '../support/facts.ts';
import { signedWeights } from '../core/network/tiny.ts';
import { TINY_PLAN } from '../support/weights.ts';
import { frgRows, TINY_ID, TINY_MAPS, tinyPlatform, tinySpec } from './tinyModel.ts';

const ROW = [0, 7, TINY_MAPS - 1] as const;

async function points(
  engine: Engine,
  map: number,
  eps: readonly number[],
  spec: RunSpec = tinySpec(),
): Promise<MapCurvePoint[]> {
  const found: MapCurvePoint[] = [];
  await engine.mapCurve(spec, map, eps, (point) => found.push(point));
  return found;
}

// Plain JavaScript takes its time: fewer images.
describe.each([
  ['wasm', 4],
  ['cpu', 2],
] as const)('the laboratory of one map, on %s', (backend, images) => {
  const base = tinySpec();
  const spec = { ...base, frg: { ...base.frg, images } };
  let engine: Engine;
  let swept: RunEvent[];

  beforeAll(async () => {
    engine = new Engine(await tinyPlatform(), { backend, local: new Compute().handlers });
    await engine.load(TINY_ID);
    swept = [];
    await engine.run(spec, (event) => swept.push(event), 'scored');
  });

  const labels = (): Int32Array => {
    const start = swept.find((event) => event.kind === 'frgStart');
    if (start?.kind !== 'frgStart') throw new Error('there was no sweep');
    return start.labels;
  };

  it('at eps 0 has the clean images: their accuracy, and no change', async () => {
    const variants: readonly Partial<RunSpec['frg']>[] = [
      { variant: 'projected', steps: 2 },
      { variant: 'projected', steps: 1 },
      { variant: 'released', steps: 1, alpha: 0.02 },
    ];
    const clean = await engine.inspect(spec, 0, 0, 0);
    for (const variant of variants) {
      const frg = { ...spec.frg, ...variant };
      const [point] = await points(engine, 9, [0], { ...spec, frg });
      expect(point).toMatchObject({ eps: 0, change: 0 });
      expect(point?.predictions[0]).toBe(clean.predicted);
      const [accuracy] = frgAccuracy({
        ...{ maps: Int32Array.of(9), labels: labels(), classes: 3, rows: 1 },
        predictions: point?.predictions ?? new Int16Array(images),
      });
      expect(point?.accuracy).toBe(accuracy);
    }
  });

  it('at the eps of the sweep has the row of the sweep', async () => {
    const { predictions } = frgRows(swept);
    for (const map of ROW) {
      const [low, same] = await points(engine, map, [0.02, 0.1], spec);
      const row = predictions.slice(map * images, (map + 1) * images);
      expect([...(same?.predictions ?? [])]).toEqual(row);
      const table = {
        ...{ maps: Int32Array.of(map), labels: labels(), classes: 3, rows: 1 },
        predictions: Int16Array.from(row),
      };
      const shares = classShares(table);
      expect(same?.share).toBe(Math.max(...shares));
      expect(shares[same?.topClass ?? -1]).toBe(same?.share);
      expect(same?.accuracy).toBe(frgAccuracy(table)[0]);
      expect(low?.change).toBeGreaterThan(0);
      expect(same?.change).toBeGreaterThan(low?.change ?? Infinity);
    }
  });

  it('frees all it makes', async () => {
    const before = tf.memory().numTensors;
    await points(engine, 5, [0, 0.1, 0.2], spec);
    await engine.inspect(spec, 0.1, 5, 0);
    await engine.inspectTriggered(spec, 5, 0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('shows the filter of a map, position by position', async () => {
    const conv = TINY_PLAN.convs[3];
    if (conv === undefined) throw new Error('no such convolution');
    const { kernel } = await engine.inspect(spec, 0.1, conv.offset + 1, 0);
    const { kernel: side, inChannels } = conv;
    expect(kernel).toMatchObject({ height: side, width: side, channels: inChannels });
    const all = signedWeights(TINY_PLAN).get(`${conv.name}.weight`)?.data ?? [];
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        for (let c = 0; c < inChannels; c++)
          expect(kernel.data[(y * side + x) * inChannels + c]).toBe(
            all[((1 * inChannels + c) * side + y) * side + x],
          );
  });

  it('shows a map on a sample, without and with the trigger', async () => {
    const seen = await engine.inspectTriggered(spec, 0, 1);
    expect(seen.clean).toHaveLength(seen.size ** 2);
    expect(seen.triggered).toHaveLength(seen.size ** 2);
    // A sticker in a corner: the first convolution sees it there and nowhere else.
    const moved = seen.clean.filter((value, i) => value !== seen.triggered[i]).length;
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(seen.clean.length / 8);
  });
});

describe('requests', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = new Engine(await tinyPlatform(), { backend: 'wasm', local: new Compute().handlers });
    await engine.load(TINY_ID);
  });

  it.each([
    ['map', TINY_MAPS, [0.1]],
    ['map', -1, [0.1]],
    ['map', 0.5, [0.1]],
    ['eps', 0, [0.1, 1.5]],
    ['eps', 0, [NaN]],
    ['eps', 0, Array<number>(300).fill(0.1)],
  ])('that make no sense name the %s', async (field, map, eps) => {
    const facts = await factsOfAsync(() => points(engine, map, eps));
    expect(facts).toMatchObject({ code: 'badInput', field });
    expect(facts.remedy).toBeTruthy();
  });

  it('for a sample that is not shown, or without a trigger', async () => {
    const facts = await factsOfAsync(() => engine.inspectTriggered(tinySpec(), 0, 99));
    expect(facts).toMatchObject({ code: 'badInput', field: 'index', got: '99' });
    const other = new Engine(await tinyPlatform((manifest) => ({ ...manifest, attack: null })), {
      backend: 'wasm',
      local: new Compute().handlers,
    });
    await other.load(TINY_ID);
    const none = await factsOfAsync(() => other.inspectTriggered(tinySpec(), 0, 0));
    expect(none).toMatchObject({ code: 'badInput' });
    await other.dispose();
    await engine.load(TINY_ID);
  });

  it('that are newer end the curve under way', async () => {
    const many = Array.from({ length: 40 }, (_, i) => i / 100);
    const older = points(engine, 0, many).catch((error: unknown) => error);
    const newer = await points(engine, 1, [0.05]);
    expect(newer).toHaveLength(1);
    expect(await older).toMatchObject({ facts: { code: 'cancelled' } });
  });

  it('beside a sweep: only while it is paused; the table stays what it was', async () => {
    const undisturbed: RunEvent[] = [];
    await engine.run(tinySpec(), (event) => undisturbed.push(event), 'scored');
    const events: RunEvent[] = [];
    let refused: Promise<unknown> = Promise.resolve();
    let beside: Promise<MapCurvePoint[]> = Promise.resolve([]);
    await engine.run(
      tinySpec(),
      (event) => {
        events.push(event);
        if (event.kind !== 'frgRows' || event.from !== 4) return;
        refused = factsOfAsync(() => points(engine, 2, [0.1]));
        void engine.pause();
        beside = points(engine, 2, [0, 0.1]);
        void beside.then(() => engine.resume());
      },
      'scored',
      { fresh: true },
    );
    expect(await refused).toMatchObject({ code: 'badInput' });
    expect((await beside).map(({ eps }) => eps)).toEqual([0, 0.1]);
    expect(frgRows(events)).toEqual(frgRows(undisturbed));
  });
});
