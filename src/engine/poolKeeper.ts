import type { BackendChoice } from '../bridge/protocol.ts';
import type { Handlers } from '../bridge/rpc.ts';
import { FmpError } from '../core/errors.ts';
import type { ComputeContract } from './computeContract.ts';
import type { Platform } from './platform.ts';
import { Pool } from './pool.ts';

export interface EngineOptions {
  readonly backend: BackendChoice;
  readonly threads?: number;
  /** Computes with these, in this thread, instead of in workers (GPU in Node, tests). */
  readonly local?: Handlers<ComputeContract>;
}

/** Starts the pool at the first request, and again after its loss. */
export class PoolKeeper {
  private readonly platform: Platform;
  private readonly options: EngineOptions;
  private pool: Promise<Pool> | null = null;

  constructor(platform: Platform, options: EngineOptions) {
    this.platform = platform;
    this.options = options;
  }

  /** @throws FmpError backendUnavailable */
  start(): Promise<Pool> {
    const { backend, threads, local } = this.options;
    if (this.pool !== null) return this.pool;
    const started =
      local === undefined
        ? Pool.start(this.platform, backend, threads)
        : Pool.startLocal(this.platform, backend, local);
    // A failure is reported to whoever asked; the next request tries again.
    started.catch(() => {
      if (this.pool === started) this.pool = null;
    });
    this.pool = started;
    return started;
  }

  /** Does nothing where there is none; the next request starts fresh workers. */
  async close(): Promise<void> {
    const started = this.pool;
    this.pool = null;
    if (started !== null) (await started).close();
  }
}

/** Whether an error means that a worker or its device is gone. */
export function isLoss(error: unknown): boolean {
  const code = error instanceof FmpError ? error.facts.code : 'internal';
  return code === 'workerDied' || code === 'deviceLost';
}
