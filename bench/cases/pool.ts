/** Sweeps on the engine's pool of WASM workers, as the engine makes them: map by map. */
import { wasmFolder } from '../../src/engine/node/engine.ts';
import { spawnThread } from '../../src/engine/node/threads.ts';
import type { Platform } from '../../src/engine/platform.ts';
import { Pool } from '../../src/engine/pool.ts';
import { RunControl } from '../../src/engine/runControl.ts';
import { timed } from '../measure.ts';
import { NORMALISATION, preActResNet18, randomImages, randomWeights } from '../network.ts';

export interface Sweep {
  readonly width: number;
  readonly images: number;
  readonly steps: number;
}

/** Seconds of a sweep's parts. */
export interface SweepTime {
  /** Both passes that all maps share. */
  readonly shared: number;
  /** The maps that were asked for. */
  readonly maps: number;
}

function platform(threads: number): Platform {
  return {
    read: (path) => Promise.reject(new Error(`${path}: the benchmark reads nothing`)),
    ...{ spawn: spawnThread, cores: threads, wasmPath: wasmFolder(), allowSoftwareGpu: false },
    now: () => performance.now() / 1000,
  };
}

/** Starts the pool; `body` gets what times a sweep of some maps on it. */
export async function withSweeps<T>(
  threads: number,
  { width, images, steps }: Sweep,
  body: (sweep: (maps: Int32Array) => Promise<SweepTime>, device: string) => Promise<T>,
): Promise<T> {
  const pool = await Pool.start(platform(threads), 'wasm', threads);
  try {
    const plan = preActResNet18(width);
    const weights = randomWeights(plan);
    await pool.setNetwork({ plan, weights, normalisation: NORMALISATION });
    const config = { variant: 'released', eps: 0.06, alpha: 0.02, steps } as const;
    const start = { x: randomImages(images, 1), x0: randomImages(images, 2) };
    const sweep = async (maps: Int32Array): Promise<SweepTime> => {
      await pool.all((worker) => worker.call('setFrgImages', start));
      // A call without maps makes what all maps share, and nothing else.
      const shared = await timed(() =>
        pool.all((worker) => worker.call('frg', { maps: [], config })),
      );
      const each = await timed(() =>
        pool.inOrder(
          maps.length,
          new RunControl(false),
          (worker, item) => worker.call('frg', { maps: [maps[item] ?? 0], config }),
          () => undefined,
        ),
      );
      return { shared, maps: each };
    };
    return await body(sweep, pool.info.device);
  } finally {
    pool.close();
  }
}
