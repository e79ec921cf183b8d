/** Engines whose compute workers can be killed, or have little memory. */
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import { type Handlers, RpcClient, serve } from '../../src/bridge/rpc.ts';
import { FmpError } from '../../src/core/errors.ts';
import { Compute } from '../../src/engine/compute.ts';
import type { ComputeContract } from '../../src/engine/computeContract.ts';
import { Engine } from '../../src/engine/engine.ts';
import { channelPair } from '../bridge/channelPair.ts';
import { TINY_ID, tinyPlatform } from './tinyModel.ts';

export interface Mortal {
  readonly engine: Engine;
  /** Kills the worker that was started last. */
  readonly kill: () => void;
  /** Workers started so far. */
  readonly started: () => number;
}

/**
 * Workers in this thread, with the tiny model loaded.
 * @param serving what they answer with, from what they would
 */
export async function mortalEngine(
  serving: (handlers: Handlers<ComputeContract>) => Handlers<ComputeContract> = (same) => same,
): Promise<Mortal> {
  const deaths: ((reason: string) => void)[] = [];
  const platform = {
    ...(await tinyPlatform()),
    spawn: () => {
      const { near, far, die } = channelPair();
      serve<ComputeContract>(far, serving(new Compute().handlers));
      deaths.push(die);
      return new RpcClient<ComputeContract>(near);
    },
  };
  const engine = new Engine(platform, { backend: 'wasm' });
  await engine.load(TINY_ID);
  return {
    engine,
    kill: () => deaths.at(-1)?.('exit code 1'),
    started: () => deaths.length,
  };
}

/** Memory for so many FRG images a call, and no more. */
export function withRoomFor(most: number) {
  return (handlers: Handlers<ComputeContract>): Handlers<ComputeContract> => ({
    ...handlers,
    frg: async (request, emit) => {
      const [from, to] = request.images ?? [0, Infinity];
      if ((to - from) * request.maps.length > most)
        throw new FmpError('full', { code: 'outOfMemory' });
      return handlers.frg(request, emit);
    },
  });
}

export type Recovered = Extract<RunEvent, { kind: 'recovered' }>;

export const recoveries = (events: readonly RunEvent[]): Recovered[] =>
  events.filter((event) => event.kind === 'recovered');
