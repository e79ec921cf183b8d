import { describe, expect, it } from 'vitest';
import type { ImageReading } from '../../src/bridge/ownImage.ts';
import { FmpError } from '../../src/core/errors.ts';
import { planNetwork } from '../../src/core/network/plan.ts';
import { createApp } from '../../src/store/app.ts';
import { findCarriers, spearman } from '../../src/core/frg/carriers.ts';
import { compareCut } from '../../src/store/carriers.ts';
import { confusionChange, imagesBehind } from '../../src/store/confusion.ts';
import { readRunFile } from '../../src/store/runFile.ts';
import { cutAt, scoreTable } from '../../src/store/scoring.ts';
import { choiceIsHidden } from '../../src/store/asDefender.ts';
import { exportable } from '../../src/store/exports.ts';
import { visibleState } from '../../src/store/lessonView.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

const plan = planNetwork({ family: 'PreActResNet', width: 8, blocks: [1], classes: 4 });
const maps = Int32Array.from({ length: plan.maps }, (_, i) => i);
/** Map 0 turns all images to class 3, map 1 half of them, the others none. */
const labels = Int32Array.from([0, 1]);
const predictions = Int16Array.from(
  [...maps].flatMap((map) => (map === 0 ? [3, 3] : map === 1 ? [3, 1] : [0, 1])),
);
const table = { maps, labels, predictions, classes: 4, rows: maps.length };

describe('carriers', () => {
  it('are compared inside their layer, and with the cut', () => {
    // The stem has 8 maps: 10, 1, 10 and five times 1 have a mean of 26 / 8.
    const change = Float32Array.from(maps, (map) => (map === 0 || map === 2 ? 10 : 1));
    const carriers = findCarriers(plan, table.maps, change);
    expect(carriers.change[0]).toBeCloseTo(80 / 26, 5);
    expect(carriers.change[plan.maps - 1]).toBe(1);
    expect(carriers.total).toBe(2);
    const scored = scoreTable(table, 'targetShare');
    const cut = cutAt(plan, scored, 'global', plan.maps / 2);
    if (cut === null) throw new Error('the table is complete');
    const found = compareCut(carriers, scored, cut);
    expect(found).toMatchObject({ k: 2, hits: 1, precision: 0.5, recall: 0.5, misses: [2] });
  });

  it('say nothing where nothing can be said', () => {
    const carriers = findCarriers(plan, table.maps, new Float32Array(plan.maps));
    const scored = scoreTable(table, 'targetShare');
    const cut = cutAt(plan, scored, 'global', plan.maps * 2);
    if (cut === null) throw new Error('the table is complete');
    expect(compareCut(carriers, scored, cut)).toEqual({
      ...{ hits: 0, k: 0, precision: null, recall: null, spearman: null, misses: [] },
    });
  });

  it('correlate by rank', () => {
    expect(spearman(Float32Array.of(1, 2, 3, 9), Float32Array.of(2, 4, 5, 6))).toBeCloseTo(1);
    expect(spearman(Float32Array.of(1, 2, 3), Float32Array.of(3, 2, 1))).toBeCloseTo(-1);
    // Ties share their rank: scipy.stats.spearmanr([1,1,2,3],[1,2,3,4]) = 0.9486832980505138.
    expect(spearman(Float32Array.of(1, 1, 2, 3), Float32Array.of(1, 2, 3, 4))).toBeCloseTo(0.94868);
  });
});

describe('confusion before and after', () => {
  const before = {
    ...{ clean: Int16Array.of(0, 1, 2, 2), cleanLabels: Int32Array.of(0, 1, 2, 3) },
    ...{ triggered: Int16Array.of(3, 3, 3), triggeredLabels: Int32Array.of(0, 1, 1) },
  };
  const now = { ...before, triggered: Int16Array.of(0, 1, 2), clean: Int16Array.of(0, 1, 2, 3) };

  it('lists the cells that changed, the largest first', () => {
    expect(confusionChange(before, now, 'triggered')).toEqual([
      { label: 1, predicted: 3, before: 2, after: 0 },
      { label: 0, predicted: 0, before: 0, after: 1 },
      { label: 0, predicted: 3, before: 1, after: 0 },
      { label: 1, predicted: 1, before: 0, after: 1 },
      { label: 1, predicted: 2, before: 0, after: 1 },
    ]);
    expect(confusionChange(before, now, 'clean')).toHaveLength(2);
    const none = { ...now, triggered: null, triggeredLabels: null };
    expect(confusionChange(before, none, 'triggered')).toBeNull();
  });

  it('finds the images that moved into or out of a cell', () => {
    expect([...imagesBehind(before, now, 'triggered', { label: 1, predicted: 3 })]).toEqual([1, 2]);
    expect([...imagesBehind(before, now, 'clean', { label: 3, predicted: 3 })]).toEqual([3]);
  });
});

