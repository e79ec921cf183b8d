import { describe, expect, it, vi } from 'vitest';
import type { CutRequest } from '../../src/bridge/mapLab.ts';
import type { EngineApi } from '../../src/bridge/protocol.ts';
import { FmpError } from '../../src/core/errors.ts';
import { type CutPoint, PROBE_MAPS } from '../../src/core/frg/knockOut.ts';
import { createApp, type App } from '../../src/store/app.ts';
import { countAt } from '../../src/store/cutSteps.ts';
import { knockOutBar, shownKnockOut } from '../../src/store/knockOut.ts';
import { scoreTable } from '../../src/store/scoring.ts';
import { knockOutFinding, knockOutNote, ladderText } from '../../src/ui/text/knockOutText.ts';
import { SeeingEngine } from '../ui/harness/seeingEngine.ts';

const PLAIN: readonly CutPoint[] = [0, 4, 5, 7].map((count) => ({
  ...{
    count,
    tuned: false,
    share: Math.max(0.01, 0.4 - 0.1 * count),
    next: 0.1,
    acc: 0.98 - 0.001 * count,
  },
}));

const POINTS: readonly CutPoint[] = [
  ...PLAIN,
  { count: 5, tuned: true, share: 0.01, next: 0.1, acc: 0.97 },
];

/** Suggests what it is told to, and can wait in the middle. */
class AskedEngine extends SeeingEngine {
  answer: number | null = 5;
  failure: FmpError | null = null;
  holdAfter = Infinity;
  readonly asked: CutRequest[] = [];
  private drop: ((error: FmpError) => void) | null = null;

  override suggestCut: EngineApi['suggestCut'] = async (_spec, request, onPoint) => {
    this.asked.push(request);
    const held = new Promise<never>((_, reject) => (this.drop = reject));
    for (const [i, point] of POINTS.entries()) {
      if (i === this.holdAfter) await held;
      onPoint?.(point);
    }
    if (this.failure !== null) throw this.failure;
    return { points: POINTS, count: this.answer };
  };

  override cancel(): Promise<void> {
    this.drop?.(new FmpError('the run was cancelled', { code: 'cancelled' }));
    return super.cancel();
  }
}

async function scored(hash = '#/?epochs=0&images=8'): Promise<{ app: App; engine: AskedEngine }> {
  const engine = new AskedEngine();
  const app = createApp(engine, { hash });
  await app.boot();
  await app.run.start('scored');
  return { app, engine };
}

function shown(app: App) {
  return shownKnockOut(app.store.getState(), app.knockOut.store.getState().latest);
}

function bar(app: App) {
  const table = app.feed.snapshot();
  const state = app.store.getState();
  return knockOutBar(state, table === null ? null : scoreTable(table, state.run.spec.score));
}

