/**
 * Feature Reverse Generation (Algorithm 1): for feature map i, the image within ε of x that changes
 * f_i most, by one or more signed gradient steps on ‖f_i(x) − f_i(z)‖².
 */
import * as tf from '@tensorflow/tfjs-core';
import { disposeAll, tidy } from '../memory.ts';
import { convOf, type EvalNetwork } from '../network/evalNetwork.ts';
import { forwardTo, forwardWithTaps, type Masks, oneMap } from '../network/forward.ts';
import { inputGradient } from '../network/inputGradient.ts';
import { hasKernel, runKernel } from '../network/kernels.ts';
import type { ConvSpec } from '../network/layers.ts';
import { blur } from './smoothing.ts';

export interface ReverseConfig {
  readonly variant: 'projected' | 'released';
  /** Bound of the perturbation, pixels in [0, 1]. */
  readonly eps: number;
  /** Step size of multi-step FRG, pixels. */
  readonly alpha: number;
  readonly steps: number;
  /** Standard deviation of the Gaussian that blurs every gradient, pixels; absent: none does. */
  readonly smoothing?: number;
}

/**
 * What all feature maps share: both forward passes. The first gradient of every map comes from
 * here, at the cost of two passes in all.
 */
export interface ReverseContext {
  /** Clean images and the noisy start x0 = clamp(x + n, 0, 1), [N,32,32,3]. */
  readonly x: tf.Tensor4D;
  readonly x0: tf.Tensor4D;
  /** f(x) per convolution, [N,h,w,C]; needed from the second step on. Null where not made. */
  readonly clean: CleanMaps;
  /** 2·(f(x0) − f(x)) per convolution: ∂‖f_i(x) − f_i(z)‖² / ∂f_i(z) at z = x0. */
  readonly upstream: readonly (tf.Tensor4D | null)[];
  /** Masks at x0 of every layer on the way. */
  readonly masks: Masks;
}

/** f(x) per convolution, [N,h,w,C]; null where not made. */
export type CleanMaps = readonly (tf.Tensor4D | null)[];

/** f(x) of these convolutions; owned by the caller. */
export function cleanMaps(
  network: EvalNetwork,
  x: tf.Tensor4D,
  convs: readonly ConvSpec[] = network.plan.convs,
): CleanMaps {
  const clean = network.plan.convs.map((): tf.Tensor4D | null => null);
  const tap = (spec: ConvSpec, f: tf.Tensor4D): void => {
    if (convs.includes(spec)) clean[spec.order] = tf.keep(tf.clone(f));
  };
  disposeAll(forwardWithTaps(network, x, tap, convs));
  return clean;
}

/**
 * Takes over x, x0 and f(x); free with `disposeContext`.
 * @param convs whose maps will be looked at
 */
export function createContext(
  network: EvalNetwork,
  x: tf.Tensor4D,
  x0: tf.Tensor4D,
  convs: readonly ConvSpec[] = network.plan.convs,
  clean: CleanMaps = cleanMaps(network, x, convs),
): ReverseContext {
  const upstream = network.plan.convs.map((): tf.Tensor4D | null => null);
  const tap = (spec: ConvSpec, f: tf.Tensor4D): void => {
    const before = clean[spec.order];
    if (before != null) upstream[spec.order] = tf.keep(tf.mul<tf.Tensor4D>(tf.sub(f, before), 2));
  };
  const masks = forwardWithTaps(network, x0, tap, convs);
  return { x, x0, clean, upstream, masks };
}

export function disposeContext(context: ReverseContext): void {
  disposeAll(context);
}

/** Gradient of map (spec, channel)'s loss at x0, [channels·N,32,32,3] (Algorithm 1, line 18). */
export function firstGradient(
  network: EvalNetwork,
  context: ReverseContext,
  spec: ConvSpec,
  channels: readonly number[],
): tf.Tensor4D {
  const value = context.upstream[spec.order] as tf.Tensor4D;
  return inputGradient(network, spec, channels, { kind: 'shared', value }, context.masks);
}

/**
 * FRG images of feature maps `channels` of one convolution: [channels·N,32,32,3] in [0, 1],
 * channel-major; owned by the caller. Yields after each step so that the caller can pause or stop
 * (call `return()` on the generator: it frees what it holds).
 */
