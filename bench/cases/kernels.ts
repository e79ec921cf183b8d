/** Every convolution shape of PreActResNet18, forward and back to the input, and its filter. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../../src/core/memory.ts';
import {
  adjointFilter,
  applyAdjoint,
  conv,
  filterGradient,
} from '../../src/core/network/adjoint.ts';
import type { ConvSpec } from '../../src/core/network/layers.ts';
import { convMacs } from '../../src/core/work.ts';
import type { BenchCase, Measured } from '../benchCase.ts';
import { finish, gpuSeconds, type Kernels, startGpu, useKernels } from '../gpu.ts';
import { alternate, type Way } from '../measure.ts';
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

export const kernels: BenchCase = {
  name: 'kernels',
  title: 'Convolution kernels on the GPU, ours against tfjs',
  run: async ({ log, repeats }) => {
    const gpu = await startGpu(log);
    if (gpu === null) return [];
    const plan = preActResNet18(gpu.software ? 4 : 64);
    const batch = gpu.software ? 1 : 512;
    const launches = gpu.software ? 1 : 10;
    const shapes = new Map(plan.convs.map((spec) => [shapeOf(spec), spec]));
    const chosen = [...shapes].slice(0, gpu.software ? 2 : undefined);
    const all: Measured[] = [];
    for (const [shape, spec] of chosen)
      for (const { name, ours, tfjs } of directions(spec)) {
        const { inSize, outSize, inChannels, outChannels, kernel } = spec;
        const x = tf.randomUniform<tf.Rank.R4>([batch, inSize, inSize, inChannels]);
        const dy = tf.randomUniform<tf.Rank.R4>([batch, outSize, outSize, outChannels]);
        const w = tf.randomUniform<tf.Rank.R4>([kernel, kernel, inChannels, outChannels]);
        await finish();
        const way = (wayName: string, which: Kernels, operation: Operation): Way => ({
          name: wayName,
          warm: true,
          run: async () => {
            useKernels(which);
            const seconds = await gpuSeconds(gpu, () => {
              for (let i = 0; i < launches; i++) operation(x, w, dy).dispose();
            });
            return seconds / launches;
          },
        });
        const ways = [
          way('ours', 'own', ours),
          way('tfjs, as a convolution', 'stock', ours),
          ...(tfjs === null ? [] : [way('tfjs, its gradient kernel', 'stock', tfjs)]),
        ];
        const timings = await alternate(ways, repeats);
        all.push({
          kind: 'times',
          title: `${name}: ${shape}, batch ${batch}`,
          ...{ timings, scale: 1, flops: 2 * convMacs(spec) * batch },
          backend: `WebGPU, ${gpu.device}`,
          notes: [
            gpu.timestamps ? 'by the GPU’s own clock' : 'until all is done, launches included',
            ...(gpu.software ? ['a software GPU: shrunk, and no measure of a real one'] : []),
          ],
        });
        adjoints.get(w)?.dispose();
        tf.dispose([x, dy, w]);
      }
    return all;
  },
};
