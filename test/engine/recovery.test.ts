import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/bridge/protocol.ts';
import { RpcClient, serve } from '../../src/bridge/rpc.ts';
import { Compute } from '../../src/engine/compute.ts';
import type { ComputeContract } from '../../src/engine/computeContract.ts';
import { Engine } from '../../src/engine/engine.ts';
import { channelPair } from '../bridge/channelPair.ts';
import { factsOfAsync } from '../support/facts.ts';
import { frgRows, TINY_ID, TINY_MAPS, tinyPlatform, tinySpec } from './tinyModel.ts';

/** An engine whose compute worker can be killed; a new one is started when it is asked for. */
async function mortalEngine(): Promise<{
  engine: Engine;
  kill: () => void;
  started: () => number;
}> {
  const workers: { die: (reason: string) => void }[] = [];
  const platform = {
    ...(await tinyPlatform()),
    spawn: () => {
      const { near, far, die } = channelPair();
      serve<ComputeContract>(far, new Compute().handlers);
      workers.push({ die });
      return new RpcClient<ComputeContract>(near);
    },
  };
  return {
    engine: new Engine(platform, { backend: 'wasm' }),
    kill: () => workers.at(-1)?.die('the graphics device is gone'),
    started: () => workers.length,
  };
}

it('a worker that dies in the sweep: a clear error, the rows so far, and a fresh start', async () => {
  const { engine, kill, started } = await mortalEngine();
  await engine.load(TINY_ID);
  const events: RunEvent[] = [];
  const facts = await factsOfAsync(() =>
    engine.run(tinySpec(), (event) => {
      events.push(event);
      if (event.kind === 'frgRows' && event.from === 3) kill();
    }),
  );
  expect(facts).toMatchObject({ code: 'workerDied' });
  expect(facts.remedy).toMatch(/run again/);
  const kept = frgRows(events);
  expect(kept.from).toEqual([0, 1, 2, 3]);

  const again: RunEvent[] = [];
  const result = await engine.run(tinySpec(), (event) => again.push(event));
  expect(started()).toBe(2);
  expect(result?.frg.maps).toBe(TINY_MAPS);
  const { predictions } = frgRows(again);
  expect(predictions.slice(0, kept.predictions.length)).toEqual(kept.predictions);
  await engine.dispose();
});
