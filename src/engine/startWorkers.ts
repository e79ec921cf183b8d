import type { EngineInfo } from '../bridge/engineInfo.ts';
import type { RpcClient } from '../bridge/rpc.ts';
import type { BackendOptions } from './backend.ts';
import type { ComputeContract } from './computeContract.ts';
import type { ComputeHandle, Platform } from './platform.ts';

/** Workers at work. */
export interface Started {
  readonly workers: readonly ComputeHandle[];
  readonly info: EngineInfo;
}

/** @throws FmpError backendUnavailable; then no worker is left */
export async function startWorkers(
  platform: Platform,
  options: BackendOptions,
  threads: number,
): Promise<Started> {
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
    return { workers, info: { backend, skipped, threads: wanted, device: name } };
  } catch (error) {
    for (const worker of workers) worker.close();
    throw error;
  }
}
