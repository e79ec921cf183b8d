import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { EPS_CANDIDATES, searchCandidates } from '../../src/core/frg/epsSearch.ts';
import {
  type CutPoint,
  cutCounts,
  isSilent,
  MOST_LOST,
  suggestCount,
  tunedCounts,
} from '../../src/core/frg/knockOut.ts';
import { Compute } from '../../src/engine/compute.ts';
import { Engine } from '../../src/engine/engine.ts';
import { factsOfAsync } from '../support/facts.ts';
import { TINY_ID, TINY_MAPS, tinyPlatform, tinySpec } from './tinyModel.ts';

const ORDER = Int32Array.from({ length: TINY_MAPS }, (_, i) => TINY_MAPS - 1 - i);

describe('the knock-out test, on wasm', () => {
  const spec = tinySpec();
  const request = { eps: 0.1, order: ORDER, suspect: 1 };
  let engine: Engine;

  beforeAll(async () => {
    engine = new Engine(await tinyPlatform(), { backend: 'wasm', local: new Compute().handlers });
    await engine.load(TINY_ID);
  });
  afterAll(() => engine.dispose());

  it('tries growing counts while Acc lasts, and suggests what the rule says of them', async () => {
    const seen: CutPoint[] = [];
    const { points, count } = await engine.suggestCut(spec, request, (point) => seen.push(point));
    expect(points).toEqual(seen);
    const counts = cutCounts(TINY_MAPS);
    const [alone, tuned] = [points.filter((point) => !point.tuned), points.filter((p) => p.tuned)];
    expect(points).toEqual([...alone, ...tuned]);
    expect(alone.map((point) => point.count)).toEqual([...counts.subarray(0, alone.length)]);
    const start = alone[0]?.acc ?? NaN;
    for (const point of alone.slice(1, -1)) {
      expect(point.acc).toBeGreaterThanOrEqual(start - MOST_LOST);
      expect(isSilent(point, 3)).toBe(false);
    }
    const all = tunedCounts(alone, 3, TINY_MAPS);
    expect(tuned.map((point) => point.count)).toEqual([...all.subarray(0, tuned.length)]);
    expect(tuned.slice(0, -1).some((point) => isSilent(point, 3))).toBe(false);
    expect(count).toBe(suggestCount(points, 3));
  });

  it('does without fine-tuning where the run has none', async () => {
    const { points } = await engine.suggestCut(spec, request);
    const first = points.find(({ tuned }) => tuned);
    if (first === undefined) throw new Error('nothing was fine-tuned');
    const again = await engine.suggestCut(
      { ...spec, fineTune: { ...spec.fineTune, epochs: 0 } },
      request,
    );
    expect(again.points.some(({ tuned }) => tuned)).toBe(false);
    expect(again.points).toEqual(points.filter(({ tuned }) => !tuned));
  });

  it('says the same again, and leaves the network as it was for the next request', async () => {
    const first = await engine.suggestCut(spec, request);
    const before = await engine.inspect(spec, 0.1, 3, 0);
    expect(await engine.suggestCut(spec, request)).toEqual(first);
    expect(await engine.inspect(spec, 0.1, 3, 0)).toEqual(before);
  });

  it('frees every tensor', async () => {
    await engine.suggestCut(spec, request);
    const before = tf.memory().numTensors;
    await engine.suggestCut(spec, request);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives way to a newer request', async () => {
    const replaced = factsOfAsync(() => engine.suggestCut(spec, request));
    const newer = await engine.suggestCut(spec, request);
    expect(newer.points.length).toBeGreaterThan(0);
    expect(await replaced).toMatchObject({ code: 'cancelled' });
  });

  it('is refused while a run is under way', async () => {
    const run = engine.run(spec, () => undefined, 'scored');
    expect(await factsOfAsync(() => engine.suggestCut(spec, request))).toMatchObject({
      code: 'badInput',
    });
    await run;
  });
});

describe('a run up to the ε search', () => {
  it('tries every candidate where asked to, and scores nothing', async () => {
    const engine = new Engine(await tinyPlatform(), {
      backend: 'wasm',
      local: new Compute().handlers,
    });
    const spec = { ...tinySpec(), frg: { ...tinySpec().frg, eps: 'auto' as const } };
    const seen: RunEvent[] = [];
    const result = await engine.run(spec, (event) => seen.push(event), 'searched', {
      searchAll: true,
      again: false,
    });
    expect(result).toBeNull();
    const tried = seen.flatMap((event) => (event.kind === 'epsCandidate' ? [event] : []));
    const isNamed = tried.some(({ smoothing, suspect }) => {
      return smoothing === undefined && suspect?.dominant === true;
    });
    const all = searchCandidates();
    const wanted = isNamed ? all.slice(0, EPS_CANDIDATES.length) : all;
    expect(tried.map(({ eps }) => eps)).toEqual(wanted.map(({ eps }) => eps));
    expect(tried.map(({ smoothing }) => smoothing)).toEqual(wanted.map((one) => one.smoothing));
    expect(seen.some(({ kind }) => kind === 'frgRows')).toBe(false);
    await engine.dispose();
  });
});
