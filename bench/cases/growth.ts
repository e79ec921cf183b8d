/** Straight lines, or the reason: time against maps, images, steps, and the work of a wider network. */
import { frgFlops } from '../../src/core/work.ts';
import type { BenchCase, Growth } from '../benchCase.ts';
import { alternate, type Timing } from '../measure.ts';
import { preActResNet18 } from '../network.ts';
import { type Sweep, withSweeps } from './pool.ts';

const BASE: Sweep = { width: 8, images: 16, steps: 1 };
const MAPS = 60;

/** `count` maps, evenly spread. */
function spread(width: number, count: number): Int32Array {
  const { maps } = preActResNet18(width);
  return Int32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * maps) / count));
}

interface Line {
  readonly against: string;
  readonly sizes: readonly { readonly x: number; readonly sweep: Sweep; readonly maps: number }[];
}

const gigaflops = (sweep: Sweep): number =>
  frgFlops(preActResNet18(sweep.width), spread(sweep.width, MAPS), sweep.images, sweep.steps) / 1e9;

const LINES: readonly Line[] = [
  {
    against: 'feature maps',
    sizes: [1, 2, 3, 4].map((k) => ({ x: k * MAPS, sweep: BASE, maps: k * MAPS })),
  },
  {
    against: 'images',
    sizes: [8, 16, 24, 32].map((x) => ({ x, sweep: { ...BASE, images: x }, maps: MAPS })),
  },
  {
    against: 'steps',
    sizes: [1, 2, 3, 4].map((x) => ({ x, sweep: { ...BASE, steps: x }, maps: MAPS })),
  },
  {
    against: 'GFLOP, by widths of 8, 12, 16 and 20',
    sizes: [8, 12, 16, 20].map((width) => {
      const sweep = { ...BASE, width };
      return { x: gigaflops(sweep), sweep, maps: MAPS };
    }),
  },
];

export const growth: BenchCase = {
  name: 'growth',
  title: 'Growth of an FRG sweep on WASM',
  run: async ({ every, repeats, threads }) => {
    const all: Growth[] = [];
    for (const { against, sizes } of LINES) {
      const points: { x: number; timing: Timing }[] = [];
      let backend = '';
      for (const { x, sweep, maps } of sizes)
        await withSweeps(threads, sweep, async (time, device) => {
          backend = `WASM, ${device}, ${threads} thread(s)`;
          const chosen = spread(sweep.width, Math.ceil(maps / (every ?? 1)));
          const run = async (): Promise<number> => (await time(chosen)).maps;
          const [timing] = await alternate([{ name: `${x}`, warm: true, run }], repeats);
          if (timing !== undefined) points.push({ x, timing });
        });
      const { width, images, steps } = BASE;
      all.push({
        ...{ kind: 'growth', against, points, backend },
        title: `Time against ${against}; else width ${width}, ${MAPS} maps, ${images} images, ${steps} step(s)`,
        notes: every === null ? [] : [`only every ${every}th of these maps`],
      });
    }
    return all;
  },
};
