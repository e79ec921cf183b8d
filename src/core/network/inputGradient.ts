/**
 * Gradient of one feature map with respect to the image, by hand: the eval-mode network is
 * piecewise linear, so the backward pass is adjoint convolutions and the forward pass's masks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from '../memory.ts';
import { applyAdjoint, applyAdjointWith } from './adjoint.ts';
import { convOf, type EvalNetwork } from './evalNetwork.ts';
import type { Masks } from './forward.ts';
import { hasKernel, runKernel } from './kernels.ts';
import { type ConvSpec, inputLayer, readersOf } from './layers.ts';
import { applyMask } from './mask.ts';
import { maxPoolGradient } from './maxPool.ts';

/** The gradient arriving at feature maps of one convolution. */
export interface Upstream {
  /** `shared`: [N,h,w,C], at all maps of the convolution; `own`: [maps·N,h,w,1], map by map. */
  readonly kind: 'shared' | 'own';
  readonly value: tf.Tensor4D;
}

/**
 * d/dx of Σ f_c · upstream for channels c of one convolution.
 * @param masks of the layers that the convolution depends on, at batch N, or, where every map has
 * its own images, maps·N
 * @returns [channels.length · N, 32, 32, 3], channel-major, pixel units; owned by the caller
 */
export function inputGradient(
  network: EvalNetwork,
  spec: ConvSpec,
  channels: readonly number[],
  upstream: Upstream,
  masks: Masks,
): tf.Tensor4D {
  return tidy(() => {
    const from = inputLayer(network.plan, spec);
    const start = startKernel(network, spec, channels, upstream, masks);
    if (start !== null)
      return descend(network, from, start, masks, reluMask(network, masks, from) !== null);
    const { adjoint } = convOf(network, spec);
    const [k, , , outputs] = adjoint.shape;
    // With a mask of each map's own images, or on other backends, the layer itself applies it.
    const shared = upstream.kind === 'shared' || channels.length === 1;
    const mask = hasKernel('FmpConv') && shared ? reluMask(network, masks, from) : null;
    const starts = channels.map((channel, i) => {
      const one = tf.slice(adjoint, [0, 0, channel, 0], [k, k, 1, outputs]);
      const value = upstreamOf(upstream, channels, i);
      return (
        applyAdjointWith(value, one, spec.stride, { mask }) ?? applyAdjoint(value, one, spec.stride)
      );
    });
    const all = starts.length === 1 ? (starts[0] as tf.Tensor4D) : tf.concat(starts, 0);
    if (starts.length > 1) tf.dispose(starts);
    return descend(network, from, all, masks, mask !== null);
  });
}

/** [N,h,w,1] of the i-th channel. */
function upstreamOf(
  { kind, value }: Upstream,
  channels: readonly number[],
  i: number,
): tf.Tensor4D {
  if (kind === 'shared') return tf.slice(value, [0, 0, 0, channels[i] ?? 0], [-1, -1, -1, 1]);
  if (channels.length === 1) return value;
  const n = value.shape[0] / channels.length;
  return tf.slice(value, [i * n, 0, 0, 0], [n, -1, -1, -1]);
}

/** The gradient behind the mask of the layer that the convolution reads, for all maps at once. */
function startKernel(
  network: EvalNetwork,
  spec: ConvSpec,
  channels: readonly number[],
  { kind, value }: Upstream,
  masks: Masks,
): tf.Tensor4D | null {
  if (!hasKernel('FmpFirstStep')) return null;
  const mask = reluMask(network, masks, inputLayer(network.plan, spec));
  const numbers = tf.tensor1d([...channels], 'int32');
  const { adjoint } = convOf(network, spec);
  return runKernel(
    'FmpFirstStep',
    { upstream: value, filter: adjoint, channels: numbers, mask },
    { stride: spec.stride, own: kind === 'own' },
  );
}

/** The mask of a layer that ends in a ReLU; null for others. */
function reluMask(network: EvalNetwork, masks: Masks, layer: number): tf.Tensor4D | null {
  return network.plan.layers[layer]?.op === 'maxPool' ? null : (masks[layer] ?? null);
}

/**
 * From the gradient at a layer's output [B,H,W,C] to that at the image [B,32,32,3], pixel units.
 * Takes over `start`. @param masks of the layers up to this one, at batch B
 */
