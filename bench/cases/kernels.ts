/** Every convolution shape of PreActResNet18, forward, to the input and its filter; batch norm's sums. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../../src/core/memory.ts';
import {
  adjointFilter,
  applyAdjoint,
  conv,
  filterGradient,
} from '../../src/core/network/adjoint.ts';
import type { ConvSpec } from '../../src/core/network/layers.ts';
import { runKernel } from '../../src/core/network/kernels.ts';
import { convMacs } from '../../src/core/work.ts';
import { halved } from '../../src/engine/webgpu/half.ts';
import type { BenchCase, Measured } from '../benchCase.ts';
import { finish, type Gpu, gpuSeconds, type Kernels, startGpu, useKernels } from '../gpu.ts';
import { alternate, endOf, shortened, type Way } from '../measure.ts';
import { preActResNet18 } from '../network.ts';

const shapeOf = (spec: ConvSpec): string => {
  const { kernel, stride, inChannels, outChannels, inSize } = spec;
  return `${kernel}×${kernel}/${stride}, ${inChannels} → ${outChannels}, ${inSize}×${inSize}`;
};

type Operation = (x: tf.Tensor4D, w: tf.Tensor4D, dy: tf.Tensor4D) => tf.Tensor;

interface Direction {
  readonly name: string;
  readonly ours: Operation;
  /** What our own composition does on tfjs's kernels, and the kernel tfjs has for it, if any. */
  readonly tfjs: Operation | null;
}

function directions(spec: ConvSpec): Direction[] {
  const { kernel, stride } = spec;
  const pad = kernel === 3 ? 1 : 0;
  const attrs = { strides: stride, pad, dataFormat: 'NHWC' };
  return [
    { name: 'forward', ours: (x, w) => conv(x, w, stride), tfjs: null },
    {
      name: 'to the input',
      // The prepared filter is not timed: networks prepare it once.
      ours: (_, w, dy) => applyAdjoint(dy, prepared(w, stride), stride),
      tfjs: (x, w, dy) => tf.conv2dTranspose(dy, w, x.shape, stride, pad),
    },
    {
      name: 'filter',
      ours: (x, _, dy) => filterGradient(x, dy, kernel, stride),
      tfjs: (x, w, dy) =>
        tf
          .engine()
          .runKernel<tf.Tensor>(
            'Conv2DBackpropFilter',
            { x, dy },
            { ...attrs, filterShape: [...w.shape] },
          ),
    },
  ];
}

const adjoints = new WeakMap<tf.Tensor4D, tf.Tensor4D>();

function prepared(w: tf.Tensor4D, stride: number): tf.Tensor4D {
  const known = adjoints.get(w) ?? tf.keep(tidy(() => adjointFilter(w, stride)));
  adjoints.set(w, known);
  return known;
}

/** Seconds of one launch, of `launches` that are timed together. */
function launched(
  gpu: Gpu,
  launches: number,
  name: string,
  which: Kernels,
  body: () => tf.Tensor,
): Way {
  const run = async (): Promise<number> => {
    useKernels(gpu, which);
    const seconds = await gpuSeconds(gpu, () => {
      for (let i = 0; i < launches; i++) body().dispose();
    });
    return seconds / launches;
  };
  return { name, warm: true, run };
}

/** Launches together that take a tenth of a second, for a way that may be slow; at most 10. */
async function fewer(one: Way): Promise<number> {
  await one.run();
  return Math.max(1, Math.min(10, Math.round(0.1 / (await one.run()))));
}

const notesOf = (gpu: Gpu): string[] => [
  gpu.timestamps ? 'by the GPU’s own clock' : 'until all is done, launches included',
  ...(gpu.software ? ['a software GPU: shrunk, and no measure of a real one'] : []),
];

