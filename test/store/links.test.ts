import { expect, it, vi } from 'vitest';
import { convsInScope } from '../../src/core/network/plan.ts';
import { createApp } from '../../src/store/app.ts';
import { writeRunFile } from '../../src/store/runFile.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

async function recorded(): Promise<string> {
  const made = createApp(new FakeEngine());
  await made.boot();
  await made.run.start('scored');
  const origin = { date: '2026-01-31', commit: '', device: 'a test' };
  return writeRunFile(made.store.getState(), made.feed.snapshot(), origin) ?? '';
}

it('leaves what a person moved while the network of the recorded run was loading', async () => {
  const text = await recorded();
  const app = createApp(new FakeEngine({ delayMs: 20 }), {
    hash: '#/?order=rank',
    readFirstRun: () => Promise.resolve(text),
  });
  const booted = app.boot();
  expect(app.store.getState().view.order).toBe('rank');
  await vi.waitFor(() => {
    expect(app.store.getState().session.model).not.toBeNull();
  });
  app.setView({ order: 'layer' });
  app.setP(40);
  await booted;
  expect(app.store.getState().view.order).toBe('layer');
  expect(app.store.getState().run.spec.p).toBe(40);
  expect(app.store.getState().session.loading).toBeNull();
});

it('follows a link with settings while the network of the recorded run is still loading', async () => {
  const text = await recorded();
  const app = createApp(new FakeEngine({ delayMs: 20 }), {
    readFirstRun: () => Promise.resolve(text),
  });
  // At that very moment: a poll might come too late.
  const loading = new Promise<void>((resolve) => {
    app.store.subscribe(({ session }) => {
      if (session.models.length > 0 && session.loading !== null) resolve();
    });
  });
  const booted = app.boot();
  await loading;
  await app.visit('#/?v=1&model=signs-badnets&preset=lab&p=99&eps=8/255&keep=3');
  await booted;
  const { spec } = app.store.getState().run;
  expect(spec).toMatchObject({ p: 99, keep: [3] });
  expect(spec.frg.eps).toBe(8 / 255);
  expect(app.store.getState().results.sweep).not.toBeNull();
});

it('brings pinned cards and a marked range, and leaves out maps that the network lacks', async () => {
  const app = createApp(new FakeEngine(), {
    hash: '#/?pins=3,9999&range=40-5000&keep=7,8888&map=12&ghost=off',
  });
  await app.boot();
  const { view, run, session } = app.store.getState();
  expect(view).toMatchObject({ pins: [3], range: { from: 40, to: 1199 }, focusMap: 12 });
  expect(view.ghost).toBe(false);
  expect(run.spec.keep).toEqual([7]);
  expect(session.notices).toEqual([
    'The link names feature map 8888, 9999, 5000; this network has 0 to 1199, so it was left out.',
  ]);
  await app.visit('#/?v=1&model=signs-clean&pins=5,6');
  expect(app.store.getState().view.pins).toEqual([5, 6]);
  expect(app.store.getState().session.notices).toEqual([]);
});

it('brings a layer, leaves out one that is no candidate, and says so', async () => {
  const app = createApp(new FakeEngine(), { hash: '#/?layer=99&maps=inner' });
  await app.boot();
  const { session, view } = app.store.getState();
  expect(view.layer).toBeNull();
  expect(session.notices).toEqual([
    'The link names layer 99, which is not among the candidates of this network; all are shown.',
  ]);
  const plan = session.model?.plan;
  if (plan === undefined) throw new Error('no network is loaded');
  const [inner] = convsInScope(plan, 'inner');
  const stem = plan.convs.find(({ role }) => role !== 'inner');
  if (inner === undefined || stem === undefined) throw new Error('it has no such layers');
  const to = (model: string, { order }: { order: number }): Promise<void> =>
    app.visit(`#/?v=1&model=${model}&maps=inner&layer=${String(order)}&map=7`);
  await to('signs-clean', inner);
  expect(app.store.getState().view).toMatchObject({ layer: inner.order, focusMap: 7 });
  expect(app.store.getState().session.notices).toEqual([]);
  await to('signs-clean', stem);
  expect(app.store.getState().view.layer).toBeNull();
  expect(app.store.getState().session.notices).toHaveLength(1);
});

it('looks at nothing that was chosen in the network before', async () => {
  const app = createApp(new FakeEngine());
  await app.boot();
  const chosen = { layer: 5, focusMap: 700, pins: [3], range: { from: 1, to: 9 } };
  const nothing = { layer: null, focusMap: null, pins: [], range: null };
  app.setView(chosen);
  await app.own.pick('signs-clean');
  expect(app.store.getState().view).toMatchObject(nothing);
  app.setView(chosen);
  const blob = new Blob([await recorded()]);
  await app.own.open([{ path: 'run.json', blob }]);
  expect(app.store.getState().view).toMatchObject(nothing);
});

it('shows the recorded run with the line where the link has it, and nothing to undo', async () => {
  const text = await recorded();
  const options = { readFirstRun: () => Promise.resolve(text) };
  const app = createApp(new FakeEngine(), { ...options, hash: '#/?p=40&keep=3' });
  await app.boot();
  const { run, results, history } = app.store.getState();
  expect(results.sweep?.recorded).not.toBeNull();
  expect(run.spec).toMatchObject({ p: 40, keep: [3] });
  expect(history.past).toEqual([]);
  const other = createApp(new FakeEngine(), { ...options, hash: '#/?steps=9' });
  await other.boot();
  expect(other.store.getState().results.sweep).toBeNull();
});
