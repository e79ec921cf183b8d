/**
 * The network in train mode: parameters and running statistics as tensors, one step's loss and
 * gradients by hand. Batch norm uses the batch's statistics and updates the running ones as PyTorch
 * does (momentum 0.1, unbiased variance).
 */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../memory.ts';
import { adjointFilter, applyAdjoint, conv, filterGradient } from './adjoint.ts';
import {
  type AllReduce,
  batchStatistics,
  type BatchStatistics,
  normaliseRelu,
  normaliseReluBackward,
} from './batchNorm.ts';
import { filter, type Normalisation, tensor } from './evalNetwork.ts';
import type { BlockSpec, ConvSpec, NetworkPlan } from './plan.ts';
import type { StateDict } from './stateDict.ts';

export interface TrainNetwork {
  readonly plan: NetworkPlan;
  readonly normalisation: Normalisation;
  /** Trained tensors by PyTorch name; convolutions as [k,k,Ci,Co], linear.weight as [C, classes]. */
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
  const convs = new Map(plan.convs.map((spec) => [`${spec.name}.weight`, spec]));
  for (const name of weights.keys()) {
    const spec = convs.get(name);
    if (name.includes('running_')) statistics.set(name, tensor(weights, name) as tf.Tensor1D);
    else if (spec !== undefined)
      parameters.set(
        name,
        tidy(() => filter(weights, spec)),
      );
    else if (name === 'linear.weight')
      parameters.set(
        name,
        tidy(() => tf.transpose(tensor(weights, name))),
      );
    else parameters.set(name, tensor(weights, name));
  }
  return { plan, normalisation, parameters, statistics };
}

export function disposeTrainNetwork(network: TrainNetwork): void {
  tf.dispose([...network.parameters.values(), ...network.statistics.values()]);
}

/** Reads the weights back under PyTorch's names, layouts and order. */
export async function readStateDict(network: TrainNetwork, like: StateDict): Promise<StateDict> {
  const convs = new Set(network.plan.convs.map((spec) => `${spec.name}.weight`));
  const result = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, { shape }] of like) {
    const held = network.parameters.get(name) ?? network.statistics.get(name);
    if (held === undefined) throw new Error(`the network has no tensor ${name}`);
    const ordered = tidy(() => {
      if (convs.has(name)) return tf.transpose(held, [3, 2, 0, 1]);
      return name === 'linear.weight' ? tf.transpose(held) : tf.clone(held);
    });
    result.set(name, { shape, data: (await ordered.data()) as Float32Array });
    ordered.dispose();
  }
  return result;
}

export interface StepResult {
  /** Mean cross-entropy over the whole batch, before the update. */
  readonly loss: tf.Scalar;
  /** By PyTorch name, in the layout of `parameters`, summed over all workers by the caller's reduce. */
  readonly gradients: Map<string, tf.Tensor>;
}

interface BlockRecord {
  readonly spec: BlockSpec;
  readonly u: tf.Tensor4D;
  readonly o: tf.Tensor4D;
  readonly h: tf.Tensor4D;
  readonly a: tf.Tensor4D;
  readonly bn1: BatchStatistics;
  readonly bn2: BatchStatistics;
}

/**
 * Loss and gradients of one batch (or of this worker's share of it) and the update of the running
 * statistics. Call inside `tidyAsync`: intermediate tensors are left to it.
 * @param x [B,32,32,3] in [0, 1]; labels [B]; total: images of the batch over all workers
 */
export async function lossAndGradients(
  network: TrainNetwork,
  x: tf.Tensor4D,
  labels: tf.Tensor1D,
  total: number,
  reduce: AllReduce,
): Promise<StepResult> {
  const { plan } = network;
  const weight = (spec: ConvSpec): tf.Tensor4D =>
    parameter(network, `${spec.name}.weight`) as tf.Tensor4D;
  const gradients = new Map<string, tf.Tensor>();
  const input = tidy(() => {
    const { mean, std } = network.normalisation;
    return tf.div<tf.Tensor4D>(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...std]));
  });
  let u = conv(input, weight(plan.stem), 1);
  const records: BlockRecord[] = [];
  for (const spec of plan.blocks) {
    const bn1 = await batchStatistics(u, total, reduce);
    const o = normaliseRelu(u, bn1, ...affineOf(network, `${spec.name}.bn1`));
    const h = conv(o, weight(spec.conv1), spec.stride);
    const bn2 = await batchStatistics(h, total, reduce);
    const a = normaliseRelu(h, bn2, ...affineOf(network, `${spec.name}.bn2`));
    const side = spec.shortcut === null ? u : conv(o, weight(spec.shortcut), spec.stride);
    records.push({ spec, u, o, h, a, bn1, bn2 });
    u = tf.add<tf.Tensor4D>(conv(a, weight(spec.conv2), 1), side);
    updateRunning(network, `${spec.name}.bn1`, bn1);
    updateRunning(network, `${spec.name}.bn2`, bn2);
  }
  const head = headGradients(network, u, labels, total);
  gradients.set('linear.weight', head.dWeight).set('linear.bias', head.dBias);
  let du = head.du;
  for (const record of records.reverse()) {
    const before = du;
    du = await backwardBlock(network, record, before, reduce, gradients);
    disposeAll([before, record]);
  }
  gradients.set(`${plan.stem.name}.weight`, filterGradient(input, du, plan.stem.kernel, 1));
  return { loss: head.loss, gradients };
}

