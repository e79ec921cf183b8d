/** Eval-mode forward pass: logits, and versions that keep what the input gradient needs. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { conv, convWith, product } from './adjoint.ts';
import { convOf, type EvalNetwork } from './evalNetwork.ts';
import { applyAffine } from './foldedNorm.ts';
import { type ConvSpec, inputLayer, inputsOf, type Layer, neededFor } from './layers.ts';
import { hasKernel } from './kernels.ts';
import { maxPool, maxPoolMask } from './maxPool.ts';
import { type Merged, mergeLayers, NOTHING_MERGED } from './merge.ts';
import { applyTail, type EvalLinear, windowMeans } from './tail.ts';

/**
 * Receives each convolution's output before batch norm, f [B,H,W,C], in execution order. The pass
 * frees f afterwards: keep (tf.keep) anything that must outlive the call.
 */
export type Tap = (spec: ConvSpec, f: tf.Tensor4D) => void;

/**
 * What the way back through each layer depends on, at one input: 1 where a ReLU let pass [B,H,W,C],
 * for a max pool where the maximum was; null for linear layers and those not run.
 */
export type Masks = readonly (tf.Tensor4D | null)[];

interface Walk {
  /** Layers that must run; all they depend on runs, too. */
  readonly until: readonly number[];
  /** Whether the values of `until` are wanted. */
  readonly keep: boolean;
  readonly masks: boolean;
  /** With a tap, convolutions run as they are; without, batch norms are folded into them. */
  readonly tap: Tap | null;
}

interface Walked {
  /** By layer; only those that were to be kept. */
  readonly values: readonly (tf.Tensor4D | null)[];
  readonly masks: Masks;
}

/** Runs the layers in order, each value freed after its last reader. Call inside `tidy`. */
function walk(network: EvalNetwork, x: tf.Tensor4D, { until, keep, masks, tap }: Walk): Walked {
  const { layers } = network.plan;
  const needed = neededFor(layers, until);
  const readersLeft = layers.map((_, i): number => (keep && until.includes(i) ? 1 : 0));
  const values = layers.map((): tf.Tensor4D | null => null);
  for (const [i, layer] of layers.entries())
    if (needed[i] === true)
      for (const from of inputsOf(layer)) readersLeft[from] = (readersLeft[from] ?? 0) + 1;
  const merged =
    tap === null && hasKernel('FmpConv') ? mergeLayers(layers, needed, until) : NOTHING_MERGED;
  const free = (i: number): void => {
    if (readersLeft[i] !== 0) return;
    values[i]?.dispose();
    values[i] = null;
  };
  const found = layers.map((layer, i): tf.Tensor4D | null => {
    if (needed[i] !== true) return null;
    const read = (from: number): tf.Tensor4D => values[from] as tf.Tensor4D;
    const value = run({ network, x, read, tap, merged }, layer, i);
    values[i] = value;
    const mask = masks ? maskOf(layer, value, read) : null;
    free(i);
    for (const from of inputsOf(layer)) {
      readersLeft[from] = (readersLeft[from] ?? 0) - 1;
      free(from);
    }
    return mask;
  });
  return { values, masks: found };
}

/** What a layer runs on. */
interface Running {
  readonly network: EvalNetwork;
  readonly x: tf.Tensor4D;
  readonly read: (from: number) => tf.Tensor4D;
  readonly tap: Tap | null;
  readonly merged: Merged;
}

/** A new tensor: the layer's output. */
function run({ network, x, read, tap, merged }: Running, layer: Layer, index: number): tf.Tensor4D {
  if (merged.passing.has(index) && layer.op !== 'input') return tf.clone(read(layer.from));
  switch (layer.op) {
    case 'input':
      return applyAffine(x, network.normalise, 'linear');
    case 'conv': {
      if (tap === null) return foldedConv(network, layer.conv, read(layer.from));
      const f = mapsOf(network, layer.conv, read(layer.from));
      tap(layer.conv, f);
      return f;
    }
    case 'batchNorm': {
      const before = network.plan.layers[layer.from];
      // Folded into its convolution: what came from there is this layer's value already.
      if (tap === null && before?.op === 'conv' && before.conv.norm === layer.name)
        return tf.clone(read(layer.from));
      const norm = network.norms[index];
      if (norm === null || norm === undefined) throw new Error(`${layer.name} is not compiled`);
      return applyAffine(read(layer.from), norm, layer.relu ? 'relu' : 'linear');
    }
    case 'add': {
      const inOnePass = mergedSum(network, merged, index, read, layer.relu);
      if (inOnePass !== null) return inOnePass;
      const sum = tf.add<tf.Tensor4D>(read(layer.from), read(layer.other));
      if (!layer.relu) return sum;
      const output = tf.relu(sum);
      sum.dispose();
      return output;
    }
    case 'maxPool':
      return maxPool(read(layer.from));
  }
}

/** A residual sum with the layers that are computed with it; null for others. */
function mergedSum(
  network: EvalNetwork,
  merged: Merged,
  index: number,
  read: (from: number) => tf.Tensor4D,
  relu: boolean,
): tf.Tensor4D | null {
  const sum = merged.sums.get(index);
  const layer = network.plan.layers[index];
  if (sum === undefined || layer?.op !== 'add') return null;
  const main = sum.side === layer.other ? layer.from : layer.other;
  const { filter, bias, folded } = convOf(network, sum.conv);
  const norm = sum.norm === null ? null : (network.norms[sum.norm] ?? null);
  const after = sum.norm === null ? null : network.plan.layers[sum.norm];
  return convWith(read(main), folded?.filter ?? filter, sum.conv.stride, {
    ...{ bias: folded?.shift ?? bias, residual: read(sum.side) },
    ...{ scale: norm?.scale ?? null, shift: norm?.shift ?? null },
    relu: after?.op === 'batchNorm' ? after.relu : relu,
  });
}

