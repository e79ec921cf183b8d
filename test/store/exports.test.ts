import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classShares, frgAccuracy, type FrgTable } from '../../src/core/frg/score.ts';
import { locateMap, planNetwork } from '../../src/core/network/plan.ts';
import { createApp, type App } from '../../src/store/app.ts';
import { exportable } from '../../src/store/exports.ts';
import { readRunFile } from '../../src/store/runFile.ts';
import { scoresCsv } from '../../src/store/scoresCsv.ts';
import { cutAt, PRUNED, scoreTable, SPARED } from '../../src/store/scoring.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

interface Saved {
  readonly name: string;
  readonly content: string | Uint8Array;
}

async function start(): Promise<{ app: App; engine: FakeEngine; saved: Saved[] }> {
  const engine = new FakeEngine();
  const saved: Saved[] = [];
  const app = createApp(engine, {
    saveFile: (name, content) => saved.push({ name, content }),
    commit: 'abc1234',
    clock: () => '2026-01-31T10:00:00Z',
  });
  await app.boot();
  return { app, engine, saved };
}

/** Reads RFC 4180 text. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g,
  )) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== '\r\n') continue;
    rows.push(cells);
    cells = [];
  }
  return rows;
}

describe('exports', () => {
  it('offer nothing before a sweep, and weights only after pruning here', async () => {
    const { app, engine, saved } = await start();
    const can = () => exportable(app.store.getState());
    expect(can()).toEqual({ run: false, scores: false, mask: false, weights: null });
    app.files.run();
    app.files.scores();
    await app.files.weights();
    expect(saved).toEqual([]);
    await app.run.start('scored');
    expect(can()).toEqual({ run: true, scores: true, mask: true, weights: null });
    await app.run.start('pruned');
    expect(can().weights).toBe('pruned');
    await app.run.start();
    await app.files.weights();
    expect(engine.calls).toContain('exportWeights fineTuned');
    expect(saved.map(({ name }) => name)).toEqual([
      'fmp-signs-badnets-fine-tuned.safetensors',
      'fmp-signs-badnets-mask.json',
    ]);
  });

  it('write a run that opens again, with where it was measured', async () => {
    const { app, saved } = await start();
    await app.run.start();
    app.files.run();
    const opened = readRunFile(String(saved[0]?.content));
    expect(saved[0]?.name).toBe('fmp-signs-badnets-run.json');
    expect(opened.table).toEqual(app.feed.snapshot());
    expect(opened.results.sweep?.recorded).toEqual({
      ...{ date: '2026-01-31', commit: 'abc1234', device: 'wasm, SIMD, 2 threads' },
    });
    app.run.show(opened, true);
    expect(exportable(app.store.getState())).toEqual({
      run: true,
      scores: true,
      mask: true,
      weights: null,
    });
  });

  it('carry the settings that made the scores, wherever the controls stand by now', async () => {
    const { app, saved } = await start();
    await app.run.start();
    const made = app.store.getState().results.sweep?.spec;
    app.setSpec((spec) => ({ ...spec, seed: 9, frg: { ...spec.frg, eps: 0.1, steps: 7 } }));
    app.setP(40);
    app.files.run();
    const { spec, results } = readRunFile(String(saved[0]?.content));
    expect(spec).toMatchObject({ seed: 0, p: 40, preset: 'lab', frg: made?.frg });
    expect(results.stages.fineTuned?.spec).toEqual(made);
    app.files.scores();
    const [head = [], first = []] = parseCsv(String(saved[1]?.content));
    const facts = Object.fromEntries(head.map((name, at) => [name, first[at]]));
    expect(facts).toMatchObject({
      ...{ model: 'signs-badnets', view: 'defender', eps: '24/255', seed: '0', p: '40' },
      ...{ steps: String(made?.frg.steps), images: String(made?.frg.images) },
      ...{ device: 'wasm, SIMD, 2 threads', recorded: '', 'p after an Oracle look': 'no' },
    });
    // The controls themselves stay, and so do they in what this device keeps.
    expect(app.store.getState().run.spec.seed).toBe(9);
  });

  it('of a defender hold nothing that was made with the trigger', async () => {
    const { app, saved } = await start();
    await app.run.start();
    app.files.run();
    const text = String(saved[0]?.content);
    const { model, results } = readRunFile(text);
    expect(text).not.toMatch(/\btarget\b/);
    expect(model).toMatchObject({ trigger: null, samples: { triggered: null } });
    expect(model.manifest).toMatchObject({ attack: 'unknown', metrics: null });
    for (const { metrics, predictions, probabilities } of Object.values(results.stages)) {
      expect(metrics).toMatchObject({ asr: null, ra: null });
      expect(predictions).toMatchObject({ triggered: null, triggeredLabels: null });
      expect(probabilities.triggered).toBeNull();
    }
    expect(results.result?.stages.fineTuned).toMatchObject({ asr: null, ra: null, nTriggered: 0 });
    expect(results.stages.pruned?.metrics.acc).toEqual(
      app.store.getState().results.stages.pruned?.metrics.acc,
    );
    app.setView({ lens: 'oracle' });
    app.files.run();
    const whole = readRunFile(String(saved[1]?.content));
    expect(whole.results.stages).toMatchObject({
      pruned: { metrics: app.store.getState().results.stages.pruned?.metrics },
    });
    expect(whole.model.trigger).toEqual(app.store.getState().session.model?.trigger);
  });
});

const ARCHITECTURE = { family: 'PreActResNet', width: 2, blocks: [1], classes: 4 } as const;
const plan = planNetwork(ARCHITECTURE);

const tables = fc
  .record({
    labels: fc.array(fc.nat(ARCHITECTURE.classes - 1), { minLength: 1, maxLength: 8 }),
    rows: fc.nat(plan.maps),
    seed: fc.array(fc.nat(ARCHITECTURE.classes - 1), { minLength: 1, maxLength: 32 }),
  })
  .map(({ labels, rows, seed }): FrgTable => ({
    maps: Int32Array.from({ length: plan.maps }, (_, map) => map),
    labels: Int32Array.from(labels),
    predictions: Int16Array.from(
      { length: plan.maps * labels.length },
      (_, i) => seed[i % seed.length] ?? 0,
    ),
    ...{ classes: ARCHITECTURE.classes, rows },
  }));
const scores = fc.constantFrom('accuracy', 'targetShare', 'collapse');
const names = fc.array(fc.string(), { minLength: 4, maxLength: 4 });

describe('scores as CSV', () => {
  it('give back every number, rank, verdict and class name', () => {
    fc.assert(
      fc.property(
        tables,
        scores,
        names,
        fc.integer({ min: 1, max: 20 }),
        fc.uniqueArray(fc.nat({ max: 9 })),
        (table, score, own, p, keep) => {
          const scored = scoreTable(table, score);
          const cut = cutAt(plan, scored, 'global', p, keep);
          const [head, ...rows] = parseCsv(
            scoresCsv({ plan, classNames: own, scored, score, cut, facts: [['seed', '7']] }),
          );
          const byClass = own.map((name, k) => `share ${String(k)} ${name}`);
          expect(head?.slice(0, 8).join()).toBe(
            'map,layer,channel,score name,score,rank,pruned,kept by hand',
          );
          expect(head?.slice(8, -1)).toEqual(score === 'accuracy' ? ['FRG accuracy'] : byClass);
          expect([head?.at(-1), ...rows.map((row) => row.at(-1))]).toEqual([
            'seed',
            ...rows.map(() => '7'),
          ]);
          const values = score === 'accuracy' ? frgAccuracy(table) : classShares(table);
          const width = score === 'accuracy' ? 1 : table.classes;
          expect(rows).toHaveLength(table.rows);
          rows.forEach((cells, row) => {
            const { conv, channel } = locateMap(plan, row);
            expect(cells.slice(0, 4)).toEqual([String(row), conv.name, String(channel), score]);
            expect(Math.fround(Number(cells[4]))).toBe(scored.suspicion[row]);
            const is = (kind: number): string => (cut?.verdict[row] === kind ? '1' : '0');
            const verdict = [String(scored.rank[row]), is(PRUNED), is(SPARED)];
            expect(cells.slice(5, 8)).toEqual(cut === null ? ['', '', ''] : verdict);
            const shares = cells.slice(8, -1).map((value) => Math.fround(Number(value)));
            expect(shares).toEqual(Array.from(values.subarray(row * width, (row + 1) * width)));
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});