async function backwardBlock(
  network: TrainNetwork,
  { spec, u, o, h, a, bn1, bn2 }: BlockRecord,
  dy: tf.Tensor4D,
  reduce: AllReduce,
  gradients: Map<string, tf.Tensor>,
): Promise<tf.Tensor4D> {
  const back = (conv: ConvSpec, dOut: tf.Tensor4D, at: tf.Tensor4D): tf.Tensor4D => {
    const name = `${conv.name}.weight`;
    gradients.set(name, filterGradient(at, dOut, conv.kernel, conv.stride));
    const w = parameter(network, name) as tf.Tensor4D;
    return tidy(() => applyAdjoint(dOut, adjointFilter(w, conv.stride), conv.stride));
  };
  const norm = async (
    name: string,
    x: tf.Tensor4D,
    out: tf.Tensor4D,
    dOut: tf.Tensor4D,
    statistics: BatchStatistics,
  ): Promise<tf.Tensor4D> => {
    const [gamma] = affineOf(network, name);
    const g = await normaliseReluBackward(x, out, dOut, statistics, gamma, reduce);
    gradients.set(`${name}.weight`, g.dGamma).set(`${name}.bias`, g.dBeta);
    return g.dx;
  };
  const dh = await norm(`${spec.name}.bn2`, h, a, back(spec.conv2, dy, a), bn2);
  const main = back(spec.conv1, dh, o);
  const dO = spec.shortcut === null ? main : tf.add<tf.Tensor4D>(main, back(spec.shortcut, dy, o));
  const du = await norm(`${spec.name}.bn1`, u, o, dO, bn1);
  return spec.shortcut === null ? tf.add<tf.Tensor4D>(du, dy) : du;
}

function headGradients(
  network: TrainNetwork,
  u: tf.Tensor4D,
  labels: tf.Tensor1D,
  total: number,
): { loss: tf.Scalar; dWeight: tf.Tensor; dBias: tf.Tensor; du: tf.Tensor4D } {
  return tidy(() => {
    const [b, h, w, c] = u.shape;
    const weight = parameter(network, 'linear.weight') as tf.Tensor2D;
    const pooled = tf.reshape<tf.Rank.R2>(tf.avgPool(u, [h, w], 1, 'valid'), [b, c]);
    const logits = tf.add(tf.matMul(pooled, weight), parameter(network, 'linear.bias'));
    const truth = tf.oneHot(tf.cast(labels, 'int32'), weight.shape[1]);
    const shifted = tf.sub(logits, tf.max(logits, 1, true));
    const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true));
    const logP = tf.sub(shifted, logSum);
    const loss = tf.div<tf.Scalar>(tf.neg(tf.sum(tf.mul(logP, truth))), total);
    const dLogits = tf.div<tf.Tensor2D>(tf.sub(tf.exp(logP), truth), total);
    const dPooled = tf.div(tf.matMul(dLogits, tf.transpose(weight)), h * w);
    const spread = tf.tile<tf.Tensor4D>(tf.reshape<tf.Rank.R4>(dPooled, [b, 1, 1, c]), [
      1,
      h,
      w,
      1,
    ]);
    return {
      loss,
      dWeight: tf.matMul(tf.transpose(pooled), dLogits),
      dBias: tf.sum(dLogits, 0),
      du: spread,
    };
  });
}

/** running ← 0.9·running + 0.1·batch, the variance with n/(n − 1). */
function updateRunning(network: TrainNetwork, name: string, batch: BatchStatistics): void {
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

function parameter(network: TrainNetwork, name: string): tf.Tensor {
  const found = network.parameters.get(name);
  if (found === undefined) throw new Error(`the network has no parameter ${name}`);
  return found;
}

function affineOf(network: TrainNetwork, name: string): [gamma: tf.Tensor1D, beta: tf.Tensor1D] {
  const [gamma, beta] = [parameter(network, `${name}.weight`), parameter(network, `${name}.bias`)];
  return [gamma as tf.Tensor1D, beta as tf.Tensor1D];
}
