/** Compute in worker threads, and the channel to them. */
import { parentPort, Worker } from 'node:worker_threads';
import { type Channel, RpcClient } from '../../bridge/rpc.ts';
import type { ComputeContract } from '../computeContract.ts';
import './wasmFeatures.ts';

/** A thread that computes, by itself. */
export const startThread = (): Worker => new Worker(new URL('./threadEntry.mjs', import.meta.url));

export const spawnThread = (): RpcClient<ComputeContract> => connectThread(startThread());

export function connectThread(worker: Worker): RpcClient<ComputeContract> {
  return new RpcClient<ComputeContract>({
    post: (message) => {
      worker.postMessage(message);
    },
    listen: (onMessage, onClose) => {
      worker.on('message', onMessage);
      worker.on('error', (error) => {
        onClose(error instanceof Error ? error.message : String(error));
      });
      worker.on('exit', (code) => {
        onClose(`exit code ${String(code)}`);
      });
    },
    close: () => void worker.terminate(),
  });
}

/** This thread's end of the channel. @throws Error in the main thread */
export function parentChannel(): Channel {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a worker thread only');
  return {
    post: (message) => {
      port.postMessage(message);
    },
    listen: (onMessage, onClose) => {
      port.on('message', onMessage);
      port.on('close', () => {
        onClose('the engine is gone');
      });
    },
    close: () => {
      port.close();
    },
  };
}
