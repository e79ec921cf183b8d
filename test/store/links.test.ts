import { expect, it, vi } from 'vitest';
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
