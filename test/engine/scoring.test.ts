import { describe, expect, it } from 'vitest';
import { type NetworkPlan, planNetwork } from '../../src/core/network/plan.ts';
import type { RunEvent } from '../../src/bridge/runEvents.ts';
import type { Handlers } from '../../src/bridge/rpc.ts';
import type { ComputeContract, FrgRequest } from '../../src/engine/computeContract.ts';
import type { Platform } from '../../src/engine/platform.ts';
import { Pool } from '../../src/engine/pool.ts';
import { Recovery } from '../../src/engine/recovery.ts';
import { RunControl } from '../../src/engine/runControl.ts';
import { score, warmUpSweep } from '../../src/engine/scoring.ts';
import type { Session } from '../../src/engine/session.ts';

type Call = Required<Omit<FrgRequest, 'config'>> & { readonly seconds: number };

interface Device {
  readonly backend: 'webgpu' | 'wasm';
  /** Seconds of a call, by a clock that stands still otherwise. */
  readonly seconds: (pairs: number, call: number) => number;
  readonly images: number;
  readonly maps: number;
  readonly steps?: number;
  readonly plan?: NetworkPlan;
}

const NARROW = { family: 'PreActResNet', width: 16, blocks: [1, 1, 1], classes: 4 } as const;
const WIDE = planNetwork({ ...NARROW, width: 64 });

const WRN_28_10 = planNetwork({
  ...{ family: 'WideResNet', stem: 16, width: 160, blocks: [4, 4, 4], classes: 10 },
});

/** What a map is read as on an image. */
const answer = (map: number, image: number): number => map * 50 + image;

/** A sweep on one fake worker: its calls, and whether every row is right. */
async function sweepOn({ backend, seconds, images, maps, steps = 1, plan = WIDE }: Device) {
  let clock = 0;
  const calls: Call[] = [];
  const warm: { images: number; maps: readonly number[] }[] = [];
  const no = (): Promise<never> => Promise.reject(new Error('not asked here'));
  const handlers: Handlers<ComputeContract> = {
    ...{ predict: no, inspect: no, reverse: no, setNetwork: no, abort: no },
    ...{ activationChange: no, fineTune: no, reduced: no, mapCurve: no, tapMap: no },
    ...{ setEncoder: no, encode: no, defend: no },
    start: () => Promise.resolve({ backend, device: 'fake', skipped: [] }),
    setFrgImages: () => Promise.resolve(null),
    warmUp: (request, emit) => {
      if (request.kind === 'frg') warm.push({ images: request.images, maps: request.maps });
      for (const done of [0, 1, 2]) emit({ done, total: 2 });
      return Promise.resolve(null);
    },
    frg: ({ maps: some, images: [from, to] = [0, images], alone = false }) => {
      const took = seconds(some.length * (to - from), calls.length);
      clock += took;
      calls.push({ maps: some, images: [from, to], alone, seconds: took });
      const rows = some.flatMap((map) =>
        Array.from({ length: to - from }, (_, i) => answer(map, from + i)),
      );
      return Promise.resolve(Int16Array.from(rows));
    },
  };
  const now = (): number => clock;
  const platform: Platform = {
    spawn: () => {
      throw new Error('this pool is local');
    },
    read: () => Promise.reject(new Error('nothing to read')),
    ...{ cores: 1, wasmPath: '', allowSoftwareGpu: false, now },
  };
  const pool = await Pool.startLocal(platform, 'auto', handlers);
  const session = {
    setWeights: () => Promise.resolve(),
    model: { stateDict: new Map(), plan },
  } as unknown as Session;
  const events: RunEvent[] = [];
  const base = { session, pool, control: new RunControl(false), now };
  const emit = (event: RunEvent): void => void events.push(event);
  const context = { ...base, emit, recovery: new Recovery({ ...base, emit }) };
  const config = { variant: 'projected', eps: 0, alpha: 0, steps } as const;
  await warmUpSweep(context, images, config);
  const x = new Float32Array(0);
  const delivered: number[] = [];
  const predictions = await score(
    context,
    {
      maps: Int32Array.from({ length: maps }, (_, map) => map),
      ...{ images: { x, x0: x, labels: new Int32Array(images) }, config },
    },
    (from) => delivered.push(from),
  );
  const expected = Int16Array.from({ length: maps * images }, (_, i) =>
    answer(Math.floor(i / images), i % images),
  );
  expect(predictions).toEqual(expected);
  expect(delivered).toEqual(delivered.toSorted((a, b) => a - b));
  return { calls, warm, events };
}

const pairs = ({ maps, images: [from, to] }: Call): number => maps.length * (to - from);
const isMeant = ({ seconds }: Call): boolean => seconds >= 0.05 && seconds <= 0.2;

