import type { ComputeHandle } from './platform.ts';
import type { RunControl } from './runControl.ts';

/**
 * Hands out `count` items in blocks to whoever is free, and delivers what they give in order.
 * @throws FmpError cancelled, or whatever a worker threw
 */
export async function handOut<T>(
  workers: readonly ComputeHandle[],
  count: number,
  size: number,
  control: RunControl,
  work: (worker: ComputeHandle, from: number, to: number) => Promise<T>,
  deliver: (from: number, result: T) => void,
): Promise<void> {
  const ready = new Map<number, T>();
  let next = 0;
  let delivered = 0;
  const serveOne = async (worker: ComputeHandle): Promise<void> => {
    while (next < count) {
      await control.turn();
      if (next >= count) return;
      const from = next;
      next += size;
      try {
        ready.set(from, await work(worker, from, Math.min(count, next)));
      } catch (error) {
        // The others stop after the block that they are at.
        next = count;
        throw error;
      }
      while (ready.has(delivered)) {
        if (control.isCancelled) return;
        deliver(delivered, ready.get(delivered) as T);
        ready.delete(delivered);
        delivered += size;
      }
    }
  };
  await Promise.all(workers.map(serveOne));
}
