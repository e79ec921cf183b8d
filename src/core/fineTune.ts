/** Fine-tuning on clean images: SGD with cosine annealing, pruned feature maps held at zero. */
import * as tf from '@tensorflow/tfjs-core';
import { IMAGE_VALUES } from './attacks/attack.ts';
import { augment } from './augment.ts';
import { disposeAll, tidy, tidyAsync } from './memory.ts';
import { sgdStep, cosineRate, type SgdConfig, type Velocities } from './optimizer.ts';
import type { AllReduce } from './network/batchNorm.ts';
import type { Normalisation } from './network/evalNetwork.ts';
import type { NetworkPlan } from './network/plan.ts';
import type { PruneMask } from './network/prune.ts';
import { normParameters, type StateDict } from './network/stateDict.ts';
import { type GradientTaps, lossAndGradients } from './network/trainNetwork.ts';
import {
  createTrainNetwork,
  disposeTrainNetwork,
  readStateDict,
  type TrainNetwork,
} from './network/trainState.ts';
import { createRandom, permutation } from './random.ts';
import type { FineTuneSpec } from './runSpec.ts';

/** One of several workers that train on slices of the same batches in step. */
export interface Shard {
  readonly index: number;
  readonly count: number;
  readonly reduce: AllReduce;
}

export const WHOLE: Shard = { index: 0, count: 1, reduce: (sums) => sums };

export interface FineTuneInput {
  readonly plan: NetworkPlan;
  readonly weights: StateDict;
  readonly normalisation: Normalisation;
  /** Held at zero after every step; empty for none. */
  readonly mask: PruneMask;
  /** Clean training images, uint8 [n,32,32,3], and their classes. */
  readonly images: Uint8Array;
  readonly labels: Int32Array;
  /** Whether a mirrored image keeps its class. */
  readonly mirror: boolean;
  readonly spec: FineTuneSpec;
  readonly seed: number;
  /** Inputs of linear layers held at zero after every step, by PyTorch tensor name. */
  readonly maskedInputs?: PruneMask;
  /** A further loss, as what it adds to the gradients; from the batch x [B,32,32,3] in [0, 1]. */
  readonly taps?: (x: tf.Tensor4D) => GradientTaps;
}

export interface FineTuneStep {
  /** 0-based. */
  readonly epoch: number;
  /** Images seen in this epoch so far, and in all. */
  readonly done: number;
  readonly images: number;
  /** Mean cross-entropy of the batch before its update; this worker's share of it. */
  readonly loss: number;
  /** At the last step of an epoch: the weights as they are now. */
  readonly weights: StateDict | null;
}

/**
 * Yields after every step; stop by calling `return()`. All workers of a shard must take the same
 * steps. Deterministic for one seed, backend and shard count.
 */
export async function* fineTune(
  input: FineTuneInput,
  shard: Shard = WHOLE,
): AsyncGenerator<FineTuneStep, void, void> {
  const { spec, labels } = input;
  const network = createTrainNetwork(input.plan, input.weights, input.normalisation);
  const keep = keepTensors(network, input.mask, input.maskedInputs);
  const velocities: Velocities = new Map();
  const withTaps = input.taps === undefined ? {} : { taps: input.taps };
  try {
    for (let epoch = 0; epoch < spec.epochs; epoch++) {
      const random = createRandom(input.seed, `epoch${String(epoch)}`);
      const order = permutation(labels.length, random);
      let done = 0;
      const config = { ...spec, learningRate: cosineRate(spec.learningRate, epoch, spec.epochs) };
      for (const batch of evenBatches(order, spec.batchSize)) {
        const pixels = augment(gatherImages(input.images, batch), input.mirror, random);
        const classes = Int32Array.from(batch, (i) => labels[i] ?? 0);
        const optimizer = { velocities, config, keep, ...withTaps };
        const loss = await trainStep(network, pixels, classes, optimizer, shard);
        done += batch.length;
        const last = done === order.length;
        const weights = last ? await readStateDict(network, input.weights) : null;
        yield { epoch, done, images: order.length, loss, weights };
      }
    }
  } finally {
    disposeTrainNetwork(network);
    disposeAll([...velocities.values(), ...keep.values()]);
  }
}

export interface OptimizerState {
  readonly velocities: Velocities;
  readonly config: SgdConfig;
  readonly keep: ReadonlyMap<string, tf.Tensor>;
  /** As `FineTuneInput.taps`. */
  readonly taps?: (x: tf.Tensor4D) => GradientTaps;
}

/**
 * One SGD step on a batch, float32 [B,32,32,3] in [0, 1]; the shard takes its contiguous part.
 * @returns the mean loss of this worker's part, weighted so that the parts add up
 */
