/** Parameters and running statistics of a network in train mode, as tensors by PyTorch name. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import type { BatchStatistics } from './batchNorm.ts';
import type { Normalisation } from './evalNetwork.ts';
import type { NetworkPlan } from './layers.ts';
import type { StateDict } from './stateDict.ts';
import { tensor } from './weights.ts';

export interface TrainNetwork {
  readonly plan: NetworkPlan;
  readonly normalisation: Normalisation;
  /** Trained tensors by PyTorch name; convolutions as [k,k,Ci,Co], linear as [inputs, outputs]. */
  readonly parameters: Map<string, tf.Tensor>;
  /** running_mean and running_var by PyTorch name, [C]. */
  readonly statistics: Map<string, tf.Tensor1D>;
}

/** Weight of the newest batch in the running statistics. */
const RUNNING_MOMENTUM = 0.1;

export function createTrainNetwork(
  plan: NetworkPlan,
  weights: StateDict,
  normalisation: Normalisation,
): TrainNetwork {
  const parameters = new Map<string, tf.Tensor>();
  const statistics = new Map<string, tf.Tensor1D>();
  for (const [name, { shape }] of weights) {
    if (name.includes('.running_')) statistics.set(name, tensor(weights, name) as tf.Tensor1D);
    else {
      const stored = tensor(weights, name);
      parameters.set(name, fromTorch(stored, shape.length));
      stored.dispose();
    }
  }
  return { plan, normalisation, parameters, statistics };
}

export function disposeTrainNetwork(network: TrainNetwork): void {
  tf.dispose([...network.parameters.values(), ...network.statistics.values()]);
}

/** Reads the weights back under PyTorch's names, layouts and order. */
export async function readStateDict(network: TrainNetwork, like: StateDict): Promise<StateDict> {
  const result = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, { shape }] of like) {
    const held = network.parameters.get(name) ?? network.statistics.get(name);
    if (held === undefined) throw new Error(`the network has no tensor ${name}`);
    const ordered = toTorch(held, shape.length);
    result.set(name, { shape, data: (await ordered.data()) as Float32Array });
    ordered.dispose();
  }
  return result;
}

/** A new tensor: filters [Co,Ci,k,k] → [k,k,Ci,Co], matrices transposed, vectors as they are. */
function fromTorch(stored: tf.Tensor, rank: number): tf.Tensor {
  if (rank === 4) return tf.transpose(stored, [2, 3, 1, 0]);
  return rank === 2 ? tf.transpose(stored) : tf.clone(stored);
}

function toTorch(held: tf.Tensor, rank: number): tf.Tensor {
  if (rank === 4) return tf.transpose(held, [3, 2, 0, 1]);
  return rank === 2 ? tf.transpose(held) : tf.clone(held);
}

/** A trained tensor. @throws Error if the name is unknown (a defect) */
export function parameter(network: TrainNetwork, name: string): tf.Tensor {
  const found = network.parameters.get(name);
  if (found === undefined) throw new Error(`the network has no parameter ${name}`);
  return found;
}

/** running ← 0.9·running + 0.1·batch, the variance with n/(n − 1). */
export function updateRunning(network: TrainNetwork, name: string, batch: BatchStatistics): void {
  const unbiased = batch.count / Math.max(1, batch.count - 1);
  blend(network.statistics, `${name}.running_mean`, batch.mean, 1);
  blend(network.statistics, `${name}.running_var`, batch.variance, unbiased);
}

function blend(
  statistics: Map<string, tf.Tensor1D>,
  name: string,
  batch: tf.Tensor1D,
  factor: number,
): void {
  const old = statistics.get(name);
  if (old === undefined) throw new Error(`the network has no tensor ${name}`);
  const next = tidy(() =>
    tf.add<tf.Tensor1D>(
      tf.mul(old, 1 - RUNNING_MOMENTUM),
      tf.mul(batch, RUNNING_MOMENTUM * factor),
    ),
  );
  statistics.set(name, tf.keep(next));
  old.dispose();
}