describe('calls of a sweep on a GPU', () => {
  it('grow by maps until they take 50 to 200 ms, and stay there', async () => {
    const seconds = (count: number): number => count * 0.001;
    const { calls } = await sweepOn({ backend: 'webgpu', seconds, images: 16, maps: 200 });
    expect(calls.slice(0, 5).map(pairs)).toEqual([16, 16, 32, 64, 64]);
    expect(calls.slice(3, -1).every(isMeant)).toBe(true);
  });

  it.each([
    ['width 16', planNetwork(NARROW), 2048],
    ['width 64', WIDE, 512],
    // 204 of its 32×32×160 fit; calls double their maps.
    ['WRN-28-10', WRN_28_10, 128],
  ])('do not grow beyond 128 MiB in the largest layer: %s', async (_, plan, most) => {
    const { calls, warm } = await sweepOn({
      ...{ backend: 'webgpu', seconds: () => 0.001, images: 16, maps: 700, plan },
    });
    expect(Math.max(...calls.map(pairs))).toBe(most);
    expect(Math.max(...(warm[0]?.maps ?? []))).toBe(most / 16);
  });

  it('have fewer images than a sweep where all do not fit, and keep what maps share', async () => {
    const { calls, warm } = await sweepOn({
      ...{ backend: 'webgpu', seconds: () => 0.1, images: 300, maps: 3, plan: WRN_28_10 },
    });
    expect(warm).toEqual([{ images: 204, maps: [1] }]);
    const parts = [
      [0, 204],
      [204, 300],
    ];
    expect(calls.map(({ images }) => images)).toEqual([...parts, ...parts, ...parts]);
    expect(calls.map(({ maps }) => maps)).toEqual([[0], [0], [1], [1], [2], [2]]);
    expect(calls.some(({ alone }) => alone)).toBe(false);
  });

  it('shrink to a part of the images where a single map takes longer', async () => {
    const seconds = (count: number): number => count * 0.04;
    const { calls } = await sweepOn({ backend: 'webgpu', seconds, images: 16, maps: 30 });
    expect(calls.slice(0, 2).map(pairs)).toEqual([16, 16]);
    expect(calls.at(-1)).toMatchObject({ maps: [29], images: [12, 16], alone: false });
    expect(calls.slice(10).every(isMeant)).toBe(true);
  });

  it('follow a device that becomes slower, and faster again', async () => {
    const seconds = (count: number, call: number): number =>
      count * (call > 20 && call < 60 ? 0.02 : 0.001);
    const { calls } = await sweepOn({ backend: 'webgpu', seconds, images: 16, maps: 300 });
    for (const part of [calls.slice(6, 20), calls.slice(40, 60), calls.slice(70, -1)])
      expect(part.every(isMeant)).toBe(true);
  });

  it('leave the first call out, which makes what all maps share', async () => {
    const seconds = (count: number, call: number): number => (call === 0 ? 9 : count * 0.005);
    const { calls } = await sweepOn({ backend: 'webgpu', seconds, images: 16, maps: 9 });
    expect(calls.every((call) => pairs(call) === 16)).toBe(true);
  });
});

describe('calls of a sweep on WASM', () => {
  it('have one map, also where that is short work, for all workers to share', async () => {
    const device = { backend: 'wasm', images: 16, maps: 30 } as const;
    const { calls } = await sweepOn({ ...device, seconds: () => 0.001 });
    expect(calls.map(pairs)).toEqual(Array.from({ length: 30 }, () => 16));
  });

  it('are cut where one step takes long, but not below eight images', async () => {
    const device = { backend: 'wasm', images: 32, maps: 20, steps: 5 } as const;
    const { calls } = await sweepOn({ ...device, seconds: (count) => count * 0.05 });
    expect(calls.slice(0, 2).map(pairs)).toEqual([32, 32]);
    expect(calls.at(-1)).toMatchObject({ maps: [19], images: [16, 32] });
    const slow = await sweepOn({ ...device, seconds: (count) => count * 9 });
    expect(slow.calls.map(pairs)).toContain(8);
    expect(Math.min(...slow.calls.map(pairs))).toBe(8);
  });
});

describe('warming up', () => {
  it('is a phase of its own on a GPU, counts pipelines and says how long it took', async () => {
    const device = { images: 16, maps: 2, seconds: () => 0.1 } as const;
    const { events, warm } = await sweepOn({ ...device, backend: 'webgpu' });
    expect(warm).toEqual([{ images: 16, maps: [1, 2, 4, 8, 16, 32] }]);
    expect(events[0]).toEqual({ kind: 'phase', phase: 'warmUp' });
    expect(events.at(-1)).toMatchObject({
      ...{ kind: 'progress', phase: 'warmUp', unit: 'pipelines', done: 2, total: 2 },
      elapsedSeconds: 0,
    });
  });

  it('counts workers on WASM', async () => {
    const device = { images: 16, maps: 2, seconds: () => 0.1 } as const;
    const { events, warm } = await sweepOn({ ...device, backend: 'wasm' });
    expect(warm).toEqual([{ images: 16, maps: [1] }]);
    expect(events.at(-1)).toMatchObject({ unit: 'workers', done: 1, total: 1 });
  });
});