/** The convolution with its own batch norm and ReLU, if it has one, in one pass. */
function foldedConv(network: EvalNetwork, spec: ConvSpec, x: tf.Tensor4D): tf.Tensor4D {
  const { folded } = convOf(network, spec);
  if (folded === null) return mapsOf(network, spec, x);
  const { activation } = folded;
  const following = { bias: folded.shift, relu: activation === 'relu' };
  return (
    convWith(x, folded.filter, spec.stride, following) ??
    tf.fused.conv2d({
      ...{ x, filter: folded.filter, strides: spec.stride, pad: spec.kernel === 3 ? 1 : 0 },
      ...{ bias: folded.shift, activation },
    })
  );
}

function mapsOf(network: EvalNetwork, spec: ConvSpec, x: tf.Tensor4D): tf.Tensor4D {
  const { filter, bias } = convOf(network, spec);
  return biased(conv(x, filter, spec.stride), bias);
}

function biased(f: tf.Tensor4D, bias: tf.Tensor1D | null): tf.Tensor4D {
  if (bias === null) return f;
  const sum = tf.add<tf.Tensor4D>(f, bias);
  f.dispose();
  return sum;
}

/** One feature map, [B,H',W',1], from the input of its convolution [B,H,W,Ci]. */
export function oneMap(
  network: EvalNetwork,
  spec: ConvSpec,
  channel: number,
  input: tf.Tensor4D,
): tf.Tensor4D {
  return tidy(() => {
    const { filter, bias } = convOf(network, spec);
    const one = tf.slice(filter, [0, 0, 0, channel], [-1, -1, -1, 1]);
    const shift = bias === null ? null : tf.slice(bias, [channel], [1]);
    return biased(conv(input, one, spec.stride), shift);
  });
}

function maskOf(
  layer: Layer,
  value: tf.Tensor4D,
  read: (from: number) => tf.Tensor4D,
): tf.Tensor4D | null {
  if (layer.op === 'maxPool') return maxPoolMask(read(layer.from), value);
  const relu = (layer.op === 'batchNorm' || layer.op === 'add') && layer.relu;
  return relu ? tf.step(value) : null;
}

/** Logits [B, classes] of images x [B,32,32,3] in [0, 1]. */
export function logits(network: EvalNetwork, x: tf.Tensor4D): tf.Tensor2D {
  return tidy(() => {
    const { head, tail, plan } = network;
    const [first, ...others] = head;
    if (first === undefined) throw new Error('the network has no linear layer');
    const last = plan.layers.length - 1;
    const until = tail === null ? [last] : [tail.input, tail.side];
    const { values } = walk(network, x, { until, keep: true, masks: false, tap: null });
    const at = (layer: number): tf.Tensor4D => values[layer] as tf.Tensor4D;
    const output =
      tail === null
        ? linear(windowMeans(at(last), at(last).shape[1]), first)
        : applyTail(tail, first, at(tail.input), at(tail.side));
    return others.reduce((y, layer) => linear(tf.relu(y), layer), output);
  });
}

const linear = (x: tf.Tensor2D, { weight, bias }: EvalLinear): tf.Tensor2D =>
  tf.add(product(x, weight), bias);

/**
 * Forward pass with taps; returns the masks of every layer on the way, owned by the caller.
 * @param convs the pass ends with these; layers that none of them depends on are left out
 */
export function forwardWithTaps(
  network: EvalNetwork,
  x: tf.Tensor4D,
  tap: Tap,
  convs: readonly ConvSpec[] = network.plan.convs,
): Masks {
  return tidy(() => {
    const until = convs.map((spec) => spec.layer);
    return walk(network, x, { until, keep: false, masks: true, tap }).masks;
  });
}

/** The pass stopped at one convolution: its input and the masks on the way, owned by the caller. */
export interface Prefix {
  /** Input of the convolution, [B,h,w,Ci]. */
  readonly input: tf.Tensor4D;
  readonly masks: Masks;
}

/** Runs what `spec` depends on, but not `spec` itself. */
export function forwardTo(network: EvalNetwork, spec: ConvSpec, x: tf.Tensor4D): Prefix {
  return tidy(() => {
    const from = inputLayer(network.plan, spec);
    const walked = walk(network, x, { until: [from], keep: true, masks: true, tap: null });
    return { input: walked.values[from] as tf.Tensor4D, masks: walked.masks };
  });
}

/** Values of some layers, in the order asked for, and the masks on the way to them. */
export interface LayerValues {
  readonly values: readonly tf.Tensor4D[];
  readonly masks: Masks;
}

/**
 * Runs what the layers depend on. A convolution is left out where its batch norm is folded into it:
 * ask for the batch norm. The caller owns the result. @param masks whether the masks are wanted, too
 */
export function layerValues(
  network: EvalNetwork,
  x: tf.Tensor4D,
  layers: readonly number[],
  masks: boolean,
): LayerValues {
  return tidy(() => {
    const walked = walk(network, x, { until: layers, keep: true, masks, tap: null });
    return {
      values: layers.map((layer) => walked.values[layer] as tf.Tensor4D),
      masks: walked.masks,
    };
  });
}
