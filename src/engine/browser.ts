/** The engine's platform in a page's worker. */
import { workerChannel } from '../bridge/channel.ts';
import { RpcClient } from '../bridge/rpc.ts';
import { FmpError } from '../core/errors.ts';
import { browserStore } from '../data/cache/browserStore.ts';
import type { ComputeContract } from './computeContract.ts';
import type { Platform } from './platform.ts';
import { startCompute } from './workerRole.ts';

/** More workers than this gain little and cost memory each. */
const MAX_WORKERS = 8;

export function browserPlatform(baseUrl: string): Platform {
  return {
    read: (path, onBytes, signal) => fetchBytes(new URL(path, baseUrl), path, onBytes, signal),
    spawn: () => new RpcClient<ComputeContract>(workerChannel(startCompute())),
    store: () => browserStore(navigator.storage),
    cores: Math.min(MAX_WORKERS, Math.max(1, navigator.hardwareConcurrency)),
    wasmPath: new URL('wasm/', baseUrl).href,
    allowSoftwareGpu: false,
    now: () => performance.now() / 1000,
  };
}

async function fetchBytes(
  url: URL,
  path: string,
  onBytes?: (loaded: number, total: number) => void,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const failed = (error: unknown): never => {
    if (signal?.aborted === true) throw stopped(path);
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  };
  const response = await fetch(url, signal === undefined ? {} : { signal }).catch(failed);
  if (!response.ok || response.body === null)
    throw unreadable(path, `HTTP status ${String(response.status)}`);
  const total = Number(response.headers.get('content-length') ?? 0);
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  const next = (): ReturnType<typeof reader.read> => reader.read().catch(failed);
  for (let read = await next(); !read.done; read = await next()) {
    parts.push(read.value);
    loaded += read.value.length;
    onBytes?.(loaded, total);
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function stopped(path: string): FmpError {
  return new FmpError(`the download of ${path} was stopped`, { code: 'cancelled' });
}

function unreadable(path: string, got: string): FmpError {
  return new FmpError(`${path} could not be loaded`, {
    ...{ code: 'badData', field: path, got, expected: 'a file of this app' },
    remedy: 'check the connection and reload the page',
  });
}
