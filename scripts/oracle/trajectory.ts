/** The images that multi-step FRG goes through for one feature map. */
import type * as tf from '@tensorflow/tfjs-core';
import {
  createContext,
  disposeContext,
  firstGradient,
  reverse,
  type ReverseConfig,
  type ReverseContext,
} from '../../src/core/frg/reverse.ts';
import type { EvalNetwork } from '../../src/core/network/evalNetwork.ts';
import type { ConvSpec } from '../../src/core/network/plan.ts';
import { imageTensor, take } from './context.ts';
import { reluTies, signTies } from './ties.ts';

/** One feature map and what its FRG works on. */
export interface MapRun {
  readonly network: EvalNetwork;
  readonly frg: ReverseContext;
  readonly spec: ConvSpec;
  readonly channel: number;
  readonly config: Pick<ReverseConfig, 'eps' | 'alpha' | 'steps'>;
}

/** The point z_t that the step t + 1 starts from. */
export interface Point {
  /** float32 [N,32,32,3]. */
  readonly images: Float32Array;
  /** Per image: whether a ReLU or the gradient's sign was at a tie here or at an earlier point. */
  readonly ties: readonly boolean[];
}

/** z_0 = x0 … z_(steps − 1). */
export async function* trajectory(one: MapRun): AsyncGenerator<Point, void, void> {
  let ties: readonly boolean[] = [];
  for (let t = 0; t < one.config.steps; t++) {
    const images = await pointAfter(one, t);
    const z = imageTensor(images, 0, images.length);
    const relus = await reluTies(one.network, one.spec, z);
    z.dispose();
    const signs = signTies(await gradientAt(one, images), relus.length);
    ties = relus.map((tie, i) => tie || signs[i] === true || ties[i] === true);
    yield { images, ties };
  }
}

/** Gradient of the map's loss at z, [N,32,32,3]. */
export async function gradientAt(one: MapRun, z: Float32Array): Promise<Float32Array> {
  const { network, frg, spec, channel } = one;
  const context = createContext(network, frg.x.clone(), imageTensor(z, 0, frg.x.shape[0]));
  const gradient = await take(firstGradient(network, context, spec, [channel]));
  disposeContext(context);
  return gradient;
}

/** Images of one variant; owned by nobody. */
export function runReverse(one: MapRun, config: ReverseConfig): Promise<Float32Array> {
  return take(finish(reverse(one.network, one.frg, one.spec, [one.channel], config)));
}

/** Runs a reverse generator to its end. */
export function finish(steps: Generator<void, tf.Tensor4D>): tf.Tensor4D {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** z_t by `reverse`, whose single step is another one: that of alpha is taken here. */
async function pointAfter(one: MapRun, t: number): Promise<Float32Array> {
  const { eps, alpha } = one.config;
  if (t > 1) return runReverse(one, { variant: 'projected', eps, alpha, steps: t });
  const x0 = await one.frg.x0.data<'float32'>();
  if (t === 0) return x0;
  const x = await one.frg.x.data<'float32'>();
  const gradient = await gradientAt(one, x0);
  return x.map((value, i) => {
    const moved = (x0[i] ?? 0) + alpha * Math.sign(gradient[i] ?? 0) - value;
    return clamp01(value + Math.min(eps, Math.max(-eps, moved)));
  });
}

export const clamp01 = (value: number): number => Math.min(1, Math.max(0, value));
