/** The page on a fake engine, in a state chosen by `?state=`. For looking and for browser tests. */
import { mount } from '../../../src/ui/mount.tsx';
import type { FakeOptions } from '../../support/fakeEngine.ts';
import { SeeingEngine } from './seeingEngine.ts';

const STATES: Readonly<Record<string, FakeOptions>> = {
  loading: { holdLoading: true },
  running: { holdAfterMaps: 500 },
  searching: { holdAfterCandidates: 6 },
  failed: { failAfterMaps: 900 },
};

const state = new URLSearchParams(location.search).get('state') ?? 'empty';
const root = document.getElementById('root');
if (root === null) throw new Error('the harness has no #root');
const app = mount(new SeeingEngine(STATES[state] ?? {}), root);
Object.assign(globalThis, { app });

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

while (app.store.getState().run.status !== 'empty' && state !== 'loading') await wait(20);
if (state === 'scored') await app.run.start('scored');
else if (state === 'done' || state === 'stale' || state === 'failed') await app.run.start();
else if (state !== 'empty' && state !== 'loading') void app.run.start();
if (state === 'stale') app.setSpec((spec) => ({ ...spec, frg: { ...spec.frg, eps: 48 / 255 } }));
if (state === 'cancelled' || state === 'paused') {
  await wait(300);
  if (state === 'paused') await app.run.pause();
  else await app.run.cancel();
}
