import { describe, expect, it } from 'vitest';
import { type Handlers, RpcClient, serve } from '../../src/bridge/rpc.ts';
import { FmpError } from '../../src/core/errors.ts';
import type { ComputeContract } from '../../src/engine/computeContract.ts';
import type { ComputeHandle, Platform } from '../../src/engine/platform.ts';
import { Pool } from '../../src/engine/pool.ts';
import { RunControl } from '../../src/engine/runControl.ts';
import { channelPair } from '../bridge/channelPair.ts';
import { factsOfAsync } from '../support/facts.ts';

interface Asked {
  readonly worker: number;
  readonly method: string;
  readonly item: number;
}

/** What a fake worker does with the map it is asked for. */
type Work = (worker: number, item: number) => Promise<void>;

const later = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A pool of workers that answer frg with the map itself, and a list of what they were asked. */
async function fakePool(threads: number, work: Work, backend: 'wasm' | 'webgpu' = 'wasm') {
  const asked: Asked[] = [];
  const deaths: ((reason: string) => void)[] = [];
  const spawn = (): RpcClient<ComputeContract> => {
    const worker = deaths.length;
    const pair = channelPair();
    deaths.push(pair.die);
    const no = (): Promise<never> => Promise.reject(new Error('not asked here'));
    const handlers: Handlers<ComputeContract> = {
      ...{ setNetwork: no, predict: no, setFrgImages: no, inspect: no, reverse: no },
      ...{ activationChange: no, fineTune: no, reduced: no, mapCurve: no, tapMap: no },
      ...{ setEncoder: no, encode: no, defend: no, warmUp: no },
      start: () => Promise.resolve({ backend, device: 'fake', skipped: [] }),
      abort: () => {
        asked.push({ worker, method: 'abort', item: -1 });
        return Promise.resolve(null);
      },
      frg: async ({ maps: [item = -1] }) => {
        asked.push({ worker, method: 'frg', item });
        await work(worker, item);
        return Int16Array.of(item);
      },
    };
    serve(pair.far, handlers);
    return new RpcClient(pair.near);
  };
  const platform: Platform = {
    spawn,
    read: () => Promise.reject(new Error('nothing to read')),
    ...{ cores: threads, wasmPath: '', allowSoftwareGpu: false, now: () => 0 },
  };
  const pool = await Pool.start(platform, 'auto');
  return { pool, asked, deaths };
}

describe('blocks of growing size', () => {
  const growing = () => {
    let size = 1;
    return () => (size *= 2) / 2;
  };

  it('come in order, once each, and one by one while they are stepped through', async () => {
    const { pool } = await fakePool(1, () => Promise.resolve(), 'webgpu');
    const control = new RunControl(true);
    const ranges: [number, number][] = [];
    const delivered: number[] = [];
    const next = growing();
    const running = pool.inBlocks(
      ...([20, () => (control.isPaused ? 1 : next()), control] as const),
      (_, from, to) => Promise.resolve(ranges.push([from, to])),
      (from) => delivered.push(from),
    );
    control.step();
    await later(5);
    expect(ranges).toEqual([[0, 1]]);
    control.resume();
    await running;
    // prettier-ignore
    expect(ranges).toEqual([[0, 1], [1, 2], [2, 4], [4, 8], [8, 16], [16, 20]]);
    expect(delivered).toEqual([0, 1, 2, 4, 8, 16]);
    pool.close();
  });

  it('come in order from workers that are not equally fast', async () => {
    const { pool } = await fakePool(3, () => Promise.resolve());
    const delivered: number[] = [];
    await pool.inBlocks(
      ...([63, growing(), new RunControl(false)] as const),
      (_, from) => later((from * 7) % 5),
      (from) => delivered.push(from),
    );
    expect(delivered).toEqual([0, 1, 3, 7, 15, 31]);
    pool.close();
  });

  it('stop when the run is cancelled, and abort what is under way', async () => {
    const { pool, asked } = await fakePool(1, () => Promise.resolve(), 'webgpu');
    const control = new RunControl(false);
    const delivered: number[] = [];
    const running = pool.inBlocks(
      ...([20, growing(), control] as const),
      async (_, from) => {
        if (from === 3) control.cancel();
        await later(1);
      },
      (from) => delivered.push(from),
    );
    expect((await factsOfAsync(() => running)).code).toBe('cancelled');
    await later(5);
    expect(delivered).toEqual([0, 1]);
    expect(asked.map(({ method }) => method)).toEqual(['abort']);
    pool.close();
  });
});

const config = { variant: 'projected', eps: 0, alpha: 0, steps: 1 } as const;
const ask = (worker: ComputeHandle, item: number): Promise<Int16Array> =>
  worker.call('frg', { maps: [item], config });

