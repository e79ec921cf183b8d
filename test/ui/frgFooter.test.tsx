import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { createApp } from '../../src/store/app.ts';
import { AppContext } from '../../src/ui/AppContext.ts';
import { FrgFooter } from '../../src/ui/panels/FrgFooter.tsx';
import { FakeEngine } from '../support/fakeEngine.ts';

it('counts in a pause what was scored, also what came after the last word of progress', async () => {
  const app = createApp(new FakeEngine());
  await app.boot();
  await app.run.start('scored');
  const times = { elapsedSeconds: 9, etaSeconds: 30 };
  for (const [status, told] of [
    ['running', '318'],
    ['paused', '1,200'],
  ] as const) {
    app.store.setState((state) => ({
      ...state,
      run: {
        ...{ ...state.run, status, phase: 'scoring' },
        progress: { done: 318, total: 1200, unit: 'maps', ...times },
      },
    }));
    Object.assign(app.store, { getInitialState: app.store.getState });
    const html = renderToStaticMarkup(
      <AppContext value={app}>
        <FrgFooter />
      </AppContext>,
    );
    expect(html).toContain(`<b>${told}</b> of 1,200 maps`);
  }
});
