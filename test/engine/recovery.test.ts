import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent, RunResult } from '../../src/bridge/runEvents.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { Engine } from '../../src/engine/engine.ts';
import { connectThread, startThread } from '../../src/engine/node/threads.ts';
import { factsOfAsync } from '../support/facts.ts';
import { mortalEngine, type Mortal, recoveries, withRoomFor } from './mortal.ts';
import { frgRows, TINY_ID, TINY_MAPS, tinyEngine, tinyPlatform, tinySpec } from './tinyModel.ts';

/** Runs to the end, and does this at every event. */
async function run(engine: Engine, spec: RunSpec, at: (event: RunEvent) => void) {
  const events: RunEvent[] = [];
  const result = await engine.run(spec, (event) => {
    events.push(event);
    at(event);
  });
  return { events, result };
}

const nothing = (): void => undefined;

/** Rates and pruned maps: what no loss may change. */
const outcome = (result: RunResult | null): object => ({
  stages: result?.stages,
  pruned: result?.pruned,
  suspected: result?.suspectedTarget,
});

/** Kills at the first event that is meant. */
function once({ kill }: Mortal, meant: (event: RunEvent) => boolean): (event: RunEvent) => void {
  let done = false;
  return (event) => {
    if (done || !meant(event)) return;
    done = true;
    kill();
  };
}

let undisturbed: { events: RunEvent[]; result: RunResult | null };
beforeAll(async () => {
  const engine = await tinyEngine();
  undisturbed = await run(engine, tinySpec(), nothing);
});

/** As the undisturbed run: each row once and in order, and the same outcome. */
function expectSame({ events, result }: { events: RunEvent[]; result: RunResult | null }): void {
  expect(frgRows(events).predictions).toEqual(frgRows(undisturbed.events).predictions);
  const places = frgRows(events).from;
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(new Set(places).size).toBe(places.length);
  expect(outcome(result)).toEqual(outcome(undisturbed.result));
}

