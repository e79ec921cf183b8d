import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
import { presetSpec } from '../../src/core/presets.ts';
import { cutAt, scoreTable } from '../../src/store/scoring.ts';
import { bestEpoch } from '../../src/store/selectors.ts';
import {
  axisNote,
  fineTuneFinding,
  frgFinding,
  headline,
  keptEpoch,
  oracleVerdict,
  predictionFinding,
  pruneFinding,
  stagesText,
  weightsText,
} from '../../src/ui/text/findings.ts';
import { sentence } from '../../src/ui/controls/Alert.tsx';
import { capital, count, duration, percentText, shortName } from '../../src/ui/text/format.ts';
import { announcement, statusText } from '../../src/ui/text/status.ts';
import { FakeEngine } from '../support/fakeEngine.ts';
import { fakeManifest } from '../support/fakeModel.ts';

async function ran(hash: string): Promise<App> {
  const app = createApp(new FakeEngine(), { hash, now: () => 0 });
  await app.boot();
  await app.run.start();
  return app;
}

function finding(app: App): string {
  const { run, session } = app.store.getState();
  const table = app.feed.snapshot();
  if (table === null || session.model === null) throw new Error('the fake run left no table');
  const scored = scoreTable(table, run.spec.score);
  const cut = cutAt(session.model.plan, scored, run.spec.selection, run.spec.p);
  if (cut === null) throw new Error('the fake run is not complete');
  const { suspect } = scored;
  const name = suspect === null ? null : session.model.manifest.classes[suspect.class];
  return frgFinding(run.spec, scored, cut, name ?? null);
}

describe('findings', () => {
  let lab: App;
  beforeAll(async () => {
    lab = await ran('#/?lens=oracle&maps=all&p=100&epochs=10');
  });

  it('say how many maps drag how much to which class', () => {
    expect(finding(lab)).toBe(
      'The top 12 of 1,200 feature maps drag 75\u00a0% of images or more to “speed limit 120”',
    );
  });

  it('say misread, not a class, for the accuracy score', async () => {
    const paper = await ran('#/?preset=paper');
    expect(finding(paper)).toContain('make the network misread');
    expect(axisNote(paper.store.getState().run.spec, 32)).toContain('misread (1 − FRG accuracy)');
  });

  it('names the rates of every stage for those who cannot see the plot', () => {
    const rate = (value: number) => ({ hits: 10 * value, n: 10, value });
    const rows = [
      { stage: 'backdoored', rate: rate(0.1) },
      { stage: 'pruned', rate: rate(0.8) },
      { stage: 'fineTuned', rate: null },
    ] as const;
    expect(stagesText(fakeManifest(), 'Robust accuracy', rows)).toBe(
      'Robust accuracy: Backdoored 10.0\u00a0%, Pruned 80.0\u00a0%, Fine-tuned not measured',
    );
    expect(stagesText(fakeManifest({ attack: null }), 'Acc', rows)).toMatch(/^Acc: As loaded 10/);
    const none = rows.map(({ stage }) => ({ stage, rate: null }));
    expect(stagesText(null, 'Acc', none)).toBeNull();
  });

  it('do not accuse a clean model', async () => {
    const clean = await ran('#/?model=signs-clean&lens=oracle');
    const { manifest } = clean.store.getState().session.model ?? { manifest: null };
    expect(headline(manifest)).toBe('This network may have a hidden backdoor. Check it.');
    expect(finding(clean)).toMatch(/^No class dominates|^The line cuts through the crowd/);
    if (manifest !== null)
      expect(oracleVerdict(clean.store.getState(), manifest, null)).toMatch(/^No: /);
  });

  it('compare stages', () => {
    const state = lab.store.getState();
    const { backdoored, fineTuned } = state.results.stages;
    if (backdoored === undefined || fineTuned === undefined)
      throw new Error('the fake run left stages out');
    expect(predictionFinding(state, backdoored, fineTuned)).toBe(
      '19 of 20 triggered images read right',
    );
    const defender = { ...state, view: { ...state.view, lens: 'defender' as const } };
    expect(predictionFinding(defender, backdoored, fineTuned)).not.toMatch(/trigger/);
    const acc = { hits: 1900, n: 2000, value: 0.95 };
    const worse = { ...fineTuned, metrics: { ...fineTuned.metrics, acc } };
    expect(predictionFinding(defender, backdoored, worse)).toMatch(
      /^Acc fell by \d\.\d points, from \d\d\.\d to 95\.0\s%$/,
    );
  });

  it('read the cost of the cut off the curve that stands below', () => {
    const [counts, acc] = [Int32Array.of(0, 50, 100, 1200), Float32Array.of(0.99, 0.95, 0.8, 0.02)];
    const curve = { score: 'targetShare', selection: 'global', counts, acc } as const;
    expect(pruneFinding(curve, 100)).toBe('100 maps cost 19 points');
    expect(pruneFinding(curve, 75)).toBe('75 maps cost 12 points');
    expect(pruneFinding(curve, 1)).toBe('1 map costs nothing');
    const short = { ...curve, counts: Int32Array.of(0, 50), acc: acc.slice(0, 2) };
    expect(pruneFinding(short, 75)).toBe('What the cut costs');
  });

  it('say what fine-tuning regains of what its own chart begins with', () => {
    const { stages, epochs } = lab.store.getState().results;
    const start = stages.pruned?.validation;
    const kept = keptEpoch(epochs, lab.store.getState().run.spec.fineTune);
    if (start === undefined || kept === null) throw new Error('the fake run trained nothing');
    const points = 100 * (kept.validation.value - start.value);
    expect(fineTuneFinding(start, kept.validation)).toBe(
      `Fine-tuning regains ${points.toFixed(1)} points`,
    );
    expect(fineTuneFinding(null, start)).toMatch(/^Fine-tuning ends at 95\.0\s%$/);
  });

  it('reach the bar and the live region', () => {
    const state = lab.store.getState();
    expect(statusText(state)).toBe('Finished in 0.0\u00a0s');
    expect(announcement(state)).toMatch(/^Finished: Acc 97\.\d percent after pruning 12/);
    const progress = {
      done: 437,
      total: 1000,
      unit: 'maps',
      elapsedSeconds: 1,
      etaSeconds: 1,
    } as const;
    const running = {
      ...state,
      run: { ...state.run, status: 'running', phase: 'scoring', progress } as const,
    };
    expect(announcement(running)).toBe('Scoring maps, 40 percent');
  });
});

