import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { createApp } from '../../src/store/app.ts';
import { recordedRows } from '../../src/store/recorded.ts';
import { AppContext } from '../../src/ui/AppContext.ts';
import { RecordedPanel } from '../../src/ui/panels/RecordedPanel.tsx';
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
    const [row = ''] = /<th scope="row">Oracle.*?<\/tr>/.exec(html) ?? [];
    // Maps, Acc, ASR twice, RA: all, or none of them.
    expect(row.match(/<td/g), lens).toHaveLength(5);
    expect(row.match(/Hidden from the defender/g) ?? [], lens).toHaveLength(
      lens === 'oracle' ? 0 : 5,
    );
  }
});