class SeeingEngine extends FakeEngine {
  activationChange(): Promise<Float32Array> {
    this.calls.push('activationChange');
    return Promise.resolve(Float32Array.from({ length: 1200 }, (_, i) => i % 7));
  }
}

describe('an Oracle look', () => {
  it('measures once, and another trigger forgets it', async () => {
    const engine = new SeeingEngine();
    const app = createApp(engine);
    await app.boot();
    await app.oracle.measure();
    await app.oracle.measure();
    expect(engine.calls.filter((call) => call === 'activationChange')).toHaveLength(1);
    expect(app.store.getState().results.change).toHaveLength(1200);
    await app.run.setTrigger(null);
    expect(app.store.getState().results.change).toBeNull();
  });

  it('that something else ended is no failure, and can be had again', async () => {
    const engine = new SeeingEngine();
    const app = createApp(engine);
    await app.boot();
    const ended = new FmpError('something newer began', { code: 'cancelled' });
    engine.activationChange = () => Promise.reject(ended);
    await app.oracle.measure();
    expect(app.store.getState().session.error).toBeNull();
    engine.activationChange = () => Promise.reject(new Error('lost'));
    await app.oracle.measure();
    expect(app.store.getState().session.error?.message).toContain('lost');
  });

  it('marks a p that is chosen after it, also in the run file', async () => {
    const saved: string[] = [];
    const app = createApp(new FakeEngine(), {
      saveFile: (_, content) => saved.push(String(content)),
    });
    await app.boot();
    await app.run.start('scored');
    app.setP(20);
    expect(app.store.getState().run.informed).toBe(false);
    app.setView({ lens: 'oracle' });
    app.setP(30);
    expect(app.store.getState().run.informed).toBe(true);
    app.files.run();
    expect(readRunFile(saved[0] ?? '').informed).toBe(true);
    await app.run.load('signs-clean');
    expect(app.store.getState().run.informed).toBe(false);
    app.setP(20);
    expect(app.store.getState().run.informed).toBe(false);
  });
});

describe('an image of one’s own', () => {
  const image = new Uint8Array(32 * 32 * 3);

  class Reads extends FakeEngine {
    readImage(asked: Uint8Array): Promise<ImageReading> {
      this.calls.push(`readImage ${String(asked.length)}`);
      return Promise.resolve({
        triggered: null,
        stages: { backdoored: null, pruned: null, fineTuned: null },
      });
    }
  }

  it('is read while the engine is free', async () => {
    const engine = new Reads();
    const app = createApp(engine);
    expect(await app.oracle.readImage(image)).toBeNull();
    await app.boot();
    expect(await app.oracle.readImage(image)).not.toBeNull();
    const run = app.run.start();
    expect(await app.oracle.readImage(image)).toBeNull();
    await run;
    expect(engine.calls.filter((call) => call.startsWith('readImage'))).toEqual(['readImage 3072']);
  });

  it('is read by no engine that cannot', async () => {
    const app = createApp(new FakeEngine());
    await app.boot();
    expect(await app.oracle.readImage(image)).toBeNull();
  });
});

describe('maps that were chosen with the trigger', () => {
  it('tell a defender nothing, on clean images and in files neither', async () => {
    const saved: string[] = [];
    const app = createApp(new FakeEngine(), {
      hash: '#/?control=oracle',
      saveFile: (_, content) => saved.push(String(content)),
    });
    await app.boot();
    await app.run.start();
    const { results } = app.store.getState();
    expect(results.stages.fineTuned?.spec?.control).toBe('oracle');
    expect(choiceIsHidden(app.store.getState())).toBe(true);
    const seen = visibleState(app.store.getState()).results;
    expect(Object.keys(seen.stages)).toEqual(['backdoored']);
    expect(seen).toMatchObject({ epochs: [], selected: null, result: null });
    expect(exportable(app.store.getState()).weights).toBeNull();
    app.files.run();
    expect(Object.keys(readRunFile(saved[0] ?? '').results.stages)).toEqual(['backdoored']);

    app.setView({ lens: 'oracle' });
    expect(visibleState(app.store.getState()).results).toBe(results);
    expect(exportable(app.store.getState()).weights).toBe('fineTuned');
  });

  it('are another matter than those of FRG and of chance', async () => {
    for (const control of ['none', 'random', 'l1', 'fineTuneOnly']) {
      const app = createApp(new FakeEngine(), { hash: `#/?control=${control}` });
      await app.boot();
      await app.run.start();
      expect(choiceIsHidden(app.store.getState()), control).toBe(false);
    }
  });
});
