/**
 * The network in train mode: one step's loss and gradients by hand. Batch norm uses the batch's
 * statistics and updates the running ones as PyTorch does (momentum 0.1, unbiased variance).
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { adjointFilter, applyAdjoint, conv, filterGradient } from './adjoint.ts';
import {
  type AllReduce,
  batchStatistics,
  type BatchStatistics,
  channelSums,
  normalise,
  normaliseBackward,
} from './batchNorm.ts';
import type { BatchNormLayer, ConvSpec, Layer } from './layers.ts';
import { maxPool, maxPoolGradient, maxPoolMask } from './maxPool.ts';
import { headStep } from './trainHead.ts';
import { parameter, type TrainNetwork, updateRunning } from './trainState.ts';

export interface StepResult {
  /** Mean cross-entropy over the whole batch, before the update. */
  readonly loss: tf.Scalar;
  /** Of this worker's images, before the update, [B, classes]. */
  readonly logits: tf.Tensor2D;
  /**
   * By PyTorch name, in the layout of `parameters`. Those of batch norm are sums over all workers,
   * the others are this worker's part of them.
   */
  readonly gradients: Map<string, tf.Tensor>;
}

/** By layer: what to add to the gradient at its output [B,H,W,C], from that output. */
export type GradientTaps = ReadonlyMap<number, (value: tf.Tensor4D) => tf.Tensor4D>;

/** What a step does beside or instead of the plain one. */
export interface StepOptions {
  /** `norms`: convolutions get no gradients, which saves a third of the work. */
  readonly wanted?: 'all' | 'norms';
  readonly taps?: GradientTaps;
}

/** One step on its way: forward values, then the gradients at them, by layer. */
interface Step {
  readonly network: TrainNetwork;
  readonly total: number;
  readonly reduce: AllReduce;
  readonly options: StepOptions;
  readonly values: tf.Tensor4D[];
  readonly statistics: Map<string, BatchStatistics>;
  readonly arriving: (tf.Tensor4D | undefined)[];
  readonly gradients: Map<string, tf.Tensor>;
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
  options: StepOptions = {},
): Promise<StepResult> {
  const step: Step = {
    ...{ network, total, reduce, options, values: [], statistics: new Map() },
    ...{ arriving: [], gradients: new Map<string, tf.Tensor>() },
  };
  const { layers } = network.plan;
  for (const layer of layers) step.values.push(await forwardOne(step, layer, x));
  const last = layers.length - 1;
  const { loss, logits, gradients, du } = headStep(network, valueOf(step, last), labels, total);
  for (const [name, gradient] of gradients) step.gradients.set(name, gradient);
  step.arriving[last] = du;
  for (const [i, layer] of [...layers.entries()].reverse()) {
    const tap = options.taps?.get(i);
    if (tap !== undefined) send(step, i, tap(valueOf(step, i)));
    await backwardOne(step, layer, i);
    // All that reads this layer's output has been passed.
    tf.dispose([valueOf(step, i), step.arriving[i] ?? []]);
  }
  return { loss, logits, gradients: step.gradients };
}

async function forwardOne(step: Step, layer: Layer, x: tf.Tensor4D): Promise<tf.Tensor4D> {
  const { network } = step;
  switch (layer.op) {
    case 'input':
      return tidy(() => {
        const { mean, std } = network.normalisation;
        return tf.div<tf.Tensor4D>(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...std]));
      });
    case 'conv':
      return tidy(() => {
        const { name, stride, bias } = layer.conv;
        const f = conv(valueOf(step, layer.from), filterOf(network, layer.conv), stride);
        return bias ? tf.add<tf.Tensor4D>(f, parameter(network, `${name}.bias`)) : f;
      });
    case 'batchNorm': {
      const u = valueOf(step, layer.from);
      const statistics = await batchStatistics(u, step.total, step.reduce);
      step.statistics.set(layer.name, statistics);
      updateRunning(network, layer.name, statistics);
      const activation = layer.relu ? 'relu' : 'linear';
      return normalise(u, statistics, ...affineOf(network, layer), activation);
    }
    case 'add':
      return tidy(() => {
        const sum = tf.add<tf.Tensor4D>(valueOf(step, layer.from), valueOf(step, layer.other));
        return layer.relu ? tf.relu(sum) : sum;
      });
    case 'maxPool':
      return maxPool(valueOf(step, layer.from));
  }
}

/** Adds the layer's parameter gradients and hands the gradient at its output on to its inputs. */
async function backwardOne(step: Step, layer: Layer, index: number): Promise<void> {
  const { gradients, network } = step;
  const dOut = step.arriving[index];
  if (layer.op === 'input' || dOut === undefined) return;
  const output = valueOf(step, index);
  switch (layer.op) {
    case 'conv': {
      const { name, stride, kernel, bias } = layer.conv;
      if (step.options.wanted !== 'norms') {
        const input = valueOf(step, layer.from);
        gradients.set(`${name}.weight`, filterGradient(input, dOut, kernel, stride));
        if (bias) gradients.set(`${name}.bias`, channelSums(dOut));
      }
      if (layer.from === 0) return;
      const w = filterOf(network, layer.conv);
      send(
        step,
        layer.from,
        tidy(() => applyAdjoint(dOut, adjointFilter(w, stride), stride)),
      );
      return;
    }
    case 'batchNorm': {
      const statistics = step.statistics.get(layer.name);
      if (statistics === undefined) throw new Error(`${layer.name} has not run`);
      const [gamma] = affineOf(network, layer);
      const input = valueOf(step, layer.from);
      const mask = layer.relu ? output : null;
      const g = await normaliseBackward(input, dOut, mask, statistics, gamma, step.reduce);
      gradients.set(`${layer.name}.weight`, g.dGamma).set(`${layer.name}.bias`, g.dBeta);
      send(step, layer.from, g.dx);
      return;
    }
    case 'add': {
      const g = layer.relu
        ? tidy(() => tf.mul<tf.Tensor4D>(dOut, tf.step(output)))
        : tf.clone(dOut);
      send(step, layer.from, tf.clone(g));
      send(step, layer.other, g);
      return;
    }
    case 'maxPool': {
      const input = valueOf(step, layer.from);
      send(
        step,
        layer.from,
        tidy(() => maxPoolGradient(dOut, maxPoolMask(input, output))),
      );
    }
  }
}

/** Adds to the gradient at a layer's output; takes over its argument. */
function send(step: Step, to: number, gradient: tf.Tensor4D): void {
  const before = step.arriving[to];
  step.arriving[to] = before === undefined ? gradient : tf.add<tf.Tensor4D>(before, gradient);
  if (before !== undefined) tf.dispose([before, gradient]);
}

function valueOf(step: Step, layer: number): tf.Tensor4D {
  const value = step.values[layer];
  if (value === undefined) throw new Error(`layer ${String(layer)} has not run`);
  return value;
}

function filterOf(network: TrainNetwork, spec: ConvSpec): tf.Tensor4D {
  return parameter(network, `${spec.name}.weight`) as tf.Tensor4D;
}

function affineOf(
  network: TrainNetwork,
  { name }: BatchNormLayer,
): [gamma: tf.Tensor1D, beta: tf.Tensor1D] {
  const [gamma, beta] = [parameter(network, `${name}.weight`), parameter(network, `${name}.bias`)];
  return [gamma as tf.Tensor1D, beta as tf.Tensor1D];
}
