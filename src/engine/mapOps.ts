/** What a compute worker does with a single feature map, beside the sweep. */
import * as tf from '@tensorflow/tfjs-core';
import { toFloat } from '../core/augment.ts';
import {
  cleanMaps,
  createContext,
  disposeContext,
  reverse,
  type ReverseConfig,
  type ReverseContext,
} from '../core/frg/reverse.ts';
import { disposeAll, tidy } from '../core/memory.ts';
import type { EvalNetwork } from '../core/network/evalNetwork.ts';
import { logits } from '../core/network/forward.ts';
import { type ConvSpec, locateMap } from '../core/network/plan.ts';
import type { CurveAnswer, CurveRequest, FrgImages, InspectedMap } from './computeContract.ts';
import { imageTensor } from './networkOps.ts';

/** FRG of one feature map on one image, with what there is to see of it. */
export async function inspectOne(
  network: EvalNetwork,
  { map, x, x0, config }: FrgImages & { readonly map: number; readonly config: ReverseConfig },
): Promise<InspectedMap> {
  const { conv, channel } = locateMap(network.plan, map);
  const context = createContext(network, imageTensor(x), imageTensor(x0), [conv]);
  const image = reversed(network, context, conv, channel, config);
  const after = tapOne(network, conv, channel, image);
  const before = channelOf(context.clean[conv.order] ?? null, channel);
  const probabilities = tidy(() => tf.softmax(logits(network, image)));
  disposeContext(context);
  const tensors = [before, after, image, probabilities];
  const [clean, perturbed, result, odds] = (await Promise.all(
    tensors.map((t) => t.data<'float32'>()),
  )) as [Float32Array, Float32Array, Float32Array, Float32Array];
  disposeAll(tensors);
  return { clean, perturbed, result, probabilities: odds };
}

/** FRG of one feature map on all images, at one setting after the other. */
export async function curveOf(
  network: EvalNetwork,
  { map, x, settings }: CurveRequest,
  alive: () => Promise<void>,
): Promise<readonly CurveAnswer[]> {
  const { conv, channel } = locateMap(network.plan, map);
  const images = imageTensor(x);
  const maps = cleanMaps(network, images, [conv]);
  const before = channelOf(maps[conv.order] ?? null, channel);
  const answers: CurveAnswer[] = [];
  try {
    for (const { x0, config } of settings) {
      // Each context frees its own handles of what they share.
      const [shared, clean] = [
        tf.clone(images),
        maps.map((f) => (f === null ? null : tf.clone(f))),
      ];
      const context = createContext(network, shared, imageTensor(x0), [conv], clean);
      const result = reversed(network, context, conv, channel, config);
      disposeContext(context);
      answers.push(await answer(network, conv, channel, before, result));
      await alive();
    }
  } finally {
    disposeAll([images, maps, before]);
  }
  return answers;
}

/** What becomes of the map and the predictions on x'; frees x'. */
async function answer(
  network: EvalNetwork,
  conv: ConvSpec,
  channel: number,
  before: tf.Tensor4D,
  result: tf.Tensor4D,
): Promise<CurveAnswer> {
  const after = tapOne(network, conv, channel, result);
  const numbers = tidy(() => {
    const change = tf.mean(tf.abs(tf.sub(after, before)));
    const { variance } = tf.moments(before);
    return tf.stack([change, tf.sqrt(variance)]);
  });
  const classes = tidy(() => tf.argMax(logits(network, result), 1));
  const [[change = 0, deviation = 0], predictions] = await Promise.all([
    numbers.data<'float32'>(),
    classes.data<'int32'>(),
  ]);
  disposeAll([after, numbers, classes, result]);
  return {
    predictions: Int16Array.from(predictions),
    change: deviation > 0 ? change / deviation : null,
  };
}

/** One feature map on uint8 images, [n, size, size]. */
export async function tapImages(
  network: EvalNetwork,
  { map, images }: { readonly map: number; readonly images: Uint8Array },
): Promise<Float32Array> {
  const { conv, channel } = locateMap(network.plan, map);
  const x = imageTensor(toFloat(images));
  const values = tapOne(network, conv, channel, x);
  const result = await values.data<'float32'>();
  disposeAll([x, values]);
  return result;
}

/** x' of one feature map, to the end without a pause. */
function reversed(
  network: EvalNetwork,
  context: ReverseContext,
  conv: ConvSpec,
  channel: number,
  config: ReverseConfig,
): tf.Tensor4D {
  const steps = reverse(network, context, conv, [channel], config);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** One feature map on images [N,32,32,3]: [N,h,w,1]. */
function tapOne(
  network: EvalNetwork,
  conv: ConvSpec,
  channel: number,
  images: tf.Tensor4D,
): tf.Tensor4D {
  const maps = cleanMaps(network, images, [conv]);
  const one = channelOf(maps[conv.order] ?? null, channel);
  disposeAll(maps);
  return one;
}

/** [N,h,w,1] of the maps of one convolution, [N,h,w,C]. */
function channelOf(maps: tf.Tensor4D | null, channel: number): tf.Tensor4D {
  if (maps === null) throw new Error('these feature maps were not made');
  return tf.slice(maps, [0, 0, 0, channel], [-1, -1, -1, 1]);
}
