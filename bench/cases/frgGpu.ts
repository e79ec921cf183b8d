/** FRG on WebGPU against the same on tfjs's kernels, and PyTorch on the same GPU. */
import { frgFlops } from '../../src/core/work.ts';
import { Compute } from '../../src/engine/compute.ts';
import type { BenchCase, BenchOptions, Measured } from '../benchCase.ts';
import { type Kernels, startGpu, useKernels } from '../gpu.ts';
import { alternate, timed, type Way } from '../measure.ts';
import {
  BLOCK,
  NORMALISATION,
  preActResNet18,
  randomImages,
  randomWeights,
  sampleMaps,
  allMaps,
} from '../network.ts';
import { type FrgLoop, PyTorch } from '../pytorch.ts';

interface Sizes {
  readonly width: number;
  readonly images: number;
  readonly steps: number;
}

async function compare(
  sizes: Sizes,
  wanted: number,
  options: BenchOptions,
): Promise<Measured | null> {
  const gpu = await startGpu(options.log);
  // A software GPU compiles for longer than anyone waits.
  if (gpu === null || (gpu.software && sizes.steps > 1)) return null;
  const { width, images, steps } = gpu.software
    ? { width: 4, images: 2, steps: sizes.steps }
    : sizes;
  const plan = preActResNet18(width);
  const every = gpu.software ? Math.max(wanted, Math.ceil(plan.maps / BLOCK)) : wanted;
  const maps = sampleMaps(plan, every);
  const scale = plan.maps / maps.length;
  const compute = new Compute().handlers;
  const none = (): void => undefined;
  await compute.setNetwork(
    { plan, weights: randomWeights(plan), normalisation: NORMALISATION },
    none,
  );
  const config = { variant: 'released', eps: 0.06, alpha: 0.02, steps } as const;
  const sweep = (kernels: Kernels) => async (): Promise<number> => {
    useKernels(kernels);
    const start = { x: randomImages(images, 1), x0: randomImages(images, 2) };
    const shared = await timed(() => compute.setFrgImages(start, none));
    const each = await timed(async () => {
      for (let from = 0; from < maps.length; from += BLOCK)
        await compute.frg({ maps: [...maps.slice(from, from + BLOCK)], config }, none);
    });
    return shared + each * scale;
  };
  const ways: Way[] = [
    { name: 'ours, WebGPU', warm: !gpu.software, run: sweep('own') },
    { name: 'tfjs kernels, WebGPU', warm: !gpu.software, run: sweep('stock') },
  ];
  const torch = gpu.software ? null : PyTorch.find();
  const loops: FrgLoop[] = [];
  if (torch?.hasCuda() === true)
    for (const loop of ['released', 'batched'] as const) {
      const { threads } = options;
      const process = torch.start({ loop, device: 'cuda', ...sizes, every, threads });
      loops.push(process);
      ways.push({
        name: `PyTorch on the GPU, ${loop} loop`,
        warm: false,
        run: async () => (await process.sweep()).seconds * scale,
      });
    }
  // Each answers when it has warmed up: not while another one is timed.
  await Promise.all(loops.map((loop) => loop.sweep()));
  const timings = await alternate(ways, options.repeats);
  for (const loop of loops) loop.close();
  return {
    kind: 'times',
    title: `FRG, width ${width}, ${plan.maps} maps × ${images} images, ${steps} step(s)`,
    ...{ timings, scale },
    flops: frgFlops(plan, allMaps(plan), images, steps),
    backend: `WebGPU, ${gpu.device}`,
    notes: [
      ...(gpu.software ? ['a software GPU: shrunk, and no measure of a real one'] : []),
      ...(ways.length === 2 ? ['no PyTorch with CUDA here'] : []),
    ],
  };
}

export const frgGpu: BenchCase = {
  name: 'frg-gpu',
  title: 'FRG sweep on the GPU',
  run: async (options) => {
    const measured = [
      await compare({ width: 64, images: 32, steps: 1 }, options.every ?? 4, options),
      await compare({ width: 64, images: 32, steps: 5 }, 5 * (options.every ?? 4), options),
    ];
    return measured.filter((one) => one !== null);
  },
};
