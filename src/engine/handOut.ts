import type { ComputeHandle } from './platform.ts';
import type { RunControl } from './runControl.ts';

/**
 * Hands out `count` items in blocks to whoever is free, and delivers what they give in order.
 * @param size items of the next block, at least 1
 * @throws FmpError cancelled, or whatever a worker threw
 */
export async function handOut<T>(
  workers: readonly ComputeHandle[],
  count: number,
  size: () => number,
  control: RunControl,
  work: (worker: ComputeHandle, from: number, to: number) => Promise<T>,
  deliver: (from: number, result: T) => void,
): Promise<void> {
  const ready = new Map<number, { readonly to: number; readonly result: T }>();
  let next = 0;
  let delivered = 0;
  const serveOne = async (worker: ComputeHandle): Promise<void> => {
    while (next < count) {
      await control.turn();
      if (next >= count) return;
      const from = next;
      const to = Math.min(count, from + size());
      next = to;
      try {
        ready.set(from, { to, result: await work(worker, from, to) });
      } catch (error) {
        // The others stop after the block that they are at.
        next = count;
        throw error;
      }
      for (let block = ready.get(delivered); block !== undefined; block = ready.get(delivered)) {
        if (control.isCancelled) return;
        ready.delete(delivered);
        deliver(delivered, block.result);
        delivered = block.to;
      }
    }
  };
  await Promise.all(workers.map(serveOne));
}
