/** The compute workers of a session: one for a GPU, one per core otherwise. */
import type { BackendChoice, EngineInfo } from '../bridge/engineInfo.ts';
import { FmpError } from '../core/errors.ts';
import type { FineTuneInput, FineTuneStep } from '../core/fineTune.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { Handlers } from '../bridge/rpc.ts';
import type { Kernels } from './backend.ts';
import type { ComputeContract, NetworkParams } from './computeContract.ts';
import { type ComputeHandle, localHandle, type Platform } from './platform.ts';
import { handOut } from './handOut.ts';
import type { RunControl } from './runControl.ts';
import { type Started, startWorkers } from './startWorkers.ts';

export interface EngineOptions {
  readonly backend: BackendChoice;
  readonly threads?: number;
  readonly kernels?: Kernels;
  /** Computes with these, in this thread, instead of in workers (GPU in Node, tests). */
  readonly local?: Handlers<ComputeContract>;
}

export class Pool {
  private started: Started;
  private readonly startAgain: () => Promise<Started>;
  private closed = false;

  private constructor(started: Started, startAgain: () => Promise<Started>) {
    this.started = started;
    this.startAgain = startAgain;
  }

  /** @throws FmpError backendUnavailable */
  static async start(
    platform: Platform,
    choice: BackendChoice,
    threads: number = platform.cores,
    kernels: Kernels = 'own',
  ): Promise<Pool> {
    const { wasmPath, allowSoftwareGpu } = platform;
    const options = { choice, wasmPath, allowSoftwareGpu, kernels };
    const start = (): Promise<Started> => startWorkers(platform, options, threads);
    return new Pool(await start(), start);
  }

  /** A pool of one in this thread. */
  static async startLocal(
    platform: Platform,
    choice: BackendChoice,
    handlers: Handlers<ComputeContract>,
    kernels: Kernels = 'own',
  ): Promise<Pool> {
    const handle = localHandle(handlers);
    const { wasmPath, allowSoftwareGpu } = platform;
    const options = { choice, wasmPath, allowSoftwareGpu, kernels };
    const start = async (): Promise<Started> => {
      const info = await handle.call('start', options);
      return { workers: [handle], info: { ...info, threads: 1 } };
    };
    return new Pool(await start(), start);
  }

  get info(): EngineInfo {
    return this.started.info;
  }

  private get workers(): readonly ComputeHandle[] {
    return this.started.workers;
  }

  /**
   * Puts fresh workers in the place of all, which hold neither network nor images.
   * @throws FmpError backendUnavailable
   */
  async restart(): Promise<void> {
    for (const worker of this.workers) worker.close();
    this.started = await this.startAgain();
    if (this.closed) this.close();
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

  /** The same, until the control cancels. @throws FmpError cancelled, or what a worker threw */
  async each(control: RunControl, ask: (worker: ComputeHandle) => Promise<unknown>): Promise<void> {
    await this.race(control, () => this.all(ask));
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
    await this.inBlocks(count, () => 1, control, work, deliver);
  }

  /**
   * The same, `size()` items at a time, asked for each block: `work` and `deliver` get the first of
   * them.
   */
  async inBlocks<T>(
    count: number,
    size: () => number,
    control: RunControl,
    work: (worker: ComputeHandle, from: number, to: number) => Promise<T>,
    deliver: (from: number, result: T) => void,
  ): Promise<void> {
    await this.race(control, () => handOut(this.workers, count, size, control, work, deliver));
  }

  /**
   * The same beside the work that a pause holds back: what is cancelled ends after the call that it
   * is at, and nothing is aborted.
   */
  async beside<T>(
    count: number,
    size: number,
    control: RunControl,
    work: (worker: ComputeHandle, from: number, to: number) => Promise<T>,
    deliver: (from: number, result: T) => void,
  ): Promise<void> {
    const all = handOut(this.workers, count, () => size, control, work, deliver);
    await Promise.race([all, control.cancelled]);
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
      control
        .turn()
        .then(() => Promise.all(workers.map((worker) => worker.call('reduced', { sums: total }))))
        // Cancelled, or a worker is gone: the training itself says so.
        .catch(() => undefined);
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
    this.closed = true;
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
