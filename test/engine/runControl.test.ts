import { describe, expect, it } from 'vitest';
import { RunControl } from '../../src/engine/runControl.ts';
import { factsOfAsync } from '../support/facts.ts';

/** Whether the promise settles before everything that is ready now has run. */
async function isReady(promise: Promise<unknown>): Promise<boolean> {
  let ready = false;
  const mark = (): void => void (ready = true);
  promise.then(mark, mark);
  await new Promise((resolve) => setImmediate(resolve));
  return ready;
}

describe('turns of a run', () => {
  it('come at once while it runs', async () => {
    const control = new RunControl(false);
    await control.turn();
    expect(await isReady(control.turn())).toBe(true);
    expect([control.isPaused, control.isCancelled]).toEqual([false, false]);
  });

  it('wait while it is paused, and all come when it resumes', async () => {
    const control = new RunControl(false);
    control.pause();
    const turns = [control.turn(), control.turn()];
    expect(await isReady(Promise.race(turns))).toBe(false);
    control.resume();
    expect(await isReady(Promise.all(turns))).toBe(true);
  });

  it('come one per step while it is paused', async () => {
    const control = new RunControl(true);
    const turns = [control.turn(), control.turn(), control.turn()];
    const ready = async (): Promise<number> =>
      (await Promise.all(turns.map(isReady))).filter((done) => done).length;
    expect(await ready()).toBe(0);
    control.step();
    expect(await ready()).toBe(1);
    control.step();
    control.step();
    expect(await ready()).toBe(3);
  });

  it('are not saved up: a step while it runs, or one left when it resumes, is none', async () => {
    const control = new RunControl(false);
    control.step();
    control.pause();
    const waiting = control.turn();
    expect(await isReady(waiting)).toBe(false);
    control.step();
    await waiting;
    control.step();
    control.resume();
    control.pause();
    expect(await isReady(control.turn())).toBe(false);
  });

  it.each([false, true])('reject once it is cancelled; paused: %s', async (paused) => {
    const control = new RunControl(paused);
    const before = paused ? control.turn() : control.cancelled;
    control.cancel();
    for (const promise of [before, control.turn(), control.cancelled])
      expect((await factsOfAsync(() => promise)).code).toBe('cancelled');
    expect(control.isCancelled).toBe(true);
  });

  it('reject with the first reason when it is cancelled twice', async () => {
    const control = new RunControl(false);
    control.cancel();
    control.cancel();
    await expect(control.turn()).rejects.toThrow('the run was cancelled');
  });
});
