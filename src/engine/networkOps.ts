/** What a compute worker does with a network beside FRG: images in, numbers out. */
import * as tf from '@tensorflow/tfjs-core';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { toFloat } from '../core/augment.ts';
import type { FineTuneInput } from '../core/fineTune.ts';
import { countRight } from '../core/defenses/evaluate.ts';
import { createContext, type ReverseContext } from '../core/frg/reverse.ts';
import { disposeAll, tidy } from '../core/memory.ts';
import type { EvalNetwork } from '../core/network/evalNetwork.ts';
import { forwardWithTaps, logits } from '../core/network/forward.ts';
import { type ConvSpec, locateMap } from '../core/network/plan.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { FrgImages } from './computeContract.ts';
import { halved } from './webgpu/half.ts';

/** Images per forward pass: large enough to keep a core busy, small enough for its cache. */
export const FORWARD_BATCH = 32;

/** uint8 images from `from` on, at most one batch of them, as float32 in [0, 1]. */
export function batchTensor(images: Uint8Array, from: number): tf.Tensor4D {
  const part = images.subarray(from * IMAGE_VALUES, (from + FORWARD_BATCH) * IMAGE_VALUES);
  return imageTensor(toFloat(part));
}

export function imageTensor(values: Float32Array): tf.Tensor4D {
  return tf.tensor4d(values, [values.length / IMAGE_VALUES, 32, 32, 3]);
}

export function contextOf(network: EvalNetwork, { x, x0 }: FrgImages): ReverseContext {
  return createContext(network, imageTensor(x), imageTensor(x0));
}

/** Predicted classes of images [B,32,32,3] in [0, 1], [B]; owned by the caller. */
export function classesOf(network: EvalNetwork, images: tf.Tensor4D): tf.Tensor1D {
  return tidy(() =>
    tf.argMax(
      halved(() => logits(network, images)),
      1,
    ),
  );
}

/** Runs of maps that belong to the same convolution. */
export function byConvolution(
  network: EvalNetwork,
  maps: readonly number[],
): (readonly [ConvSpec, number[]])[] {
  const runs: (readonly [ConvSpec, number[]])[] = [];
  for (const map of maps) {
    const { conv, channel } = locateMap(network.plan, map);
    const last = runs.at(-1);
    if (last?.[0] === conv) last[1].push(channel);
    else runs.push([conv, [channel]]);
  }
  return runs;
}

/** Σ over images of the mean |f(b) − f(a)| over positions, for every feature map, [maps]. */
export function activationChanges(
  network: EvalNetwork,
  a: tf.Tensor4D,
  b: tf.Tensor4D,
): tf.Tensor1D {
  const before: tf.Tensor4D[] = [];
  const changes: tf.Tensor1D[] = [];
  disposeAll(forwardWithTaps(network, a, (_, f) => before.push(tf.keep(tf.clone(f)))));
  disposeAll(
    forwardWithTaps(network, b, (spec, f) => {
      const change = tf.abs(tf.sub(f, before[spec.order] as tf.Tensor4D));
      changes.push(tf.keep(tf.sum<tf.Tensor1D>(tf.mean(change, [1, 2]), 0)));
    }),
  );
  const all = tf.concat(changes);
  disposeAll([a, b, before, changes]);
  return all;
}

/** Correct predictions of this worker's part of the validation images. */
export async function partRight(
  { plan, normalisation }: FineTuneInput,
  weights: StateDict,
  validation: LabelledImages,
  { index, count }: { readonly index: number; readonly count: number },
): Promise<number> {
  const n = validation.labels.length;
  const [begin, end] = [index, index + 1].map((part) => Math.floor((n * part) / count));
  const network = { plan, normalisation, weights };
  const hits = countRight(network, validation, [begin ?? 0, end ?? n], FORWARD_BATCH);
  let right = 0;
  for await (const step of hits) right = step.right;
  return right;
}