describe('a worker that dies', () => {
  it('in the sweep: it goes on behind the rows so far, and gives the same table', async () => {
    const mortal = await mortalEngine();
    const { engine, started } = mortal;
    const at = once(mortal, (event) => event.kind === 'frgRows' && event.from === 3);
    const ran = await run(engine, tinySpec(), at);
    expectSame(ran);
    expect(frgRows(ran.events).from).toHaveLength(TINY_MAPS);
    expect(recoveries(ran.events)).toEqual([
      { kind: 'recovered', reason: 'workerDied', from: 4, seconds: expect.any(Number) as number },
    ]);
    expect(ran.events.filter(({ kind }) => kind === 'frgStart')).toHaveLength(1);
    expect(started()).toBe(2);
    await engine.dispose();
  });

  it.each([
    ['the first evaluation', (event: RunEvent) => event.kind === 'phase'],
    ['pruning', (event: RunEvent) => event.kind === 'selected'],
    [
      'the last evaluation',
      (event: RunEvent) => event.kind === 'phase' && event.stage === 'fineTuned',
    ],
  ])('in %s: the same outcome', async (_, meant) => {
    const mortal = await mortalEngine();
    const ran = await run(mortal.engine, tinySpec(), once(mortal, meant));
    expectSame(ran);
    expect(recoveries(ran.events)).toMatchObject([{ reason: 'workerDied', from: 0 }]);
    await mortal.engine.dispose();
  });

  it('in the eps search: the same eps', async () => {
    const { frg } = tinySpec();
    const spec = tinySpec({ frg: { ...frg, eps: 'auto', images: 2 } });
    const chosen = (events: RunEvent[]) => events.find(({ kind }) => kind === 'frgStart');
    const expected = await run(await tinyEngine(), spec, nothing);
    const mortal = await mortalEngine();
    const at = once(mortal, (event) => event.kind === 'epsCandidate');
    const ran = await run(mortal.engine, spec, at);
    expect(chosen(ran.events)).toEqual(chosen(expected.events));
    expect(recoveries(ran.events)).toHaveLength(1);
    await mortal.engine.dispose();
  });

  it('three times in one run: a clear error, the rows so far, and a fresh start', async () => {
    const mortal = await mortalEngine();
    const { engine, kill, started } = mortal;
    const events: RunEvent[] = [];
    const facts = await factsOfAsync(() =>
      run(engine, tinySpec(), (event) => {
        events.push(event);
        if (event.kind === 'frgRows' && [3, 8, 12].includes(event.from)) kill();
      }),
    );
    expect(facts).toMatchObject({ code: 'workerDied' });
    expect(facts.remedy).toMatch(/run again/);
    expect(recoveries(events).map(({ from }) => from)).toEqual([4, 9]);
    const kept = frgRows(events);
    expect(kept.from).toEqual(Array.from({ length: 13 }, (_, i) => i));
    expect(started()).toBe(3);

    expectSame(await run(engine, tinySpec(), nothing));
    expect(started()).toBe(4);
    await engine.dispose();
  });

  it('while nothing runs: the next look starts fresh ones', async () => {
    const { engine, kill, started } = await mortalEngine();
    kill();
    const seen = await engine.inspect(tinySpec(), 0.1, 0, 0);
    expect(seen.predicted).toBe(frgRows(undisturbed.events).predictions[0]);
    expect(started()).toBe(2);
    await engine.dispose();
  });

  it('as a real thread, one of two, in the sweep and in fine-tuning: bit for bit the same', async () => {
    const threads: ReturnType<typeof startThread>[] = [];
    const platform = {
      ...(await tinyPlatform()),
      cores: 2,
      spawn: () => {
        const thread = startThread();
        threads.push(thread);
        return connectThread(thread);
      },
    };
    const engine = new Engine(platform, { backend: 'wasm' });
    await engine.load(TINY_ID);
    const ran = await run(engine, tinySpec(), (event) => {
      if (event.kind === 'frgRows' && event.from === 5) void threads[1]?.terminate();
      if (event.kind === 'epoch' && threads.length === 4) void threads[3]?.terminate();
    });
    expect(recoveries(ran.events).map(({ reason }) => reason)).toEqual([
      'workerDied',
      'workerDied',
    ]);
    expect(threads).toHaveLength(6);
    const epochs = ran.events.flatMap((event) => (event.kind === 'epoch' ? [event.epoch] : []));
    expect(epochs).toEqual([1, 1, 2]);
    expectSame({ ...ran, result: undisturbed.result });
    const again = await engine.run(tinySpec(), nothing, 'fineTuned', { fresh: true });
    expect(outcome(ran.result)).toEqual(outcome(again));
    await engine.dispose();
    // Six threads are started, each with its self-test.
  }, 240_000);
});

describe('too little memory', () => {
  it.each([
    [3, [2]],
    [1, [2, 1]],
  ])('for more than %i images a call: smaller calls, the same table', async (most, sizes) => {
    const { engine } = await mortalEngine(withRoomFor(most));
    const ran = await run(engine, tinySpec(), nothing);
    expectSame(ran);
    const found = recoveries(ran.events);
    expect(found.map(({ reason, images }) => [reason, images])).toEqual(
      sizes.map((images) => ['outOfMemory', images]),
    );
    await engine.dispose();
  });

  it('for a single image: the error, and an engine that can be used', async () => {
    const { engine } = await mortalEngine(withRoomFor(0));
    const events: RunEvent[] = [];
    const facts = await factsOfAsync(() => engine.run(tinySpec(), (event) => events.push(event)));
    expect(facts.code).toBe('outOfMemory');
    expect(recoveries(events).map(({ images }) => images)).toEqual([2, 1]);
    expect(await engine.run(tinySpec(), nothing, 'evaluated')).toBeNull();
    await engine.dispose();
  });
});
