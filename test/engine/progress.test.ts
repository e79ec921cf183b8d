import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/protocol.ts';
import { Progress } from '../../src/engine/progress.ts';

type ProgressEvent = Extract<RunEvent, { kind: 'progress' }>;

/** Progress of 100 maps whose clock the test sets. */
function clocked() {
  const clock = { seconds: 5 };
  const events: ProgressEvent[] = [];
  const emit = (event: RunEvent): void => {
    if (event.kind === 'progress') events.push(event);
  };
  const progress = new Progress('scoring', 'maps', 100, emit, () => clock.seconds);
  const at = (seconds: number, done: number): void => {
    clock.seconds = 5 + seconds;
    progress.at(done);
  };
  return { at, events };
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
