/** FRG on WASM against the released loop in PyTorch, with the same number of threads. */
import { frgFlops } from '../../src/core/work.ts';
import type { BenchCase, BenchOptions, Measured } from '../benchCase.ts';
import { alternate, type Way } from '../measure.ts';
import { allMaps, BLOCK, preActResNet18, sampleMaps } from '../network.ts';
import { type FrgTime, type Loop, PyTorch, wholeTime } from '../pytorch.ts';
import { type Sweep, withSweeps } from './pool.ts';

const LOOPS = ['released', 'batched'] as const;

async function compare(sizes: Sweep, every: number, options: BenchOptions): Promise<Measured> {
  const { width, images, steps } = sizes;
  const { repeats, threads } = options;
  const plan = preActResNet18(width);
  const maps = sampleMaps(plan, every);
  const scale = plan.maps / maps.length;
  const torch = PyTorch.find();
  const loops: Loop<FrgTime>[] = [];
  try {
    return await withSweeps(threads, sizes, async (sweep, device) => {
      // A block is enough to compile what there is to compile.
      await sweep(maps.subarray(0, BLOCK));
      const ours = async (): Promise<number> => {
        const time = await sweep(maps);
        return time.shared + time.maps * scale;
      };
      const ways: Way[] = [{ name: 'ours, WASM', warm: false, run: ours }];
      for (const loop of torch === null ? [] : LOOPS) {
        const process = torch?.start({ loop, device: 'cpu', ...sizes, every, threads });
        if (process === undefined) continue;
        loops.push(process);
        ways.push({
          name: `PyTorch, ${loop} loop`,
          warm: false,
          run: async () => wholeTime(await process.turn(), scale),
        });
      }
      // The first line of each answers when it has warmed up: not while another one is timed.
      await Promise.all(loops.map((loop) => loop.turn()));
      return {
        kind: 'times',
        title: `FRG, width ${width}, ${plan.maps} maps × ${images} images, ${steps} step(s)`,
        timings: await alternate(ways, repeats),
        ...{ scale, notes: torch === null ? ['no Python with PyTorch: set PYTHON'] : [] },
        flops: frgFlops(plan, allMaps(plan), images, steps),
        backend: `WASM, ${device}, ${threads} thread(s) each`,
      };
    });
  } finally {
    for (const loop of loops) loop.close();
  }
}

export const frgWasm: BenchCase = {
  name: 'frg-wasm',
  title: 'FRG sweep on the processor, one step',
  run: async (options) => [
    await compare({ width: 16, images: 32, steps: 1 }, options.every ?? 5, options),
  ],
};

export const frgWasmSteps: BenchCase = {
  name: 'frg-wasm-5',
  title: 'FRG sweep on the processor, five steps',
  run: async (options) => [
    await compare({ width: 16, images: 32, steps: 5 }, options.every ?? 20, options),
  ],
};
