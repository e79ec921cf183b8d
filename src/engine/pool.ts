/** The compute workers of a session: one for a GPU, one per core otherwise. */
import type { BackendChoice, EngineInfo } from '../bridge/protocol.ts';
import { FmpError } from '../core/errors.ts';
import type { FineTuneInput, FineTuneStep } from '../core/fineTune.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { Handlers, RpcClient } from '../bridge/rpc.ts';
import { nextChunk } from './chunkSize.ts';
import type { ComputeContract, NetworkParams } from './computeContract.ts';
import { type ComputeHandle, localHandle, type Platform } from './platform.ts';
import type { RunControl } from './runControl.ts';

export class Pool {
  readonly info: EngineInfo;
  private readonly workers: readonly ComputeHandle[];

  private constructor(workers: readonly ComputeHandle[], info: EngineInfo) {
    this.workers = workers;
    this.info = info;
  }

  /** @throws FmpError backendUnavailable */
  static async start(
    platform: Platform,
    choice: BackendChoice,
    threads: number = platform.cores,
  ): Promise<Pool> {
    const { wasmPath, allowSoftwareGpu } = platform;
    const options = { choice, wasmPath, allowSoftwareGpu };
    const workers = [platform.spawn()];
    const [first] = workers as [RpcClient<ComputeContract>];
    try {
      const { backend, device, skipped } = await first.call('start', options);
      const wanted = backend === 'webgpu' ? 1 : Math.max(1, threads);
      while (workers.length < wanted) workers.push(platform.spawn());
      const [, ...others] = workers;
      await Promise.all(others.map((w) => w.call('start', { ...options, choice: backend })));
      const label = wanted === 1 ? '1 thread' : `${String(wanted)} threads`;
      const name = backend === 'webgpu' ? device : `${device}, ${label}`;
      return new Pool(workers, { backend, skipped, threads: wanted, device: name });
    } catch (error) {
      for (const worker of workers) worker.close();
      throw error;
    }
  }

  /** A pool of one in this thread. */
  static async startLocal(
    platform: Platform,
    choice: BackendChoice,
    handlers: Handlers<ComputeContract>,
  ): Promise<Pool> {
    const handle = localHandle(handlers);
    const { wasmPath, allowSoftwareGpu } = platform;
    const started = await handle.call('start', { choice, wasmPath, allowSoftwareGpu });
    return new Pool([handle], { ...started, threads: 1 });
  }

  get size(): number {
    return this.workers.length;
  }

  /** The worker for single requests. */
  get first(): ComputeHandle {
    return this.workers[0] as ComputeHandle;
  }

  /** Asks every worker the same. */
  async all(ask: (worker: ComputeHandle) => Promise<unknown>): Promise<void> {
    await Promise.all(this.workers.map(ask));
  }

  setNetwork(network: NetworkParams): Promise<void> {
    return this.all((worker) => worker.call('setNetwork', network));
  }

  /**
   * Hands out items 0…count−1 to whichever worker is free, in order, at the control's pace, and
   * delivers results in order too, so that what has arrived is always a prefix.
   * @throws FmpError cancelled, or whatever a worker threw (the rest is aborted)
   */
  async inOrder<T>(
    count: number,
    control: RunControl,
    work: (worker: ComputeHandle, item: number) => Promise<T>,
    deliver: (item: number, result: T) => void,
  ): Promise<void> {
    const ready = new Map<number, T>();
    let next = 0;
    let delivered = 0;
    const serveOne = async (worker: ComputeHandle): Promise<void> => {
      while (next < count) {
        await control.turn();
        if (next >= count) return;
        const item = next++;
        try {
          ready.set(item, await work(worker, item));
        } catch (error) {
          // The others stop after the item that they are at.
          next = count;
          throw error;
        }
        while (ready.has(delivered)) {
          if (control.isCancelled) return;
          deliver(delivered, ready.get(delivered) as T);
          ready.delete(delivered++);
        }
      }
    };
    await this.race(control, () => Promise.all(this.workers.map(serveOne)));
  }

  /**
   * The same on one worker, several items a call: as many as keep a call between 50 and 200 ms, at
   * most `most`; one while it is stepped through. For a GPU, whose calls are dear and whose work is
   * not.
   */
  async inChunks<T>(
    count: number,
    { most, now, control }: { most: number; now: () => number; control: RunControl },
    work: (worker: ComputeHandle, from: number, to: number) => Promise<T>,
    deliver: (from: number, result: T) => void,
  ): Promise<void> {
    const serve = async (): Promise<void> => {
      let size = 1;
      for (let from = 0; from < count;) {
        await control.turn();
        const to = Math.min(count, from + (control.isPaused ? 1 : size));
        const begin = now();
        const result = await work(this.first, from, to);
        if (control.isCancelled) return;
        deliver(from, result);
        if (to - from === size) size = nextChunk(size, now() - begin, most);
        from = to;
      }
    };
    await this.race(control, serve);
  }

  /** Trains on all workers in step; see fineTune in the core. Weights come from the first. */
  async fineTune(
    input: FineTuneInput,
    validation: LabelledImages,
    control: RunControl,
    onStep: (step: FineTuneStep, hits: number) => void,
  ): Promise<void> {
    // Each worker needs an image of every batch, also of the smallest one; see `evenBatches`.
    const images = input.labels.length;
    const smallest = Math.floor(images / Math.ceil(images / input.spec.batchSize));
    const workers = this.workers.slice(0, smallest);
    const parts: Float32Array[] = [];
    let arrived = 0;
    const reduce = (index: number, sums: Float32Array): void => {
      parts[index] = sums;
      if (++arrived < workers.length) return;
      arrived = 0;
      const total = sum(parts);
      // Paused: the sum is held back, and with it every worker.
      void control.turn().then(
        () => Promise.all(workers.map((worker) => worker.call('reduced', { sums: total }))),
        () => undefined,
      );
    };
    await this.race(control, () =>
      Promise.all(
        workers.map((worker, index) => {
          const shard = { index, count: workers.length };
          return worker.call('fineTune', { input, validation, shard }, (event) => {
            if (event.kind === 'reduce') reduce(index, event.sums);
            else if (index === 0 && !control.isCancelled) onStep(event.step, event.hits);
          });
        }),
      ),
    );
  }

  /** Cancel and failure stop what is still running in the workers. */
  private async race(control: RunControl, body: () => Promise<unknown>): Promise<void> {
    try {
      await Promise.race([body(), control.cancelled]);
    } catch (error) {
      // Not awaited: a worker answers after its current operation, the caller at once.
      void this.all((worker) => worker.call('abort', null).catch(() => undefined));
      throw error;
    }
  }

  close(): void {
    for (const worker of this.workers) worker.close();
  }
}

function sum(parts: readonly Float32Array[]): Float32Array {
  const [first] = parts;
  if (first === undefined) throw new FmpError('no worker sent a sum', { code: 'internal' });
  const total = Float64Array.from(first);
  for (const part of parts.slice(1)) part.forEach((v, i) => (total[i] = (total[i] ?? 0) + v));
  return Float32Array.from(total);
}
