/** FRG on WASM against the released loop in PyTorch, with the same number of threads. */
import { frgFlops } from '../../src/core/work.ts';
import { wasmFolder } from '../../src/engine/node/engine.ts';
import { spawnThread } from '../../src/engine/node/threads.ts';
import type { Platform } from '../../src/engine/platform.ts';
import { Pool } from '../../src/engine/pool.ts';
import { RunControl } from '../../src/engine/runControl.ts';
import type { BenchCase, BenchOptions, Measured } from '../benchCase.ts';
import { alternate, timed, type Way } from '../measure.ts';
import {
  NORMALISATION,
  preActResNet18,
  randomImages,
  randomWeights,
  sampleMaps,
  allMaps,
} from '../network.ts';
import { PyTorch } from '../pytorch.ts';

export interface Sweep {
  readonly width: number;
  readonly images: number;
  readonly steps: number;
}

function platform(threads: number): Platform {
  return {
    read: (path) => Promise.reject(new Error(`${path}: the benchmark reads nothing`)),
    ...{ spawn: spawnThread, cores: threads, wasmPath: wasmFolder(), allowSoftwareGpu: false },
    now: () => performance.now() / 1000,
  };
}

/** Starts the pool and times sweeps on it, as the engine makes them: map by map, scaled to all. */
export async function withSweeps<T>(
  threads: number,
  { width, images, steps }: Sweep,
  every: number,
  body: (sweep: () => Promise<number>, device: string) => Promise<T>,
): Promise<T> {
  const pool = await Pool.start(platform(threads), 'wasm', threads);
  try {
    const plan = preActResNet18(width);
    const weights = randomWeights(plan);
    await pool.setNetwork({ plan, weights, normalisation: NORMALISATION });
    const maps = sampleMaps(plan, every);
    const config = { variant: 'released', eps: 0.06, alpha: 0.02, steps } as const;
    const start = { x: randomImages(images, 1), x0: randomImages(images, 2) };
    const sweep = async (): Promise<number> => {
      // Both passes that all maps share are not the sample's alone.
      const shared = await timed(() => pool.all((worker) => worker.call('setFrgImages', start)));
      const each = await timed(() =>
        pool.inOrder(
          maps.length,
          new RunControl(false),
          (worker, item) => worker.call('frg', { maps: [maps[item] ?? 0], config }),
          () => undefined,
        ),
      );
      return shared + (each * plan.maps) / maps.length;
    };
    return await body(sweep, pool.info.device);
  } finally {
    pool.close();
  }
}

async function compare(sizes: Sweep, options: BenchOptions): Promise<Measured> {
  const { width, images, steps } = sizes;
  const { every, repeats, threads } = options;
  const plan = preActResNet18(width);
  const maps = sampleMaps(plan, every);
  const scale = plan.maps / maps.length;
  const torch = PyTorch.find();
  const notes = torch === null ? ['no Python with PyTorch: set PYTHON'] : [];
  return withSweeps(threads, sizes, every, async (sweep, device) => {
    const ways: Way[] = [{ name: 'ours, WASM', warm: true, run: sweep }];
    for (const loop of torch === null ? [] : (['released', 'batched'] as const))
      ways.push({
        name: `PyTorch, ${loop} loop`,
        warm: false,
        run: () => {
          const time = torch?.frg({ loop, device: 'cpu', ...sizes, every, threads });
          return Promise.resolve((time?.seconds ?? NaN) * scale);
        },
      });
    const timings = await alternate(ways, repeats);
    return {
      title: `FRG, width ${width}, ${plan.maps} maps × ${images} images, ${steps} step(s)`,
      ...{ timings, scale, notes },
      flops: frgFlops(plan, allMaps(plan), images, steps),
      backend: `WASM, ${device}`,
    };
  });
}

export const frgWasm: BenchCase = {
  name: 'frg-wasm',
  title: 'FRG sweep on the processor',
  run: async (options) => [
    await compare({ width: 16, images: 32, steps: 1 }, options),
    await compare({ width: 16, images: 32, steps: 5 }, options),
  ],
};

/**
 * Straight lines, or the reason. Times are scaled to all maps: half the sample should take the same,
 * twice the images twice as long, twice the width four times per map.
 */
export const growth: BenchCase = {
  name: 'growth',
  title: 'Growth of an FRG sweep on WASM',
  run: async ({ every, repeats, threads }) => {
    const base: Sweep = { width: 8, images: 16, steps: 1 };
    const sizes: (readonly [Sweep, number])[] = [
      [base, every],
      [base, 2 * every],
      [{ ...base, images: 32 }, every],
      [{ ...base, steps: 2 }, every],
      [{ ...base, steps: 4 }, every],
      [{ ...base, width: 16 }, every],
    ];
    const all: Measured[] = [];
    for (const [sweepSizes, sampled] of sizes) {
      const { width, images, steps } = sweepSizes;
      const plan = preActResNet18(width);
      const maps = sampleMaps(plan, sampled);
      all.push(
        await withSweeps(threads, sweepSizes, sampled, async (sweep, device) => ({
          title: `width ${width}, ${maps.length} of ${plan.maps} maps, ${images} images, ${steps} step(s)`,
          timings: await alternate([{ name: 'ours, WASM', warm: true, run: sweep }], repeats),
          ...{ scale: plan.maps / maps.length, notes: [], backend: `WASM, ${device}` },
          flops: frgFlops(plan, allMaps(plan), images, steps),
        })),
      );
    }
    return all;
  },
};