export function gradientFrom(
  network: EvalNetwork,
  layer: number,
  start: tf.Tensor4D,
  masks: Masks,
): tf.Tensor4D {
  return tidy(() => descend(network, layer, start, masks, false));
}

/** Gradients on their way to the image. */
interface Descent {
  readonly network: EvalNetwork;
  readonly masks: Masks;
  /** For each layer, which layers read it. */
  readonly readers: readonly (readonly number[])[];
  /** At the output of each layer, as far as it has arrived. */
  readonly gradients: (tf.Tensor4D | undefined)[];
  /** Layers whose mask has been applied to what has arrived. */
  readonly masked: Set<number>;
}

function descend(
  network: EvalNetwork,
  layer: number,
  start: tf.Tensor4D,
  masks: Masks,
  masked: boolean,
): tf.Tensor4D {
  const readers = readersOf(network.plan.layers);
  const descent: Descent = { network, masks, readers, gradients: [], masked: new Set() };
  descent.gradients[layer] = start;
  if (masked) descent.masked.add(layer);
  for (let i = layer; i > 0; i--) backOne(descent, i);
  return descent.gradients[0] as tf.Tensor4D;
}

/** Hands the gradient at layer i's output on to the layers it reads. */
function backOne(descent: Descent, i: number): void {
  const { network, gradients } = descent;
  const layer = network.plan.layers[i];
  const arrived = gradients[i];
  if (layer === undefined || arrived === undefined) return;
  const mask = descent.masked.has(i) ? null : (descent.masks[i] ?? null);
  /** Takes over its argument. */
  const send = (to: number, gradient: tf.Tensor4D): void => {
    const before = gradients[to];
    gradients[to] = before === undefined ? gradient : tf.add<tf.Tensor4D>(before, gradient);
    if (before !== undefined) tf.dispose([before, gradient]);
  };
  switch (layer.op) {
    case 'input':
      return;
    case 'conv': {
      if (backThrough(descent, i, layer.from, layer.conv, arrived)) break;
      const { through } = convOf(network, layer.conv);
      send(layer.from, applyAdjoint(arrived, through, layer.conv.stride));
      break;
    }
    case 'batchNorm': {
      const g = mask === null ? tf.clone(arrived) : applyMask(arrived, mask);
      const norm = network.norms[i];
      if (norm?.pending === true) {
        send(layer.from, tf.mul(g, tf.reshape(norm.scale, [-1])));
        g.dispose();
      } else send(layer.from, g);
      break;
    }
    case 'add': {
      const g = mask === null ? tf.clone(arrived) : applyMask(arrived, mask);
      send(layer.from, tf.clone(g));
      send(layer.other, g);
      break;
    }
    case 'maxPool':
      if (mask === null) throw new Error(`layer ${String(i)}: the mask is missing`);
      send(layer.from, maxPoolGradient(arrived, mask));
  }
  arrived.dispose();
  gradients[i] = undefined;
}

/**
 * A convolution back to the layer it reads, in one pass with what comes next: the sum with what has
 * arrived there; the mask, if nothing more will arrive; and past a batch norm that only this
 * convolution reads, the sum with what has arrived before it. False on a backend that cannot.
 */
function backThrough(
  { network, masks, readers, gradients, masked }: Descent,
  i: number,
  to: number,
  spec: ConvSpec,
  arrived: tf.Tensor4D,
): boolean {
  const { through } = convOf(network, spec);
  const mask = readers[to]?.[0] === i ? reluMask(network, masks, to) : null;
  const norm = network.plan.layers[to];
  const before = gradients[to] ?? null;
  // Readers come in execution order: the first one is the last to send its gradient.
  const past =
    before === null && mask !== null && norm?.op === 'batchNorm' && readers[norm.from]?.[0] === to
      ? norm.from
      : to;
  const skips = past !== to && network.norms[to]?.pending !== true && gradients[past] !== undefined;
  const residual = skips ? (gradients[past] ?? null) : before;
  const following = { residual, mask, residualLast: skips };
  const sum = applyAdjointWith(arrived, through, spec.stride, following);
  if (sum === null) return false;
  residual?.dispose();
  gradients[skips ? past : to] = sum;
  if (mask !== null && !skips) masked.add(to);
  return true;
}