describe('format', () => {
  it('shortens only names that a family shares', () => {
    const manifest = fakeManifest();
    expect(shortName(manifest, 8)).toBe('120');
    expect(shortName(manifest, 6)).toBe('end of limit 80');
    expect(shortName(manifest, 14)).toBe('stop');
  });

  it('begins a heading with a capital letter and leaves the rest alone', () => {
    expect(['drawn signs', 'CIFAR-10', ''].map(capital)).toEqual(['Drawn signs', 'CIFAR-10', '']);
  });

  it('ends a message and begins it, but for the name of a file', () => {
    expect(sentence('the zip file is not valid')).toBe('The zip file is not valid.');
    expect(sentence('cut.png is not an image.')).toBe('cut.png is not an image.');
  });

  it('writes durations', () => {
    for (const [seconds, told] of [
      [0, '0.0 s'],
      [0.42, '0.4 s'],
      [9.94, '9.9 s'],
      [9.97, '10 s'],
      [38.4, '38 s'],
      [59.4, '59 s'],
      [59.6, '1 min 0 s'],
      [119.7, '2 min 0 s'],
      [125, '2 min 5 s'],
    ] as const)
      expect(duration(seconds), String(seconds)).toBe(told.replaceAll(/ (?=min|s)/g, '\u00a0'));
  });

  it('ends no line between a number and its unit, nowhere on the page', () => {
    expect(percentText(0.976)).toBe('97.6\u00a0%');
    const loose = /(?:\}|\b\d+) (?:%|px\b|MB\b)/;
    const lines = ['src/ui', 'src/store'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.tsx?$/.test(file))
        .flatMap((file) => readFileSync(`${folder}/${file}`, 'utf8').split('\n')),
    );
    const said = lines.filter((line) => !/^\s*(?:\*|\/[*/])/.test(line));
    expect(said.filter((line) => loose.test(line))).toEqual([]);
  });
});

describe('which weights the fine-tuned network has', () => {
  const epochs = [0.5, 0.9, 0.8, 0.8].map((value, i) => ({
    ...{ epoch: i + 1, epochs: 10, loss: 1 },
    validation: { hits: 10 * value, n: 10, value },
  }));
  const best = bestEpoch(epochs);
  const spec = presetSpec('paper', 'm').fineTune;

  it('is said, and why it ended before its time', () => {
    if (best === null) throw new Error('there is no best epoch');
    expect(weightsText(epochs, spec, best)).toBe('Weights of epoch 4, the last.');
    const patient = { ...spec, patience: 2 };
    expect(weightsText(epochs, patient, best)).toBe(
      'Stopped after 4 epochs; weights of epoch 2, the best.',
    );
    const done = epochs.map((epoch) => ({ ...epoch, epochs: 4 }));
    expect(weightsText(done, patient, best)).toBe('Weights of epoch 2, the best.');
    expect(keptEpoch(epochs, spec)?.epoch).toBe(4);
    expect(keptEpoch(epochs, patient)?.epoch).toBe(2);
  });
});

it('puts commas into numbers as the language does', () => {
  for (const n of [0, 7, 999, 1000, 12_630, 100_000, 1_234_567, -1200, 1234.5, 0.25])
    expect(count(n)).toBe(n.toLocaleString('en-US'));
});