async function oneDirection(
  gpu: Gpu,
  spec: ConvSpec,
  { name, ours, tfjs }: Direction,
  { repeats, end }: { readonly repeats: number; readonly end: number },
): Promise<Measured> {
  const batch = gpu.software ? 1 : 512;
  const { inSize, outSize, inChannels, outChannels, kernel } = spec;
  const x = tf.randomUniform<tf.Rank.R4>([batch, inSize, inSize, inChannels]);
  const dy = tf.randomUniform<tf.Rank.R4>([batch, outSize, outSize, outChannels]);
  const w = tf.randomUniform<tf.Rank.R4>([kernel, kernel, inChannels, outChannels]);
  await finish();
  const stock = (): tf.Tensor => ours(x, w, dy);
  const launches = gpu.software ? 1 : await fewer(launched(gpu, 1, '', 'stock', stock));
  const way = (wayName: string, which: Kernels, operation: Operation): Way =>
    launched(gpu, launches, wayName, which, () => operation(x, w, dy));
  const halfWay = way('ours, 16-bit products', 'half', (...all) => halved(() => ours(...all)));
  const timings = await alternate(
    [
      way('ours', 'own', ours),
      ...(gpu.half && name === 'forward' ? [halfWay] : []),
      way('tfjs, as a convolution', 'stock', ours),
      ...(tfjs === null ? [] : [way('tfjs, its gradient kernel', 'stock', tfjs)]),
    ],
    repeats,
    end,
  );
  adjoints.get(w)?.dispose();
  tf.dispose([x, dy, w]);
  return {
    kind: 'times',
    title: `${name}: ${shapeOf(spec)}, batch ${batch}`,
    ...{ timings, scale: 1, flops: 2 * convMacs(spec) * batch },
    backend: `WebGPU, ${gpu.device}`,
    notes: [...notesOf(gpu), ...shortened(timings, repeats)],
  };
}

/** Both sums of batch norm's gradient: with subgroups, without, and as tfjs's operations. */
async function normSums(
  gpu: Gpu,
  [size, channels]: readonly [number, number],
  repeats: number,
): Promise<Measured> {
  const batch = gpu.software ? 8 : 512;
  const shape: [number, number, number, number] = [batch, size, size, channels];
  const [x, dz] = [tf.randomUniform<tf.Rank.R4>(shape), tf.randomUniform<tf.Rank.R4>(shape)];
  const centre = tf.randomUniform<tf.Rank.R1>([channels]);
  const inverse = tf.randomUniform<tf.Rank.R1>([channels]);
  const own = (): tf.Tensor =>
    runKernel('FmpChannelSums', { x, centre, inverse, dz, mask: null }, {}) ?? tf.scalar(NaN);
  const stock = (): tf.Tensor =>
    tidy(() => {
      const scaled = tf.mul(tf.mul(dz, tf.sub(x, centre)), inverse);
      return tf.concat([tf.sum(dz, [0, 1, 2]), tf.sum(scaled, [0, 1, 2])]);
    });
  const way = (name: string, which: Kernels, body: () => tf.Tensor): Way =>
    launched(gpu, gpu.software ? 1 : 10, name, which, body);
  const timings = await alternate(
    [
      ...(gpu.subgroup > 0 ? [way('ours, subgroups', 'own', own)] : []),
      way('ours, without subgroups', 'plain', own),
      way('tfjs', 'stock', stock),
    ],
    repeats,
  );
  tf.dispose([x, dz, centre, inverse]);
  return {
    kind: 'times',
    title: `sums of batch norm's gradient: ${size}×${size}, ${channels} channels, batch ${batch}`,
    ...{ timings, scale: 1, flops: null },
    backend: `WebGPU, ${gpu.device}`,
    notes: [...notesOf(gpu), ...shortened(timings, repeats)],
  };
}

export const kernels: BenchCase = {
  name: 'kernels',
  title: 'Kernels on the GPU, ours against tfjs',
  run: async ({ log, repeats, seconds }) => {
    const gpu = await startGpu(log);
    if (gpu === null) return [];
    const end = endOf(seconds);
    const plan = preActResNet18(gpu.software ? 4 : 64);
    const shapes = new Map(plan.convs.map((spec) => [shapeOf(spec), spec]));
    const chosen = [...shapes.values()].slice(0, gpu.software ? 2 : undefined);
    const all: Measured[] = [];
    const sums = [
      [32, 64],
      [8, 256],
    ] as const;
    for (const size of sums) all.push(await normSums(gpu, size, repeats));
    for (const [i, spec] of chosen.entries()) {
      if (performance.now() > end) {
        log(`kernels: ${i} of ${chosen.length} shapes, the time was up`);
        break;
      }
      for (const direction of directions(spec))
        all.push(await oneDirection(gpu, spec, direction, { repeats, end }));
    }
    return all;
  },
};
