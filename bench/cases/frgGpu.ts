/** FRG on WebGPU against the same on tfjs's kernels, and PyTorch on the same GPU. */
import { frgFlops } from '../../src/core/work.ts';
import { Compute } from '../../src/engine/compute.ts';
import type { BenchCase, BenchOptions, Measured } from '../benchCase.ts';
import { finish, type Kernels, startGpu, useKernels } from '../gpu.ts';
import { alternate, endOf, shortened, timed } from '../measure.ts';
import {
  BLOCK,
  NORMALISATION,
  preActResNet18,
  randomImages,
  randomWeights,
  sampleMaps,
  allMaps,
} from '../network.ts';
import { type FrgRun, type FrgTime, type Loop, PyTorch, wholeTime } from '../pytorch.ts';

interface Sizes {
  readonly width: number;
  readonly images: number;
  readonly steps: number;
}

/** Blocks of a first look, which also compiles what there is to compile. */
const PILOT = 5;

/** Seconds of a whole sweep, from every k-th block. */
interface Sampled {
  readonly name: string;
  readonly of: (every: number) => Promise<number>;
}

/** As many blocks as all repeats of all ways have time for: every k-th, `least` to `most`. */
async function affordable(
  ways: readonly Sampled[],
  { seconds, repeats }: BenchOptions,
  least: number,
  most: number,
): Promise<number> {
  let whole = 0;
  for (const { of } of ways) {
    await of(most);
    whole += await of(most);
  }
  const every = Math.ceil((whole * repeats) / (seconds ?? Infinity));
  return Math.max(least, Math.min(most, every));
}

async function compare(
  sizes: Sizes,
  wanted: number,
  options: BenchOptions,
): Promise<Measured | null> {
  const gpu = await startGpu(options.log);
  const end = endOf(options.seconds);
  // A software GPU compiles for longer than anyone waits.
  if (gpu === null || (gpu.software && sizes.steps > 1)) return null;
  const { width, images, steps } = gpu.software
    ? { width: 4, images: 2, steps: sizes.steps }
    : sizes;
  const plan = preActResNet18(width);
  const blocks = Math.ceil(plan.maps / BLOCK);
  const compute = new Compute().handlers;
  const none = (): void => undefined;
  await compute.setNetwork(
    { plan, weights: randomWeights(plan), normalisation: NORMALISATION },
    none,
  );
  const config = { variant: 'released', eps: 0.06, alpha: 0.02, steps } as const;
  /** Of the whole, from a sample. */
  const sweep = async (kernels: Kernels, every: number): Promise<number> => {
    useKernels(gpu, kernels);
    const maps = sampleMaps(plan, every);
    const start = { x: randomImages(images, 1), x0: randomImages(images, 2) };
    await compute.setFrgImages(start, none);
    // A call without maps makes what all maps share, and nothing else.
    const shared = await timed(async () => {
      await compute.frg({ maps: [], config }, none);
      await finish();
    });
    const each = await timed(async () => {
      for (let from = 0; from < maps.length; from += BLOCK)
        await compute.frg({ maps: [...maps.slice(from, from + BLOCK)], config }, none);
    });
    return shared + (each * plan.maps) / maps.length;
  };
  const sampled = (name: string, of: (every: number) => Promise<number>): Sampled => ({ name, of });
  const ways = [
    sampled('ours, WebGPU', (k) => sweep('own', k)),
    ...(gpu.half ? [sampled('ours, 16-bit products', (k) => sweep('half', k))] : []),
    sampled('tfjs kernels, WebGPU', (k) => sweep('stock', k)),
  ];
  const torch = gpu.software ? null : PyTorch.find();
  const loops: Loop<FrgTime>[] = [];
  if (torch?.hasCuda() === true)
    for (const loop of ['released', 'batched'] as const) {
      const { threads } = options;
      const every = Math.ceil(blocks / PILOT);
      const run: FrgRun = { loop, device: 'cuda', ...sizes, every, threads };
      const process = torch.start(run);
      loops.push(process);
      ways.push(
        sampled(`PyTorch on the GPU, ${loop} loop`, async (k) => {
          const time = await process.turn(k);
          return wholeTime(time, plan.maps / time.maps);
        }),
      );
      // It answers when it has warmed up: not while another one is timed.
      await process.turn();
    }
  const most = Math.max(wanted, Math.ceil(blocks / PILOT));
  const every = gpu.software
    ? Math.max(wanted, blocks)
    : await affordable(ways, options, wanted, most);
  const timings = await alternate(
    ways.map(({ name, of }) => ({ name, warm: false, run: () => of(every) })),
    options.repeats,
    end,
  );
  for (const loop of loops) loop.close();
  const scale = plan.maps / sampleMaps(plan, every).length;
  return {
    kind: 'times',
    title: `FRG, width ${width}, ${plan.maps} maps × ${images} images, ${steps} step(s)`,
    ...{ timings, scale },
    flops: frgFlops(plan, allMaps(plan), images, steps),
    backend: `WebGPU, ${gpu.device}`,
    notes: [
      ...(gpu.software ? ['a software GPU: shrunk, and no measure of a real one'] : []),
      ...(loops.length === 0 ? ['no PyTorch with CUDA here'] : []),
      ...shortened(timings, options.repeats),
    ],
  };
}

export const frgGpu: BenchCase = {
  name: 'frg-gpu',
  title: 'FRG sweep on the GPU',
  run: async (options) => {
    const { seconds } = options;
    const share = (part: number) => ({
      ...options,
      seconds: seconds === null ? null : part * seconds,
    });
    const every = options.every ?? (seconds === null ? 4 : 1);
    const measured = [
      await compare({ width: 64, images: 32, steps: 1 }, every, share(0.7)),
      await compare({ width: 64, images: 32, steps: 5 }, 5 * every, share(0.3)),
    ];
    return measured.filter((one) => one !== null);
  },
};