export async function trainStep(
  network: TrainNetwork,
  pixels: Float32Array,
  labels: Int32Array,
  optimizer: OptimizerState,
  shard: Shard = WHOLE,
): Promise<number> {
  const total = labels.length;
  const begin = Math.floor((total * shard.index) / shard.count);
  const end = Math.floor((total * (shard.index + 1)) / shard.count);
  const own = pixels.subarray(begin * IMAGE_VALUES, end * IMAGE_VALUES);
  let loss = 0;
  await tidyAsync(async () => {
    const x = tf.tensor4d(own, [end - begin, 32, 32, 3]);
    const y = tf.tensor1d(labels.subarray(begin, end), 'int32');
    const step = await trainUpdate(network, x, y, total, optimizer, shard);
    loss = (await step.data())[0] ?? 0;
  });
  return loss;
}

/**
 * The step's tensor operations, of which nothing is read. Call inside `tidyAsync`.
 * @param x [B,32,32,3] in [0, 1], this worker's part of a batch of `total`; y [B] int32
 * @returns the loss, as `trainStep`
 */
export async function trainUpdate(
  network: TrainNetwork,
  x: tf.Tensor4D,
  y: tf.Tensor1D,
  total: number,
  { velocities, config, keep, taps }: OptimizerState,
  shard: Shard = WHOLE,
): Promise<tf.Scalar> {
  const options = taps === undefined ? {} : { taps: taps(x) };
  const step = await lossAndGradients(network, x, y, total, shard.reduce, options);
  if (shard.count > 1) await reduceGradients(network, step.gradients, shard.reduce);
  sgdStep(network.parameters, step.gradients, velocities, config, keep);
  return step.loss;
}

/**
 * 0/1 tensors, broadcastable to each masked parameter in the train network's layout.
 * @param inputs of linear layers that `mask` does not name
 */
export function keepTensors(
  network: TrainNetwork,
  mask: PruneMask,
  inputs: PruneMask = new Map(),
): Map<string, tf.Tensor> {
  const ones = (name: string, axis: number, zeros: ReadonlySet<number>): tf.Tensor1D => {
    const size = network.parameters.get(name)?.shape.at(axis) ?? 0;
    return tf.tensor1d(Array.from({ length: size }, (_, c) => (zeros.has(c) ? 0 : 1)));
  };
  return new Map<string, tf.Tensor>([
    ...[...mask].map(([name, channels]) => [name, ones(name, -1, channels)] as const),
    ...[...inputs].map(([name, zeros]) => {
      const column = tidy(() => tf.reshape(ones(name, 0, zeros), [-1, 1]));
      return [name, column] as const;
    }),
  ]);
}

/** Batch-norm gradients are already sums over the workers; the others are added up in one vector. */
async function reduceGradients(
  network: TrainNetwork,
  gradients: Map<string, tf.Tensor>,
  reduce: AllReduce,
): Promise<void> {
  const summedAlready = normParameters(network.plan);
  const local = [...gradients].filter(([name]) => !summedAlready.has(name));
  const summed = await reduce(
    tidy(() => tf.concat(local.map(([, g]) => tf.reshape<tf.Rank.R1>(g, [g.size])))),
  );
  let offset = 0;
  for (const [name, gradient] of local) {
    const part = tf.slice(summed, [offset], [gradient.size]);
    gradients.set(name, tf.reshape(part, gradient.shape));
    offset += gradient.size;
  }
}

/** Sizes of the batches of an epoch on so many images, in steps of at most `size`; see `evenBatches`. */
export function batchSizes(images: number, size: number): number[] {
  const count = Math.ceil(images / size);
  return [...new Set([Math.floor(images / count), Math.ceil(images / count)])];
}

/**
 * The fewest batches of at most `size` images, all of the same size to within one. A small remainder
 * at the end of an epoch would have as much say in the running statistics as a full batch: with 8
 * images left over of 1,800, an epoch of fine-tuning cost 3 points of Acc here.
 */
export function evenBatches(order: Int32Array, size: number): Int32Array[] {
  const count = Math.ceil(order.length / size);
  return Array.from({ length: count }, (_, i) =>
    order.subarray(
      Math.floor((order.length * i) / count),
      Math.floor((order.length * (i + 1)) / count),
    ),
  );
}

/** Copies images by index: uint8 [n,32,32,3] → [indices.length,32,32,3]. */
export function gatherImages(images: Uint8Array, indices: Int32Array): Uint8Array {
  const result = new Uint8Array(indices.length * IMAGE_VALUES);
  indices.forEach((index, i) => {
    result.set(images.subarray(index * IMAGE_VALUES, (index + 1) * IMAGE_VALUES), i * IMAGE_VALUES);
  });
  return result;
}
