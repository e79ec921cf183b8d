import type { Platform } from './platform.ts';
import { type EngineOptions, Pool } from './pool.ts';

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
    const { backend, threads, kernels, local } = this.options;
    if (this.pool !== null) return this.pool;
    const started =
      local === undefined
        ? Pool.start(this.platform, backend, threads, kernels)
        : Pool.startLocal(this.platform, backend, local, kernels);
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