export function* reverse(
  network: EvalNetwork,
  context: ReverseContext,
  spec: ConvSpec,
  channels: readonly number[],
  config: ReverseConfig,
): Generator<void, tf.Tensor4D> {
  const { alpha, steps, variant, smoothing } = config;
  // As tensors hold it: WASM does not clip between bounds that differ in double precision only.
  const eps = Math.fround(config.eps);
  // The kernel of a step reads the images again for every map.
  const copies = hasKernel('FmpFrgStep') ? 1 : channels.length;
  const x = repeat(context.x, copies);
  let z = repeat(context.x0, copies);
  let finished = false;
  try {
    for (let t = 0; t < steps; t++) {
      const next = tidy(() => {
        const sharp =
          t === 0
            ? firstGradient(network, context, spec, channels)
            : gradientAt(network, context, spec, channels, z);
        const g = smoothing === undefined ? sharp : blur(sharp, smoothing);
        const plain = variant === 'released' || steps === 1;
        const start = variant === 'released' ? z : x;
        return plain ? step(start, g, eps) : projectedStep(x, z, g, alpha, eps);
      });
      z.dispose();
      z = next;
      yield;
    }
    finished = true;
    return z;
  } finally {
    x.dispose();
    if (!finished) z.dispose();
  }
}

/** Gradient of each map's loss at its own images z, [channels·N,32,32,3]. */
function gradientAt(
  network: EvalNetwork,
  context: ReverseContext,
  spec: ConvSpec,
  channels: readonly number[],
  z: tf.Tensor4D,
): tf.Tensor4D {
  const n = context.x.shape[0];
  const clean = context.clean[spec.order] as tf.Tensor4D;
  if (hasKernel('FmpUpstream')) return gradientOfAll(network, clean, spec, channels, z);
  // Each map has its own images and masks, so maps go through one by one.
  const gradients = channels.map((channel, i) =>
    tidy(() => {
      const images = tf.slice(z, [i * n, 0, 0, 0], [n, -1, -1, -1]);
      const { input, masks } = forwardTo(network, spec, images);
      const f = oneMap(network, spec, channel, input);
      const change = tf.sub(f, channelOf(clean, channel));
      const value = tf.mul<tf.Tensor4D>(change, 2);
      return inputGradient(network, spec, [channel], { kind: 'own', value }, masks);
    }),
  );
  return gradients.length === 1 ? (gradients[0] as tf.Tensor4D) : tf.concat(gradients, 0);
}

/** The same where the backend serves each image its own map: all maps at once. */
function gradientOfAll(
  network: EvalNetwork,
  clean: tf.Tensor4D,
  spec: ConvSpec,
  channels: readonly number[],
  z: tf.Tensor4D,
): tf.Tensor4D {
  const { input, masks } = forwardTo(network, spec, z);
  const { filter, bias } = convOf(network, spec);
  const numbers = tf.tensor1d([...channels], 'int32');
  const operands = { input, filter, bias, channels: numbers, clean };
  const value = runKernel('FmpUpstream', operands, { stride: spec.stride });
  if (value === null) throw new Error('the backend has no FmpUpstream');
  return inputGradient(network, spec, channels, { kind: 'own', value }, masks);
}

/** clamp(from + size·sign(g), 0, 1). */
function step(from: tf.Tensor4D, g: tf.Tensor4D, size: number): tf.Tensor4D {
  return (
    runKernel('FmpFrgStep', { from, x: null, g }, { size, bound: 0 }) ??
    clamp01(tf.add(from, tf.mul(sign(g), size)))
  );
}

/** A step of size alpha, at most eps away from x. */
function projectedStep(
  x: tf.Tensor4D,
  z: tf.Tensor4D,
  g: tf.Tensor4D,
  alpha: number,
  eps: number,
): tf.Tensor4D {
  const whole = runKernel('FmpFrgStep', { from: z, x, g }, { size: alpha, bound: eps });
  if (whole !== null) return whole;
  const moved = tf.sub(tf.add(z, tf.mul(sign(g), alpha)), x);
  return clamp01(tf.add(x, tf.clipByValue(moved, -eps, eps)));
}

const channelOf = (f: tf.Tensor4D, channel: number): tf.Tensor4D =>
  tf.slice(f, [0, 0, 0, channel], [-1, -1, -1, 1]);

const clamp01 = (x: tf.Tensor4D): tf.Tensor4D => tf.clipByValue(x, 0, 1);

const repeat = (x: tf.Tensor4D, times: number): tf.Tensor4D =>
  times === 1 ? tf.clone(x) : tf.tile(x, [times, 1, 1, 1]);

/** sign(g) with sign(0) = 0; two steps are several times faster than the sign kernel on WASM. */
const sign = (g: tf.Tensor4D): tf.Tensor4D => tf.sub(tf.step(g), tf.step(tf.neg(g)));
