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
  oracleVerdict,
  predictionFinding,
  pruneFinding,
  weightsText,
} from '../../src/ui/text/findings.ts';
import { duration, shortName } from '../../src/ui/text/format.ts';
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
      'The top 12 of 1,200 feature maps drag 75 % of images or more to “speed limit 120”',
    );
  });

  it('say misread, not a class, for the accuracy score', async () => {
    const paper = await ran('#/?preset=paper');
    expect(finding(paper)).toContain('make the network misread');
    expect(axisNote(paper.store.getState().run.spec, 32)).toContain('misread (1 − FRG accuracy)');
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
    const { backdoored, pruned, fineTuned } = state.results.stages;
    if (backdoored === undefined || pruned === undefined || fineTuned === undefined)
      throw new Error('the fake run left stages out');
    expect(pruneFinding(backdoored, pruned)).toMatch(/^12 maps cost \d+\.\d points$/);
    expect(fineTuneFinding(pruned, fineTuned)).toMatch(/^Fine-tuning regains/);
    expect(predictionFinding(state, backdoored, fineTuned)).toBe(
      '19 of 20 triggered images read right',
    );
    const defender = { ...state, view: { ...state.view, lens: 'defender' as const } };
    expect(predictionFinding(defender, backdoored, fineTuned)).not.toMatch(/trigger/);
  });

  it('reach the bar and the live region', () => {
    const state = lab.store.getState();
    expect(statusText(state)).toBe('Finished in 0.0 s');
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

  it('writes durations', () => {
    expect([duration(0.42), duration(38.4), duration(125)]).toEqual(['0.4 s', '38 s', '2 min 5 s']);
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
  });
});
