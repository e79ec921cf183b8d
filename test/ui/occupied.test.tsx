import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
import { LESSON } from '../../src/store/lessonSteps.ts';
import type { OwnSlice } from '../../src/store/ownState.ts';
import type { SessionSlice } from '../../src/store/sessionState.ts';
import type { AppState } from '../../src/store/state.ts';
import { AppContext } from '../../src/ui/AppContext.ts';
import { FIRST } from '../../src/ui/lesson/first.ts';
import { Question } from '../../src/ui/lesson/Question.tsx';
import { ModelsPage } from '../../src/ui/models/ModelsPage.tsx';
import { FrgBanner } from '../../src/ui/panels/FrgBanner.tsx';
import { FrgEmpty } from '../../src/ui/panels/FrgEmpty.tsx';
import { ModelPanel } from '../../src/ui/panels/ModelPanel.tsx';
import { RunButtons } from '../../src/ui/panels/RunButtons.tsx';
import { statusText } from '../../src/ui/text/status.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

async function start(): Promise<App> {
  const app = createApp(new FakeEngine());
  await app.boot();
  return app;
}

/** The markup of a part of the page with this session, and with this brought by the person. */
function html(
  app: App,
  session: Partial<SessionSlice>,
  node: ReactNode,
  own: Partial<OwnSlice> = {},
): string {
  const { store } = app;
  const before = store.getState();
  const state: AppState = {
    ...before,
    session: { ...before.session, ...session },
    own: { ...before.own, ...own },
  };
  // Rendered without a document, zustand gives components the state that the store began with.
  const now = { ...app, store: { ...store, getState: () => state, getInitialState: () => state } };
  return renderToStaticMarkup(<AppContext value={now}>{node}</AppContext>);
}

const disabled = (text: string): number => text.match(/ disabled=""/g)?.length ?? 0;

describe('while a comparison is under way', () => {
  it('the lab says so, leads there, and neither runs nor takes another network', async () => {
    const app = await start();
    const busy = { studying: 'compare' } as const;
    expect(disabled(html(app, {}, <RunButtons />))).toBe(1);
    expect(disabled(html(app, busy, <RunButtons />))).toBe(3);
    expect(html(app, {}, <FrgBanner />)).toBe('');
    const banner = html(app, busy, <FrgBanner />);
    expect(banner).toContain('A comparison is under way.');
    expect(banner).toContain('href="#/compare"');
    expect(html(app, {}, <ModelPanel />)).not.toContain('data-disabled');
    expect(html(app, busy, <ModelPanel />)).toContain('data-disabled');
    const { session, ...rest } = app.store.getState();
    expect(statusText({ ...rest, session: { ...session, ...busy } })).toBe('Comparing');
  });

  it('the list of models opens none', async () => {
    const app = await start();
    expect(disabled(html(app, {}, <ModelsPage />))).toBe(0);
    const text = html(app, { studying: 'sweeps' }, <ModelsPage />);
    // The one on show can still be gone to.
    expect(disabled(text)).toBe(app.store.getState().session.models.length - 1);
    expect(text).toContain('A sweep over settings is under way.');
  });
});

it('where there is nothing on show yet, nothing can be scored, nor a step of the lesson run', async () => {
  const app = await start();
  const [words] = FIRST;
  const [step] = LESSON;
  if (words === undefined || step === undefined) throw new Error('the lesson has no steps');
  app.lesson.guess(words.id, 'close');
  const question = (session: Partial<SessionSlice>): string => {
    const state = app.store.getState();
    const now = { ...state, session: { ...state.session, ...session } };
    const context = { state: now, table: null, step, finding: null };
    return html(app, session, <Question {...{ words, context }} />);
  };
  const buttons = (text: string): number => disabled(text.split('rail-run')[1] ?? '');
  const busy = { studying: 'sweeps' } as const;
  expect(disabled(html(app, {}, <FrgEmpty />))).toBe(0);
  expect(disabled(html(app, busy, <FrgEmpty />))).toBe(1);
  expect(buttons(question({}))).toBe(0);
  expect(buttons(question(busy))).toBeGreaterThan(0);
  expect(question(busy)).toContain('A sweep over settings is under way. This step waits.');
});

it('while one’s own network is put in place the lab says so', async () => {
  const task = { kind: 'use', read: 0, total: 0 } as const;
  const app = await start();
  expect(html(app, {}, <FrgBanner />, { task })).toContain('Your network is being loaded.');
  const reading = { kind: 'data', read: 1, total: 2 } as const;
  expect(html(app, {}, <FrgBanner />, { task: reading })).toBe('');
});

describe('after a download that failed', () => {
  const error = { message: 'it cannot be fetched', code: 'badModel' } as const;

  it('the page offers to load it again, and no run of what stayed', async () => {
    const app = await start();
    expect(html(app, { error }, <FrgBanner />)).not.toContain('<button');
    const text = html(app, { error, unloaded: { id: 'signs-clean' } }, <FrgBanner />);
    expect(text).toContain('It cannot be fetched.');
    expect(text).toContain('Load Signs-43, clean');
  });
});
