/** One epoch of fine-tuning, 5,000 images, against tfjs's automatic differentiation. */
import * as tf from '@tensorflow/tfjs-core';
import { tidyAsync } from '../../src/core/memory.ts';
import { lossAndGradients } from '../../src/core/network/trainNetwork.ts';
import { createTrainNetwork, disposeTrainNetwork } from '../../src/core/network/trainState.ts';
import { forwardMacs } from '../../src/core/work.ts';
import { asVariables, autodiffGradients } from '../autodiff.ts';
import type { BenchCase, BenchOptions, Measured } from '../benchCase.ts';
import { finish, type Kernels, startGpu, useKernels } from '../gpu.ts';
import { registerGradients } from '../gradients.ts';
import { alternate, endOf, shortened, timed, type Way } from '../measure.ts';
import { NORMALISATION, preActResNet18, randomImages, randomWeights } from '../network.ts';

const EPOCH_IMAGES = 5000;
const MOST_BATCHES = 8;
/** Ways that are compared, at most. */
const WAYS = 4;

async function compare(
  width: number,
  { log, repeats, seconds }: BenchOptions,
): Promise<Measured | null> {
  const gpu = await startGpu(log);
  if (gpu === null) return null;
  const end = endOf(seconds);
  const plan = preActResNet18(gpu.software ? 4 : width);
  const batch = gpu.software ? 2 : 128;
  const network = createTrainNetwork(plan, randomWeights(plan), NORMALISATION);
  const variables = asVariables(network);
  const x = tf.tensor4d(randomImages(batch, 1), [batch, 32, 32, 3]);
  const labels = tf.tensor1d(
    Array.from({ length: batch }, (_, i) => i % 10),
    'int32',
  );
  const ours = async (): Promise<void> => {
    await tidyAsync(async () => {
      await lossAndGradients(network, x, labels, batch, (sums) => sums);
    });
  };
  const theirs = (): Promise<void> => {
    tf.dispose(autodiffGradients(variables, x, labels));
    return Promise.resolve();
  };
  const run = (kernels: Kernels, step: () => Promise<void>, batches: number): Promise<number> => {
    useKernels(gpu, kernels);
    return timed(async () => {
      for (let i = 0; i < batches; i++) await step();
      await finish();
    });
  };
  // The slowest way says how many batches there is time for.
  if (!gpu.software) await run('stock', theirs, 1);
  const one = gpu.software ? Infinity : await run('stock', theirs, 1);
  const share = (seconds ?? Infinity) / (one * WAYS * (repeats + 1));
  const batches = Math.max(1, Math.min(gpu.software ? 1 : MOST_BATCHES, Math.floor(share)));
  const scale = EPOCH_IMAGES / (batch * batches);
  const way = (name: string, kernels: Kernels, step: () => Promise<void>): Way => ({
    ...{ name, warm: true },
    run: async () => (await run(kernels, step, batches)) * scale,
  });
  const ways = [
    way('ours, WebGPU', 'own', ours),
    ...(gpu.subgroup > 0 ? [way('ours, without subgroups', 'plain', ours)] : []),
    way('our steps, tfjs kernels', 'stock', ours),
    way('tfjs autodiff', 'stock', theirs),
  ];
  const timings = await alternate(ways, repeats, end);
  disposeTrainNetwork(network);
  tf.dispose([x, labels, [...variables.parameters.values()]]);
  return {
    kind: 'times',
    title: `Gradients of an epoch, ${EPOCH_IMAGES} images, width ${plan.architecture.family === 'PreActResNet' ? plan.architecture.width : width}, batch ${batch}`,
    ...{ timings, scale, backend: `WebGPU, ${gpu.device}` },
    // Forward, to the input, filter.
    flops: 3 * 2 * forwardMacs(plan) * EPOCH_IMAGES,
    notes: [
      'without the update of the weights, which is the same for all',
      ...shortened(timings, repeats),
      ...(gpu.software ? ['a software GPU: shrunk, and no measure of a real one'] : []),
    ],
  };
}

/** On WASM tfjs has no filter gradient: its automatic differentiation cannot train there at all. */
export const fineTune: BenchCase = {
  name: 'fine-tune',
  title: 'Fine-tuning on the GPU',
  run: async (options) => {
    await registerGradients();
    const { seconds } = options;
    const half = { ...options, seconds: seconds === null ? null : seconds / 2 };
    const measured = [await compare(16, half), await compare(64, half)];
    return measured.filter((one) => one !== null);
  },
};
