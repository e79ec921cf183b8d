import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/store/app.ts';
import type { Lens } from '../../src/store/viewState.ts';
import { AppContext } from '../../src/ui/AppContext.ts';
import { ComparePage } from '../../src/ui/compare/ComparePage.tsx';
import { compareOf, sweepsOf } from '../../src/ui/compare/studyData.ts';
import { SweepsPage } from '../../src/ui/sweeps/SweepsPage.tsx';
import { FakeEngine } from '../support/fakeEngine.ts';
import { compareFile, SIGNS, sweepFile } from '../support/studyFiles.ts';

async function booted(lens: Lens = 'oracle'): Promise<App> {
  const app = createApp(new FakeEngine());
  await app.boot();
  app.setView({ lens });
  // Static markup is drawn from a store's first state, as on a server.
  for (const store of [app.store, compareOf(app).store, sweepsOf(app).store])
    Object.assign(store, { getInitialState: store.getState });
  return app;
}

const compareHtml = (app: App): string =>
  renderToStaticMarkup(
    <AppContext value={app}>
      <ComparePage />
    </AppContext>,
  );
const sweepsHtml = (app: App): string =>
  renderToStaticMarkup(
    <AppContext value={app}>
      <SweepsPage />
    </AppContext>,
  );

describe('the Compare page', () => {
  it('says that nothing was recorded, and offers to measure', async () => {
    const app = await booted();
    compareOf(app).store.setState({ reading: 'none' });
    const html = compareHtml(app);
    expect(html).toContain('No comparison was recorded for this copy of the app.');
    expect(html).toContain('Choose a network and a method.');
    compareOf(app).begin('signs-badnets');
    expect(compareHtml(app)).toContain('Measure 4');
  });

  it('shows what was recorded at first sight, with its source and the paper’s', async () => {
    const app = await booted();
    compareOf(app).store.setState({ reading: 'read', recorded: compareFile() });
    const html = compareHtml(app);
    expect(html.match(/<figure/g)).toHaveLength(3);
    expect(html).toContain('recorded 2026-11-22 on AMD EPYC, 2 cores, commit 1a2b3c4');
    expect(html).toContain('quoted, GTSRB, Table 1c');
    expect(html).toContain('FMP leaves the fewest images fooled');
    expect(html).toContain('2 epochs on 10\u00a0% of the clean training');
  });

  it('shows what is under way and can cancel it', async () => {
    const app = await booted();
    compareOf(app).store.setState({
      status: {
        ...{ status: 'running', done: 1, total: 4, etaSeconds: 75 },
        ...{ doing: ['ANP, seed 0: fine-tuning 40 %'], failures: [], error: null },
      },
    });
    const html = compareHtml(app);
    expect(html).toContain('Cancel');
    expect(html).toContain('1 of 4 results, about 1\u00a0min 15\u00a0s left');
    expect(html).toContain('ANP, seed 0: fine-tuning 40 %');
    expect(html).toContain('aria-valuenow="25"');
  });
});

describe('the Sweeps page', () => {
  it('draws the paper’s curve alone where nothing was recorded', async () => {
    const app = await booted();
    sweepsOf(app).store.setState({ reading: 'none' });
    const html = sweepsHtml(app);
    expect(html).toContain('The paper’s curve stands alone until you measure one.');
    expect(html.match(/<figure/g)).toHaveLength(3);
    expect(html).toContain('Run 5 times');
  });

  it('shows a recorded sweep beside the paper’s', async () => {
    const app = await booted();
    sweepsOf(app).store.setState({ reading: 'read', recorded: sweepFile(), model: SIGNS.id });
    const html = sweepsHtml(app);
    expect(html).toMatch(/As ε moves, ASR lies between/);
    expect(html).toContain('quoted, CIFAR-10, Table 4');
    expect(html).toContain('under BadNets');
    expect(html).toContain('only the lab preset’s search tries blurred ones');
    const [sweep] = sweepFile().sweeps;
    if (sweep === undefined) throw new Error('no sweep to change');
    const base = { ...sweep.base, frg: { ...sweep.base.frg, smoothing: 8 } };
    const smooth = { ...sweepFile(), sweeps: [{ ...sweep, base }] };
    sweepsOf(app).store.setState({ recorded: smooth });
    expect(sweepsHtml(app)).not.toContain('blurred');
  });
});

describe('in Defender view', () => {
  it('no number of what the oracle chose is told, on clean images neither', async () => {
    const file = compareFile();
    const rows = file.rows.map((row) => {
      const { outcome } = row;
      const after = { ...outcome.after, acc: 0.54321 };
      return row.method === 'oracle' ? { ...row, outcome: { ...outcome, after } } : row;
    });
    for (const lens of ['defender', 'oracle'] as const) {
      const app = await booted(lens);
      compareOf(app).store.setState({ reading: 'read', recorded: { ...file, rows } });
      const html = compareHtml(app);
      expect(html.includes('54.3'), lens).toBe(lens === 'oracle');
      expect(html.includes('oracle hidden from the defender'), lens).toBe(lens === 'defender');
    }
  });

  it('neither page tells what was made with a trigger, in words, marks or order', async () => {
    const app = await booted('defender');
    const file = compareFile();
    const rows = file.rows.map((row) => {
      const facts = { 'pruned Acc': 0.8, 'pruned ASR': 0.3, 'pruned RA': 0.4 };
      return { ...row, outcome: { ...row.outcome, facts } };
    });
    compareOf(app).store.setState({ reading: 'read', recorded: { ...file, rows } });
    expect(compareHtml(app)).toContain('pruned Acc');
    sweepsOf(app).store.setState({ reading: 'read', recorded: sweepFile(), model: SIGNS.id });
    for (const html of [compareHtml(app), sweepsHtml(app)]) {
      expect(html).toContain('Show them in Oracle view');
      expect(html).toContain('Hidden from the defender');
      expect(html).not.toMatch(/aria-label="(ASR|RA) in per cent/);
      expect(html).not.toContain('fooled</b>');
      expect(html).not.toMatch(/ASR lies between|fewest images fooled/);
      expect(html).toContain('aria-label="Export"');
      expect(html).not.toContain('pruned ASR');
      expect(html).toMatch(/aria-label="Acc in per cent/);
    }
  });
});
