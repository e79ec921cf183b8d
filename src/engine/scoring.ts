/** Rows of the FRG table from the workers: handed out, put together, and begun again after a loss. */
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import type { ReverseConfig } from '../core/frg/reverse.ts';
import type { FrgTable } from '../core/frg/score.ts';
import { MOST_IMAGES } from './chunkSize.ts';
import type { FrgImages } from './computeContract.ts';
import type { ComputeHandle } from './platform.ts';
import type { Recovery, RecoveryContext } from './recovery.ts';

/** Feature maps that share the passes over a part of the images, where these are split. */
const BLOCK = 8;

/** x and x0, [n, 32, 32, 3] in [0, 1], and the true classes of the FRG images. */
export interface ScoredImages extends FrgImages {
  readonly labels: Int32Array;
}

/** What is scored. */
interface Scoring {
  readonly maps: Int32Array;
  readonly images: ScoredImages;
  readonly config: ReverseConfig;
}

type Deliver = (from: number, predictions: Int16Array) => void;

/**
 * Predicted classes of the FRG images of these maps by the network as loaded. Rows are delivered in
 * order, each once, also where workers are lost meanwhile.
 * @throws FmpError cancelled, or what could not be mended
 */
export async function score(
  context: RecoveryContext & { readonly recovery: Recovery },
  { maps, images, config }: Scoring,
  deliver: Deliver,
): Promise<FrgTable> {
  const { session, pool, recovery } = context;
  const { model } = session;
  const { labels, x, x0 } = images;
  const predictions = new Int16Array(maps.length * labels.length);
  let rows = 0;
  let asked = 0;
  await recovery.through({
    prepare: async () => {
      await session.setWeights(model.stateDict);
      await pool.all((worker) => worker.call('setFrgImages', { x, x0 }));
    },
    work: () => {
      const begin = rows;
      const rest = { maps: maps.subarray(begin), images, config };
      const size = (count: number): void => {
        asked = count;
      };
      return callAll(context, rest, size, (from, some) => {
        predictions.set(some, (begin + from) * labels.length);
        rows = begin + from + some.length / labels.length;
        deliver(begin + from, some);
      });
    },
    kept: () => rows,
    tooMany: () => asked,
  });
  return { maps, labels, predictions, classes: model.plan.architecture.classes, rows };
}

/**
 * On a GPU several maps a call, else one; where memory has no room for all images of a map, a part
 * of them.
 * @param size told how many images the call that fails had
 */
async function callAll(
  { pool, control, now, recovery }: RecoveryContext & { readonly recovery: Recovery },
  { maps, images, config }: Scoring,
  size: (images: number) => void,
  deliver: Deliver,
): Promise<void> {
  const n = images.x.length / IMAGE_VALUES;
  const ask = async (
    worker: ComputeHandle,
    some: Int32Array,
    range: readonly [number, number],
  ): Promise<Int16Array> => {
    try {
      return await worker.call('frg', { maps: [...some], images: range, config });
    } catch (error) {
      size((range[1] - range[0]) * some.length);
      throw error;
    }
  };
  const most = recovery.mostImages;
  if (most < n) {
    const parts = Array.from({ length: Math.ceil(n / most) }, (_, i): [number, number] => [
      i * most,
      Math.min(n, (i + 1) * most),
    ]);
    const inParts = async (worker: ComputeHandle, from: number, to: number) => {
      const block = new Int16Array((to - from) * n);
      for (const range of parts)
        for (let map = from; map < to; map++)
          block.set(
            await ask(worker, maps.subarray(map, map + 1), range),
            (map - from) * n + range[0],
          );
      return block;
    };
    await pool.inBlocks(maps.length, BLOCK, control, inParts, deliver);
    return;
  }
  const whole = (worker: ComputeHandle, from: number, to: number): Promise<Int16Array> =>
    ask(worker, maps.subarray(from, to), [0, n]);
  if (pool.info.backend === 'webgpu') {
    const chunk = Math.max(1, Math.floor(Math.min(MOST_IMAGES, most) / n));
    await pool.inChunks(maps.length, { most: chunk, now, control }, whole, deliver);
  } else await pool.inBlocks(maps.length, 1, control, whole, deliver);
}
