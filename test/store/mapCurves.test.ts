import { describe, expect, it, vi } from 'vitest';
import { createApp, type App } from '../../src/store/app.ts';
import { curveBounds, curveKey } from '../../src/store/mapCurves.ts';
import { MAX_PINS } from '../../src/store/linkView.ts';
import { SeeingEngine } from '../ui/harness/seeingEngine.ts';
import type { FakeOptions } from '../support/fakeEngine.ts';

async function scored(fake: FakeOptions = {}): Promise<{ app: App; engine: SeeingEngine }> {
  const engine = new SeeingEngine(fake);
  const app = createApp(engine, { hash: '#/?epochs=0&images=8' });
  await app.boot();
  await app.run.start('scored');
  return { app, engine };
}

function curve(app: App, map: number) {
  const { sweep } = app.store.getState().results;
  if (sweep === null) throw new Error('nothing is scored');
  return app.maps.curves.store.getState().get(curveKey(sweep, map));
}

describe('the curve of a map', () => {
  it('goes over the powers of two and the sweep’s own bound', () => {
    const k = (eps: number): number[] => curveBounds(eps).map((one) => Math.round(one * 255));
    expect(k(24 / 255)).toEqual([0, 1, 2, 4, 8, 16, 24, 32, 64, 128]);
    expect(k(8 / 255)).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128]);
  });

  it('streams in, and is measured once', async () => {
    const { app, engine } = await scored();
    const counts: number[] = [];
    app.maps.curves.store.subscribe(() => counts.push(curve(app, 7)?.points.length ?? 0));
    await app.maps.curves.measure(7);
    expect(curve(app, 7)?.status).toBe('done');
    expect(curve(app, 7)?.points[0]).toMatchObject({ eps: 0, accuracy: 1 });
    expect([...new Set(counts)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await app.maps.curves.measure(7);
    expect(engine.calls.filter((call) => call.startsWith('mapCurve'))).toHaveLength(1);
  });

  it('gives way to another map, keeps what came, and can be asked for again', async () => {
    const { app } = await scored({ holdAfterPoints: 3 });
    const first = app.maps.curves.measure(7);
    await vi.waitFor(() => {
      expect(curve(app, 7)?.points).toHaveLength(3);
    });
    void app.maps.curves.measure(8);
    await first;
    expect(curve(app, 7)).toMatchObject({ status: 'stopped' });
    expect(curve(app, 7)?.points).toHaveLength(3);
    expect(curve(app, 8)?.status).toBe('measuring');
    void app.maps.curves.measure(7);
    expect(curve(app, 7)?.status).toBe('measuring');
  });

  it('is not asked for while maps are scored', async () => {
    const engine = new SeeingEngine({ holdAfterMaps: 300 });
    const app = createApp(engine, { hash: '#/?images=8' });
    await app.boot();
    const ended = app.run.start('scored');
    await vi.waitFor(() => {
      expect(app.store.getState().run.progress?.done).toBe(300);
    });
    await app.maps.curves.measure(7);
    expect(engine.calls.join()).not.toContain('mapCurve');
    await app.run.cancel();
    await ended;
  });
});

describe('cards side by side', () => {
  it('are four at most, the oldest makes room, and they go with the network', async () => {
    const { app } = await scored();
    const pins = () => app.store.getState().view.pins;
    for (const map of [3, 5, 5, 7, 9, 11]) app.maps.pin(map);
    expect(pins()).toEqual([5, 7, 9, 11]);
    expect(pins()).toHaveLength(MAX_PINS);
    app.maps.unpin(7);
    expect(pins()).toEqual([5, 9, 11]);
    app.maps.mark({ from: 40, to: 12 });
    expect(app.store.getState().view.range).toEqual({ from: 12, to: 40 });
    await app.run.load('signs-clean');
    expect(pins()).toEqual([]);
    expect(app.store.getState().view.range).toBeNull();
  });

  it('show what the trigger does in Oracle view alone', async () => {
    const { app, engine } = await scored();
    expect(await app.maps.inspectTriggered(3, 0)).toBeNull();
    app.setView({ lens: 'oracle' });
    const found = await app.maps.inspectTriggered(3, 0);
    expect(found?.triggered).toHaveLength((found?.size ?? 0) ** 2);
    await app.maps.inspectTriggered(3, 0);
    expect(engine.calls.filter((call) => call.startsWith('inspectTriggered'))).toHaveLength(1);
  });
});