/** Runs `count` items and returns what was delivered, also where it fails. */
async function deliver(pool: Pool, count: number, control = new RunControl(false)) {
  const delivered: number[] = [];
  const done = pool.inOrder(count, control, ask, (item, [result]) => {
    expect(result).toBe(item);
    delivered.push(item);
  });
  const failure = await done.then(
    () => null,
    (error: unknown) => error,
  );
  return { delivered, failure };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a pool', () => {
  it('has a worker per core, but one for a GPU', async () => {
    const { pool } = await fakePool(3, () => Promise.resolve());
    expect(pool.size).toBe(3);
    expect(pool.info).toMatchObject({ backend: 'wasm', threads: 3, device: 'fake, 3 threads' });
    const gpu = await fakePool(3, () => Promise.resolve(), 'webgpu');
    expect(gpu.pool.size).toBe(1);
    expect(gpu.pool.info.threads).toBe(1);
  });

  it('delivers every item once and in order, whoever is faster', async () => {
    const slowFirst: Work = (worker, item) => later(worker === 0 ? 20 : (item * 7) % 4);
    const { pool, asked } = await fakePool(3, slowFirst);
    const { delivered, failure } = await deliver(pool, 25);
    expect(failure).toBeNull();
    expect(delivered).toEqual(numbers(25));
    expect(asked.map(({ item }) => item).sort((a, b) => a - b)).toEqual(numbers(25));
    expect(new Set(asked.map(({ worker }) => worker)).size).toBe(3);
  });

  it('delivers nothing for no items', async () => {
    const { pool } = await fakePool(2, () => Promise.resolve());
    expect(await deliver(pool, 0)).toEqual({ delivered: [], failure: null });
  });

  it('delivers a prefix before a cancel, nothing after it, and aborts every worker', async () => {
    const { pool, asked } = await fakePool(2, () => later(3));
    const control = new RunControl(false);
    setTimeout(() => {
      control.cancel();
    }, 25);
    const { delivered, failure } = await deliver(pool, 1000, control);
    expect((failure as FmpError).facts.code).toBe('cancelled');
    expect(delivered).toEqual(numbers(delivered.length));
    await later(30);
    const aborted = asked.filter(({ method }) => method === 'abort').map(({ worker }) => worker);
    expect(aborted.sort()).toEqual([0, 1]);
    const count = asked.length;
    await later(20);
    expect(asked).toHaveLength(count);
  });

  it('fails with what a worker threw, and gives the others nothing more to do', async () => {
    const facts = { code: 'outOfMemory', remedy: 'use fewer images' } as const;
    const { pool, asked } = await fakePool(2, (worker, item) =>
      item === 5 ? Promise.reject(new FmpError('full', facts)) : later(worker === 1 ? 4 : 1),
    );
    const { delivered, failure } = await deliver(pool, 1000);
    expect((failure as FmpError).facts).toEqual(facts);
    expect(delivered).toEqual(numbers(delivered.length));
    expect(delivered.length).toBeLessThanOrEqual(5);
    await later(40);
    // One item may be under way in the other worker, and one more just been handed out.
    expect(asked.filter(({ method }) => method === 'frg').length).toBeLessThanOrEqual(10);
  });

  it('fails when a worker dies', async () => {
    const { pool, deaths } = await fakePool(2, () => later(2));
    setTimeout(() => deaths[1]?.('exit code 1'), 10);
    const { failure } = await deliver(pool, 1000);
    expect((failure as FmpError).facts.code).toBe('workerDied');
  });

  it('hands out nothing while paused, and one item per step', async () => {
    const { pool } = await fakePool(2, () => Promise.resolve());
    const control = new RunControl(true);
    const delivered: number[] = [];
    const done = pool.inOrder(4, control, ask, (item) => delivered.push(item));
    await later(15);
    expect(delivered).toEqual([]);
    control.step();
    await later(15);
    expect(delivered).toEqual([0]);
    control.resume();
    await done;
    expect(delivered).toEqual(numbers(4));
  });

  it('hands out blocks, and delivers each by its first item', async () => {
    const { pool } = await fakePool(2, (worker) => later(worker === 0 ? 6 : 1));
    const seen: [number, number][] = [];
    const delivered: number[] = [];
    await pool.inBlocks(
      10,
      () => 4,
      new RunControl(false),
      async (worker, from, to) => {
        seen.push([from, to]);
        return ask(worker, from);
      },
      (from, [item]) => {
        expect(item).toBe(from);
        delivered.push(from);
      },
    );
    // prettier-ignore
    expect(seen.sort(([a], [b]) => a - b)).toEqual([[0, 4], [4, 8], [8, 10]]);
    expect(delivered).toEqual([0, 4, 8]);
  });

  it('beside other work ends when it is cancelled, and aborts nothing', async () => {
    const { pool, asked } = await fakePool(2, () => later(3));
    const control = new RunControl(false);
    const delivered: number[] = [];
    const done = pool.beside(1000, 1, control, ask, (from) => {
      delivered.push(from);
      if (from === 5) control.cancel();
    });
    expect((await factsOfAsync(() => done)).code).toBe('cancelled');
    await later(20);
    expect(delivered).toEqual(numbers(6));
    expect(asked.every(({ method }) => method === 'frg')).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  it('refuses requests after it is closed', async () => {
    const { pool } = await fakePool(2, () => Promise.resolve());
    pool.close();
    expect((await factsOfAsync(() => pool.setNetwork({} as never))).code).toBe('cancelled');
  });
});
