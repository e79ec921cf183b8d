import type { CacheStore } from '../data/cache/cacheStore.ts';
import type { ComputeContract } from './computeContract.ts';
import type { RpcClient, Handlers } from '../bridge/rpc.ts';

/** What the engine needs from where it runs: a page's worker, or Node. */
export interface Platform {
  /**
   * Reads a served file, e.g. `models/index.json`.
   * @param signal ends a long reading; one that takes no time may finish
   * @throws FmpError badData when it is missing, cancelled
   */
  read(
    path: string,
    onBytes?: (loaded: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
  /** A fresh compute worker in a thread of its own. */
  spawn(): RpcClient<ComputeContract>;
  /** Where data sets are kept between visits; absent where they are not. */
  readonly store?: () => Promise<CacheStore>;
  /** Threads worth using. */
  readonly cores: number;
  readonly wasmPath: string;
  readonly allowSoftwareGpu: boolean;
  /** Seconds, monotonic. */
  now(): number;
}

/** One compute, wherever it runs. */
export interface ComputeHandle {
  call<K extends keyof ComputeContract>(
    method: K,
    params: ComputeContract[K]['params'],
    onEvent?: (event: ComputeContract[K]['event']) => void,
  ): Promise<ComputeContract[K]['result']>;
  close(): void;
}

/** A handle that calls the handlers directly. */
export function localHandle(handlers: Handlers<ComputeContract>): ComputeHandle {
  return {
    call: (method, params, onEvent) => handlers[method](params, (event) => onEvent?.(event)),
    close: () => undefined,
  };
}
