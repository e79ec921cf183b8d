/** Gradients of an epoch on the processor: ours on WASM, PyTorch, and tfjs's automatic differentiation. */
import * as tf from '@tensorflow/tfjs-core';
import { tidyAsync } from '../../src/core/memory.ts';
import { lossAndGradients } from '../../src/core/network/trainNetwork.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  type TrainNetwork,
} from '../../src/core/network/trainState.ts';
import type { NetworkPlan } from '../../src/core/network/plan.ts';
import { forwardMacs } from '../../src/core/work.ts';
import { startBackend } from '../../src/engine/backend.ts';
import { wasmFolder } from '../../src/engine/node/engine.ts';
import { withdrawFastConvolution } from '../../src/engine/wasm/fastConvolution.ts';
import { asVariables, autodiffGradients } from '../autodiff.ts';
import type { BenchCase, BenchOptions, Measured } from '../benchCase.ts';
import { registerGradients } from '../gradients.ts';
import { alternate, endOf, shortened, timed, type Way } from '../measure.ts';
import { NORMALISATION, preActResNet18, randomImages, randomWeights } from '../network.ts';
import { PyTorch } from '../pytorch.ts';

const EPOCH_IMAGES = 5000;

/** A network and what a repeat does with it. */
interface Size {
  readonly width: number;
  readonly batch: number;
  readonly batches: number;
}

const SIZES: readonly Size[] = [
  { width: 16, batch: 128, batches: 2 },
  { width: 64, batch: 64, batches: 1 },
];
/** Images of a step of tfjs's automatic differentiation in plain JavaScript. */
const FEW = 1;

interface Made {
  readonly network: TrainNetwork;
  readonly x: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
}

/** On the current backend. */
function make(plan: NetworkPlan, batch: number): Made {
  const classes = Array.from({ length: batch }, (_, i) => i % 10);
  return {
    network: createTrainNetwork(plan, randomWeights(plan), NORMALISATION),
    x: tf.tensor4d(randomImages(batch, 1), [batch, 32, 32, 3]),
    labels: tf.tensor1d(classes, 'int32'),
  };
}

/** Seconds of an epoch by steps of ours on WASM. */
async function ours({ network, x, labels }: Made, { batch, batches }: Size): Promise<number> {
  await tf.setBackend('wasm');
  const seconds = await timed(async () => {
    for (let i = 0; i < batches; i++)
      await tidyAsync(async () => {
        const { loss } = await lossAndGradients(network, x, labels, batch, (sums) => sums);
        await loss.data();
      });
  });
  return (seconds * EPOCH_IMAGES) / (batch * batches);
}

async function autodiff(variables: TrainNetwork, { x, labels }: Made): Promise<number> {
  await tf.setBackend('cpu');
  const seconds = await timed(() => {
    tf.dispose(autodiffGradients(variables, x, labels));
    return Promise.resolve();
  });
  return (seconds * EPOCH_IMAGES) / FEW;
}

async function compare(given: Size, { repeats }: BenchOptions, end: number): Promise<Measured> {
  const { width, batch, batches } = given;
  const plan = preActResNet18(width);
  const { device } = await startBackend({
    ...{ choice: 'wasm', wasmPath: wasmFolder(), allowSoftwareGpu: false },
  });
  const whole = make(plan, batch);
  await tf.setBackend('cpu');
  const few = make(plan, FEW);
  const variables = asVariables(few.network);
  const stock = async (): Promise<number> => {
    await tf.setBackend('wasm');
    const restore = withdrawFastConvolution();
    const epoch = await ours(whole, given);
    restore?.();
    return epoch;
  };
  const torch = PyTorch.find()?.startTraining({ ...given, threads: 1 });
  const ways: Way[] = [{ name: 'ours, WASM', warm: true, run: () => ours(whole, given) }];
  if (torch !== undefined) {
    const scale = EPOCH_IMAGES / (batch * batches);
    const run = async (): Promise<number> => (await torch.turn()).seconds * scale;
    ways.push({ name: 'PyTorch, channels last', warm: true, run });
  }
  ways.push({ name: 'our steps, tfjs kernels', warm: true, run: stock });
  ways.push({ name: 'tfjs autodiff, cpu', warm: false, run: () => autodiff(variables, few) });
  const timings = await alternate(ways, repeats, end);
  torch?.close();
  disposeTrainNetwork(whole.network);
  disposeTrainNetwork(few.network);
  tf.dispose([whole.x, whole.labels, few.x, few.labels, [...variables.parameters.values()]]);
  return {
    kind: 'times',
    title: `Gradients of an epoch, ${EPOCH_IMAGES} images, width ${width}`,
    ...{ timings, scale: 1, backend: `WASM, ${device}, one thread each` },
    flops: 3 * 2 * forwardMacs(plan) * EPOCH_IMAGES,
    notes: [
      'without the update of the weights, which is the same for all',
      `times are of ${batches} batch${batches === 1 ? '' : 'es'} of ${batch}, by tfjs autodiff of ${FEW} image, scaled to an epoch`,
      'tfjs has no filter gradient on WASM, so its autodiff runs in plain JavaScript',
      ...(torch === undefined ? ['no Python with PyTorch: set PYTHON'] : []),
      ...shortened(timings, repeats),
    ],
  };
}

export const fineTuneWasm: BenchCase = {
  name: 'fine-tune-wasm',
  title: 'Fine-tuning on the processor',
  run: async (options) => {
    await registerGradients();
    const end = endOf(options.seconds);
    const tables: Measured[] = [];
    for (const size of SIZES) tables.push(await compare(size, options, end));
    return tables;
  },
};