describe('the knock-out test on the page', () => {
  it('streams its ladder, and its count moves the line, which can be undone', async () => {
    const { app, engine } = await scored();
    expect(bar(app)).toBeNull();
    const lengths: number[] = [];
    app.knockOut.store.subscribe(({ latest }) => lengths.push(latest?.points.length ?? -1));
    await app.knockOut.suggest();
    expect(lengths).toEqual([0, 1, 2, 3, 4, 5, 5]);
    const test = shown(app);
    expect(test).toMatchObject({ status: 'done', count: 5, points: POINTS });
    expect(engine.asked[0]?.order).toHaveLength(1200);
    const state = app.store.getState();
    const before = state.run.spec.p;
    if (test?.p == null || state.session.model === null) throw new Error('no p is suggested');
    expect(countAt(state.session.model.plan, 'all', 'global', test.p)).toBe(5);
    app.setP(test.p);
    expect(app.store.getState().run.spec.p).toBe(test.p);
    expect(shown(app)).toBe(test);
    app.history.undo();
    expect(app.store.getState().run.spec.p).toBe(before);
    app.knockOut.close();
    expect(shown(app)).toBeNull();
  });

  it('stops, keeps what came, and can be asked for again', async () => {
    const { app, engine } = await scored();
    engine.holdAfter = 2;
    const ended = app.knockOut.suggest();
    await vi.waitFor(() => {
      expect(shown(app)?.points).toHaveLength(2);
    });
    app.knockOut.close();
    expect(shown(app)?.status).toBe('measuring');
    await app.knockOut.stop();
    await ended;
    expect(shown(app)).toMatchObject({ status: 'stopped', count: null });
    expect(shown(app)?.points).toHaveLength(2);
    expect(app.store.getState().run.status).toBe('done');
    engine.holdAfter = Infinity;
    await app.knockOut.suggest();
    expect(shown(app)?.status).toBe('done');
  });

  it('belongs to the scores it was made of', async () => {
    const { app } = await scored();
    await app.knockOut.suggest();
    app.setSpec((spec) => ({ ...spec, score: 'accuracy' }));
    expect(shown(app)).toBeNull();
    app.setSpec((spec) => ({ ...spec, score: 'targetShare' }));
    expect(shown(app)?.count).toBe(5);
    app.setSpec((spec) => ({ ...spec, seed: 9 }));
    expect(shown(app)).toBeNull();
    app.setSpec((spec) => ({ ...spec, seed: 0 }));
    await app.run.load('signs-clean');
    expect(shown(app)).toBeNull();
  });

  it('is not asked for where it would say nothing', async () => {
    const { app, engine } = await scored();
    app.setSpec((spec) => ({ ...spec, selection: 'perLayer' }));
    expect(bar(app)).toBe('notGlobal');
    app.setSpec((spec) => ({ ...spec, selection: 'global', control: 'random' }));
    expect(bar(app)).toBe('control');
    app.setSpec((spec) => ({ ...spec, control: 'none', seed: 4 }));
    expect(bar(app)).toBe('notScored');
    await app.knockOut.suggest();
    expect(engine.asked).toEqual([]);
    await app.run.load('signs-clean');
    await app.run.start('scored');
    expect(bar(app)).toBe('noSuspect');
  });

  it('says that it failed, and why', async () => {
    const { app, engine } = await scored();
    engine.failure = new FmpError('the worker died', { code: 'workerDied' });
    await app.knockOut.suggest();
    const test = shown(app);
    expect(test?.status).toBe('failed');
    if (test !== null) expect(knockOutNote(test)).toBe('It failed: the worker died.');
  });
});

describe('what the knock-out test says', () => {
  it('is as strong as its numbers', async () => {
    const { app, engine } = await scored();
    await app.knockOut.suggest();
    const found = shown(app);
    if (found === null) throw new Error('nothing was measured');
    expect(knockOutFinding(found, 43)).toBe('5 maps stop the drift, after fine-tuning too');
    expect(knockOutFinding({ ...found, points: PLAIN }, 43)).toBe('5 maps stop the drift');
    expect(knockOutFinding(found, 1000)).toMatch(/^Acc allows 5 maps/);
    expect(knockOutNote(found)).toBe(
      'With 5 maps off and fine-tuning, the suspected class goes from 40 to 1\u00a0% of the watched images, and Acc from 98 to 97\u00a0%.',
    );
    expect(knockOutNote({ ...found, points: PLAIN })).toMatch(/it wants more maps\.$/);
    expect(ladderText(found.points)).toMatch(
      /^In per cent by maps cut\. 0 maps: suspected class 40/,
    );
    expect(ladderText(found.points)).toContain('5 maps and fine-tuning: suspected class 1, Acc 97');
    engine.answer = null;
    await app.knockOut.suggest();
    const none = shown(app);
    expect(none).toMatchObject({ status: 'done', count: null, p: null });
    if (none !== null) expect(knockOutFinding(none, 43)).toMatch(/^No number of maps/);
    expect(knockOutNote({ ...found, status: 'measuring', points: [] })).toContain(
      String(PROBE_MAPS),
    );
    expect(knockOutNote({ ...found, status: 'measuring' })).toBe(
      'Fine-tuning with more maps off, the latest was 5 maps and fine-tuning',
    );
    expect(knockOutNote({ ...found, status: 'stopped' })).toBe(
      'Stopped after 5 measurements; nothing is suggested.',
    );
  });
});
