import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/store/app.ts';
import { recordedRows } from '../../src/store/recorded.ts';
import type { AppState } from '../../src/store/state.ts';
import { AppContext } from '../../src/ui/AppContext.ts';
import { LiveRegion } from '../../src/ui/controls/LiveRegion.tsx';
import { PredictionsPanel } from '../../src/ui/panels/PredictionsPanel.tsx';
import { RecordedPanel } from '../../src/ui/panels/RecordedPanel.tsx';
import { PresetControl } from '../../src/ui/panels/smallControls.tsx';
import { TunePanel } from '../../src/ui/panels/TunePanel.tsx';
import { FakeEngine } from '../support/fakeEngine.ts';
import recorded from '../../public/data/recorded.json' with { type: 'json' };
import { parseRecorded } from '../../src/formats/recorded.ts';

it('tells a defender nothing of what the oracle pruned', async () => {
  const { runs } = parseRecorded(recorded);
  const app = createApp(new FakeEngine());
  await app.boot();
  const rows = recordedRows(runs, 'signs-badnets');
  expect(rows.map(({ label }) => label)).toContain('oracle');
  for (const lens of ['defender', 'oracle'] as const) {
    app.store.setState((state) => ({
      ...state,
      session: { ...state.session, recorded: runs },
      view: { ...state.view, lens },
    }));
    Object.assign(app.store, { getInitialState: app.store.getState });
    const html = renderToStaticMarkup(
      <AppContext value={app}>
        <RecordedPanel />
      </AppContext>,
    );
    // What stands there, where it stands.
    expect(html).toContain('Below each rate: the range over the seeds');
    expect(html).toMatch(/<b>[\d.]+<\/b><small>[\d.]+ to [\d.]+<\/small>/);
    const [row = ''] = /<th scope="row">Oracle.*?<\/tr>/.exec(html) ?? [];
    // Maps, Acc, ASR twice, RA: all, or none of them.
    expect(row.match(/<td/g), lens).toHaveLength(5);
    expect(row.match(/Hidden from the defender/g) ?? [], lens).toHaveLength(
      lens === 'oracle' ? 0 : 5,
    );
  }
});

it('tells a defender nothing of what the oracle pruned here', async () => {
  const app = createApp(new FakeEngine(), { hash: '#/?control=oracle' });
  await app.boot();
  await app.run.start();
  for (const lens of ['defender', 'oracle'] as const) {
    app.setView({ lens });
    Object.assign(app.store, { getInitialState: app.store.getState });
    const html = renderToStaticMarkup(
      <AppContext value={app}>
        <TunePanel />
        <PredictionsPanel />
      </AppContext>,
    );
    const isOracle = lens === 'oracle';
    expect(html.includes(', by the trigger'), lens).toBe(isOracle);
    expect(html.match(/hidden<span class="vh"> from the defender/g) ?? []).toHaveLength(
      isOracle ? 0 : 2,
    );
    expect(html.includes('best: epoch'), lens).toBe(isOracle);
    expect(html.includes('What reads differently now'), lens).toBe(isOracle);
    // The plot of the three stages in words.
    expect(html).toMatch(/role="img" aria-label="Accuracy on clean images: Backdoored \d\d\.\d/);
    expect(/aria-label="Robust accuracy: .*?Fine-tuned \d/.test(html), lens).toBe(isOracle);
  }
});

it('says no more aloud than it shows', async () => {
  const app = createApp(new FakeEngine());
  await app.boot();
  await app.run.start();
  const said = (): string => {
    Object.assign(app.store, { getInitialState: app.store.getState });
    return renderToStaticMarkup(
      <AppContext value={app}>
        <LiveRegion />
      </AppContext>,
    );
  };
  expect(said()).toMatch(/Finished: Acc \d\d\.\d percent after pruning/);
  // What pruning costs is asked by a later step.
  app.setView({ route: { page: 'lesson', step: 5 } });
  expect(said()).toMatch(/Finished: [\d,]+ feature maps scored/);
  app.setView({ route: { page: 'lab', step: null } });
  app.setSpec((spec) => ({ ...spec, control: 'oracle' }));
  await app.run.start();
  expect(said()).not.toContain('Acc');
  app.setView({ lens: 'oracle' });
  expect(said()).toContain('Acc');
});

it('says what a link does in the place of FRG, before it is run', async () => {
  for (const [control, name] of [
    ['random', 'Random maps'],
    ['oracle', 'Oracle'],
  ] as const) {
    const app = createApp(new FakeEngine(), { hash: `#/?control=${control}` });
    await app.boot();
    Object.assign(app.store, { getInitialState: app.store.getState });
    const html = renderToStaticMarkup(
      <AppContext value={app}>
        <PresetControl onChoose={app.setPreset} />
      </AppContext>,
    );
    expect(html).toContain(`<option value="custom" selected="">${name}</option>`);
  }
});

describe('the third column', () => {
  /** Its markup in a state. */
  function tune(app: App, patch: (state: AppState) => Partial<AppState>): string {
    app.store.setState(patch);
    Object.assign(app.store, { getInitialState: app.store.getState });
    return renderToStaticMarkup(
      <AppContext value={app}>
        <TunePanel />
      </AppContext>,
    );
  }

  it('says of the stages on show what made them, not what the last run did', async () => {
    const app = createApp(new FakeEngine());
    await app.boot();
    await app.run.start();
    const own = tune(app, () => ({}));
    expect(own).toContain(', the last. Acc on');
    const other = tune(app, ({ results }) => {
      const { result } = results;
      if (result === null) throw new Error('the fake run has no result');
      const fineTune = { ...result.spec.fineTune, patience: 2 };
      const spec = { ...result.spec, fineTune, control: 'random' as const };
      return { results: { ...results, result: { ...result, spec } } };
    });
    expect(other).toBe(own);
  });

  it('says that a curve is being measured only where it is', async () => {
    const app = createApp(new FakeEngine());
    await app.boot();
    await app.run.start('scored');
    const html = tune(app, ({ results }) => ({ results: { ...results, curve: null } }));
    expect(html).toContain('Being measured');
    app.setPreset('paper');
    expect(tune(app, () => ({}))).toContain('Measured when the run ends');
  });
});
