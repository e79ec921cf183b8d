import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { locateMap, mapsInScope } from '../../src/core/network/plan.ts';
import { createRandom } from '../../src/core/random.ts';
import { frgShares } from '../../src/core/work.ts';
import { Progress } from '../../src/engine/progress.ts';
import { fakeLoaded } from '../support/fakeModel.ts';

type ProgressEvent = Extract<RunEvent, { kind: 'progress' }>;

/** Progress of so many maps whose clock the test sets. */
function clocked(total = 100) {
  const clock = { seconds: 5 };
  const events: ProgressEvent[] = [];
  const emit = (event: RunEvent): void => {
    if (event.kind === 'progress') events.push(event);
  };
  const progress = new Progress('scoring', 'maps', total, emit, () => clock.seconds);
  const at = (seconds: number, done: number, share?: number): void => {
    clock.seconds = 5 + seconds;
    progress.at(done, share);
  };
  return { at, events, progress };
}

it('estimates the rest from the pace so far, once there is a pace', () => {
  const { at, events } = clocked();
  at(1, 1);
  at(2, 4);
  at(10, 50);
  expect(events.map((e) => [e.done, e.elapsedSeconds, e.etaSeconds])).toEqual([
    [1, 1, null],
    [4, 2, 48],
    [50, 10, 10],
  ]);
  expect(events[0]).toMatchObject({ phase: 'scoring', unit: 'maps', total: 100 });
});

it('reports at most ten times a second, and the end always', () => {
  const { at, events } = clocked();
  for (let done = 1; done <= 100; done++) at(done / 1000, done);
  expect(events.map((e) => e.done)).toEqual([1, 100]);
  expect(events.at(-1)?.etaSeconds).toBe(0);
});

it('counts work that was there before for no pace', () => {
  const { at, events, progress } = clocked();
  progress.startFrom(0.5);
  at(2, 50);
  at(10, 75);
  expect(events.map((e) => e.etaSeconds)).toEqual([null, 10]);
});

it('has no pace where all was there before', () => {
  const { at, events, progress } = clocked();
  progress.startFrom(1);
  at(2, 100);
  expect(events.map((e) => e.etaSeconds)).toEqual([null]);
});

/** CPU milliseconds per map measured in sweeps of signs-badnets on WASM, layer by layer. */
const MEASURED = {
  lab: {
    steps: 5,
    ms: [
      ...[19.6, 22.1, 21.7, 26.1, 26.6, 28.1, 28.6, 31.8, 35.0, 42.9],
      ...[45.9, 42.1, 50.5, 52.4, 60.0, 67.3, 79.5, 84.2, 80.5, 79.6],
    ],
  },
  paper: {
    steps: 1,
    ms: [
      ...[8.2, 7.8, 8.8, 9.1, 9.6, 9.7, 10.4, 9.3, 10.0, 10.5],
      ...[10.8, 10.8, 10.3, 11.8, 11.9, 11.6, 13.1, 13.7, 16.0, 15.2],
    ],
  },
} as const;

describe.each(['lab', 'paper'] as const)('the ETA of the %s sweep', (name) => {
  const { plan } = fakeLoaded();
  const { steps, ms } = MEASURED[name];
  const maps = mapsInScope(plan, 'all');
  const shares = frgShares(plan, maps, steps);

  /** The largest error as a share of what is left, from a fifth of the time on. */
  function worst(share: (done: number) => number, seed: number): number {
    const random = createRandom(seed, 'chunks');
    const seconds = maps.map((map) => {
      const { conv } = locateMap(plan, map);
      return ((ms[conv.order] ?? 0) / 1000) * (0.7 + 0.6 * random.uniform());
    });
    const whole = seconds.reduce((a, b) => a + b, 0);
    const { at, events } = clocked(maps.length);
    let time = 0;
    maps.forEach((_, i) => {
      time += seconds[i] ?? 0;
      at(time, i + 1, share(i + 1));
    });
    const late = events.filter(
      ({ elapsedSeconds }) => elapsedSeconds >= 0.2 * whole && whole - elapsedSeconds > 1,
    );
    expect(late.length).toBeGreaterThan(50);
    const errors = late.map(({ elapsedSeconds, etaSeconds }) => {
      const left = whole - elapsedSeconds;
      return Math.abs((etaSeconds ?? Infinity) - left) / left;
    });
    return Math.max(...errors);
  }

  it('is right to 20 % once a fifth of it is over', () => {
    for (const seed of [0, 1, 2])
      expect(worst((done) => shares[done] ?? 1, seed)).toBeLessThan(0.2);
  });

  it('would not be if every map counted alike', () => {
    expect(worst((done) => done / maps.length, 0)).toBeGreaterThan(0.2);
  });
});
