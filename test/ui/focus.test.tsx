// @vitest-environment happy-dom
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
import { App as Page } from '../../src/ui/App.tsx';
import { AppContext } from '../../src/ui/AppContext.ts';
import { SkipLink } from '../../src/ui/controls/SkipLink.tsx';
import { FrgPanel } from '../../src/ui/panels/FrgPanel.tsx';
import { TunePanel } from '../../src/ui/panels/TunePanel.tsx';
import { Notices } from '../../src/ui/pages/Notices.tsx';
import { PAGE_LINKS } from '../../src/ui/pages/pages.tsx';
import { SavedOffer } from '../../src/ui/pages/SavedOffer.tsx';
import { DrawingPad } from '../../src/ui/trigger/DrawingPad.tsx';
import { FakeEngine } from '../support/fakeEngine.ts';
import { after, find, findAll, focused, open, press, send } from './dom.tsx';
import { SeeingEngine } from './harness/seeingEngine.ts';

let app: App;
beforeEach(async () => {
  app = createApp(new SeeingEngine());
  await app.boot();
});

const within = (node: ReactNode): ReactNode => (
  <AppContext value={app}>
    <h1 tabIndex={-1} data-heading>
      The page
    </h1>
    {node}
  </AppContext>
);

describe('the skip link', () => {
  it('leads to the content without being followed, which would lose page and settings', async () => {
    await open(
      <>
        <SkipLink />
        <div id="main" tabIndex={-1}>
          content
        </div>
      </>,
    );
    await press(find('a', 'Skip to the content'));
    expect(focused()).toBe('content');
    expect(location.hash).toBe('');
  });

  it.each(PAGE_LINKS)('has somewhere to lead to on $name', async ({ page }) => {
    app = createApp(new FakeEngine(), { hash: `#/${page}` });
    await app.boot();
    Object.assign(app.store, { getInitialState: app.store.getState });
    const html = renderToStaticMarkup(<Page app={app} />);
    expect(html).toContain('href="#main"');
    expect(html.match(/<div id="main" tabindex="-1"/gi)).toHaveLength(1);
  });
});

describe('where the pressed button goes away, the keyboard goes on', () => {
  it('at the headline behind a notice', async () => {
    app.addNotice('Something to know.');
    await open(within(<Notices />));
    await press(find('button', 'Dismiss'));
    expect(findAll('li')).toEqual([]);
    expect(focused()).toBe('The page');
  });

  it.each(['Resume', 'Discard'])('at the headline after %s', async (name) => {
    app.store.setState((state) => ({
      session: {
        ...state.session,
        saved: { id: '1', savedAt: '2026-01-31T12:00', title: 'Signs', stage: 'scored' },
      },
    }));
    await open(within(<SavedOffer />));
    await press(find('button', name));
    expect(findAll('button')).toEqual([]);
    expect(focused()).toBe('The page');
  });

  it('at the heading of the chart that is scored', async () => {
    await open(within(<FrgPanel />));
    await press(find('button', 'Score every map'));
    expect(findAll('button', 'Score every map')).toEqual([]);
    expect(focused()).toBe('FRG scores');
  });

  it('at the heading of the chart whose range is cleared, and that is run again', async () => {
    await app.run.start('scored');
    app.maps.mark({ from: 3, to: 9 });
    await open(within(<FrgPanel />));
    await press(find('button', 'Clear the range'));
    expect(findAll('.range-b')).toEqual([]);
    expect(focused()).toBe('FRG scores');
    await after(() => {
      app.setSpec((spec) => ({ ...spec, frg: { ...spec.frg, eps: 48 / 255 } }));
    });
    await press(find('button', 'Run again'));
    expect(findAll('button', 'Run again')).toEqual([]);
    expect(focused()).toBe('FRG scores');
  });

  it('at the heading where the trigger was measured, and at the last of the misses', async () => {
    await app.run.start('scored');
    app.setView({ lens: 'oracle' });
    await open(within(<FrgPanel />));
    await press(find('button', 'Where does the trigger live?'));
    expect(focused()).toBe('FRG scores');
    const last = findAll('.misses button').at(-1)?.textContent;
    await press(find('.carriers button', /^All /));
    expect(focused()).toBe(last);
    expect(findAll('.misses button').length).toBeGreaterThan(8);
  });

  it('at the button that takes its place', async () => {
    await app.run.start('scored');
    await open(within(<TunePanel />));
    await press(find('button', 'Suggest how many'));
    expect(focused()).toBe('Close');
    await press(find('button', 'Close'));
    expect(focused()).toBe('Suggest how many');
  });
});

it('draws with a palette that is one stop of the Tab key, its eraser included', async () => {
  await open(<DrawingPad onDraw={() => undefined} />);
  const stops = (): string[] =>
    findAll('[role="radiogroup"] button')
      .filter((button) => button.getAttribute('tabindex') === '0')
      .map((button) => button.getAttribute('aria-label') ?? '');
  expect(stops()).toEqual(['white']);
  expect(findAll('[role="radiogroup"] button')).toHaveLength(7);
  await press(find('button', 'red'));
  expect(stops()).toEqual(['red']);
  for (const [key, name] of [
    ['ArrowRight', 'yellow'],
    ['ArrowUp', 'red'],
  ] as const) {
    expect(await send(find('button', focused()), 'keydown', { key })).toBe(false);
    expect([focused(), ...stops()]).toEqual([name, name]);
  }
  await press(find('button', 'eraser'));
  expect(stops()).toEqual(['eraser']);
  expect(find('button', 'Clear').closest('[role="radiogroup"]')).toBe(null);
});
