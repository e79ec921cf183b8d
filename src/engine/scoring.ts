/** Rows of the FRG table from the workers: handed out, put together, and begun again after a loss. */
import { smoothnessOf } from '../core/frg/bound.ts';
import type { ReverseConfig } from '../core/frg/reverse.ts';
import {
  type CallSize,
  callLimits,
  firstCall,
  imageParts,
  mapCounts,
  nextCall,
} from './chunkSize.ts';
import type { FrgImages, WarmUpRequest } from './computeContract.ts';
import type { ComputeHandle } from './platform.ts';
import type { Recovery, RecoveryContext } from './recovery.ts';
import { warmUp } from './warmUp.ts';

/** Feature maps that share the passes over a part of the images, where memory holds one part's. */
const BLOCK = 8;

/** x and x0, [n, 32, 32, 3] in [0, 1], and the true classes of the FRG images. */
export interface ScoredImages extends FrgImages {
  readonly labels: Int32Array;
}

/** What is scored. */
export interface Scoring {
  readonly maps: Int32Array;
  readonly images: ScoredImages;
  readonly config: ReverseConfig;
  /** From this image on, to the one before that; all of them by default. */
  readonly part?: readonly [from: number, to: number];
}

export type ScoringContext = RecoveryContext & { readonly recovery: Recovery };

/** Predicted classes of rows from `from` on, [rows, images of the part]. */
type Deliver = (from: number, predictions: Int16Array) => void;

/**
 * Predicted classes of the FRG images of these maps by the network as loaded, [maps, images]. Rows
 * are delivered in order, each once, also where workers are lost meanwhile.
 * @throws FmpError cancelled, or what could not be mended
 */
export async function score(
  context: ScoringContext,
  scoring: Scoring,
  deliver: Deliver,
): Promise<Int16Array> {
  const { session, pool, recovery } = context;
  const { maps, images, config } = scoring;
  const { labels, x, x0 } = images;
  const part = scoring.part ?? [0, labels.length];
  const n = part[1] - part[0];
  const predictions = new Int16Array(maps.length * n);
  let rows = 0;
  let asked = 0;
  let begun = false;
  await recovery.through({
    prepare: async () => {
      await session.setWeights(session.model.stateDict);
      // Fresh workers have everything to compile again.
      if (begun) await warmUp(context, warmUpOf(context, n, config));
      await pool.all((worker) => worker.call('setFrgImages', { x, x0 }));
    },
    work: () => {
      begun = true;
      const begin = rows;
      const rest = { maps: maps.subarray(begin), images, config, part };
      const size = (count: number): void => {
        asked = count;
      };
      return callAll(context, rest, size, (from, some) => {
        predictions.set(some, (begin + from) * n);
        rows = begin + from + some.length / n;
        deliver(begin + from, some);
      });
    },
    kept: () => rows,
    tooMany: () => asked,
  });
  return predictions;
}

/** What pipelines depend on. */
type Rehearsed = Pick<ReverseConfig, 'variant' | 'steps' | 'smoothing'>;

/** Warms up for sweeps on so many images, as a phase of its own. @throws as `score` does */
export async function warmUpSweep(
  context: ScoringContext,
  images: number,
  config: Rehearsed,
): Promise<void> {
  const { session, recovery, emit } = context;
  emit({ kind: 'phase', phase: 'warmUp' });
  await recovery.through({
    prepare: () => session.setWeights(session.model.stateDict),
    work: () => warmUp(context, warmUpOf(context, images, config)),
  });
}

function warmUpOf(
  { session, pool, recovery }: ScoringContext,
  images: number,
  config: Rehearsed,
): WarmUpRequest {
  const { variant, steps } = config;
  const gpu = pool.info.backend === 'webgpu';
  const limits = callLimits(gpu, session.model.plan, images, recovery.mostImages);
  const { images: together } = firstCall(limits);
  const call = { images: together, maps: mapCounts(limits) };
  return { kind: 'frg', ...call, variant, steps, ...smoothnessOf(config) };
}

/** @param size told how many images the call that fails had */
async function callAll(
  { session, pool, control, now, recovery }: ScoringContext,
  { maps, config, part: [first, end] }: Required<Scoring>,
  size: (images: number) => void,
  deliver: Deliver,
): Promise<void> {
  const n = end - first;
  const gpu = pool.info.backend === 'webgpu';
  const limits = callLimits(gpu, session.model.plan, n, recovery.mostImages);
  const { alone } = limits;
  // Between two of its steps a worker without a GPU looks whether it is to stop.
  const units = gpu ? 1 : config.steps;
  let current = firstCall(limits);
  /** Workers and images whose first call is over: it also makes what all feature maps share. */
  const begun = new Map<ComputeHandle, Set<string>>();
  const ask = async (
    worker: ComputeHandle,
    some: Int32Array,
    images: readonly [number, number],
  ): Promise<Int16Array> => {
    const asked: CallSize = { maps: some.length, images: images[1] - images[0] };
    const since = now();
    try {
      const result = await worker.call('frg', { maps: [...some], images, config, alone });
      const known = begun.get(worker) ?? new Set();
      begun.set(worker, known);
      const isCurrent = asked.maps === current.maps && asked.images === current.images;
      if (isCurrent && !alone && known.has(images.join()))
        current = nextCall(current, (now() - since) / units, limits);
      known.add(images.join());
      return result;
    } catch (error) {
      size(asked.images * asked.maps);
      throw error;
    }
  };
  /** A part of the images for all the maps, then the next part. */
  const inParts = async (worker: ComputeHandle, from: number, to: number, images: number) => {
    const block = new Int16Array((to - from) * n);
    for (const part of imageParts(first, n, images))
      for (let map = from; map < to; map++) {
        const row = await ask(worker, maps.subarray(map, map + 1), part);
        block.set(row, (map - from) * n + part[0] - first);
      }
    return block;
  };
  const next = (): number => {
    if (control.isPaused) return 1;
    return alone ? BLOCK : current.maps;
  };
  const work = (worker: ComputeHandle, from: number, to: number): Promise<Int16Array> =>
    current.images < n
      ? inParts(worker, from, to, current.images)
      : ask(worker, maps.subarray(from, to), [first, end]);
  await pool.inBlocks(maps.length, next, control, work, deliver);
}
