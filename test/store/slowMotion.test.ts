import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/store/app.ts';
import { boundsOf, framesOf, turningPoint } from '../../src/store/slowMotion.ts';
import { FakeEngine } from '../support/fakeEngine.ts';

describe('slow motion', () => {
  it('starts at the clean image and leaves the lone first step out of several', () => {
    expect(framesOf({ eps: 0.1, steps: 1 }).map(({ step, eps }) => [step, eps])).toEqual([
      [0, 0],
      [1, 0.1],
    ]);
    const frames = framesOf({ eps: 0.1, steps: 5 });
    expect(frames.map(({ step }) => step)).toEqual([0, 2, 3, 4, 5]);
    expect(frames.at(-1)).toEqual({ step: 5, eps: 0.1, steps: 5 });
  });

  it('tries bounds from none to many, the sweep’s own among them', () => {
    const bounds = boundsOf({ eps: 20 / 255, steps: 5 });
    expect(bounds[0]).toEqual({ eps: 0, steps: 1 });
    expect(bounds.map(({ eps }) => eps)).toContain(20 / 255);
    expect(boundsOf({ eps: 64 / 255, steps: 5 })).toHaveLength(bounds.length - 1);
  });

  it('asks the engine with the look’s settings and finds where the image turns', async () => {
    const engine = new FakeEngine();
    const app = createApp(engine);
    await app.boot();
    await app.run.start('scored');
    const looks = boundsOf({ eps: 24 / 255, steps: 5 });
    const seen = [];
    for (const look of looks.slice(0, 3)) seen.push(await app.maps.inspect(7, 0, look));
    expect(engine.calls.filter((call) => call.startsWith('inspect 7'))).toHaveLength(3);
    // The fake reads every image as the target, also the clean one.
    expect(turningPoint(looks, seen)).toBe(0);
    expect(turningPoint(looks, [null])).toBeNull();
  });
});
