/** Small networks with weights of both signs, and a plain version of them to compare with. */
import * as tf from '@tensorflow/tfjs-core';
import type { PreActResNetArchitecture } from '../../../src/core/network/architecture.ts';
import type { Normalisation } from '../../../src/core/network/evalNetwork.ts';
import { type NetworkPlan, planNetwork } from '../../../src/core/network/plan.ts';
import { normParameters, type StateDict } from '../../../src/core/network/stateDict.ts';
import { createRandom } from '../../../src/core/random.ts';
import { randomWeights } from '../../support/weights.ts';

export const NORMALISATION: Normalisation = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };

export function tinyPlan(
  width: number,
  blocks: readonly number[],
  classes = 3,
): NetworkPlan<PreActResNetArchitecture> {
  return planNetwork({ family: 'PreActResNet', width, blocks, classes });
}

/** One of each other family, with every kind of layer that it can have. */
export const OTHER_PLANS: readonly NetworkPlan[] = [
  planNetwork({
    ...{ family: 'ResNet', width: 2, blocks: [1, 2], classes: 3 },
    ...{ shortcut: 'downsample', linear: 'fc' },
  }),
  planNetwork({ family: 'WideResNet', stem: 2, width: 3, blocks: [1, 2, 1], classes: 3 }),
  planNetwork({
    ...{ family: 'VggBn', stages: [[2], [3, 2], [3]], bias: true, classes: 3 },
    ...{ linears: ['classifier.1', 'classifier.4'], hidden: [5] },
  }),
];

/** Filters and shifts in [-0.5, 0.5); scales of both signs; running variances stay positive. */
export function signedWeights(plan: NetworkPlan, seed = 1): StateDict {
  const norms = normParameters(plan);
  return new Map(
    [...randomWeights(plan, seed)].map(([name, { shape, data }]) => {
      if (name.endsWith('running_var')) return [name, { shape, data }];
      const scale = norms.has(name) && name.endsWith('.weight');
      return [name, { shape, data: data.map((v, i) => (scale ? (i % 3 === 2 ? -v : v) : v - 1)) }];
    }),
  );
}

/** float32 [n,32,32,3] in [0, 1]. */
export function randomPixels(n: number, seed = 1): Float32Array {
  const random = createRandom(seed, 'pixels');
  return Float32Array.from({ length: n * 32 * 32 * 3 }, () => random.uniform());
}

export function imagesOf(pixels: Float32Array): tf.Tensor4D {
  return tf.tensor4d(pixels, [pixels.length / (32 * 32 * 3), 32, 32, 3]);
}

/** Tensors of the plain network by name: filters [k,k,Ci,Co], linear weights [C, outputs]. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

export function plainParameters(weights: StateDict): Parameters {
  return Object.fromEntries(
    [...weights].map(([name, { shape, data }]) => {
      const stored = tf.tensor(data, [...shape]);
      if (shape.length === 4) return [name, tf.transpose(stored, [2, 3, 1, 0])];
      return [name, shape.length === 2 ? tf.transpose(stored) : stored];
    }),
  );
}

/** gamma·(x − mean)/sqrt(variance + 1e-5) + beta by the statistics of the mode. */
type Norm = (name: string, x: tf.Tensor4D) => tf.Tensor4D;

export function plainNorm(p: Parameters, mode: 'eval' | 'train'): Norm {
  return (name, x) => {
    const at = (part: string): tf.Tensor => p[`${name}.${part}`] as tf.Tensor;
    const batch = mode === 'train' ? tf.moments(x, [0, 1, 2]) : null;
    const centred = tf.sub(x, batch?.mean ?? at('running_mean'));
    const deviation = tf.sqrt(tf.add(batch?.variance ?? at('running_var'), 1e-5));
    return tf.add(tf.mul(tf.div(centred, deviation), at('weight')), at('bias'));
  };
}

/** Every convolution's output in execution order, and the logits, operation by operation. */
export function plainForward(
  plan: NetworkPlan,
  p: Parameters,
  x: tf.Tensor4D,
  mode: 'eval' | 'train' = 'eval',
): { outputs: tf.Tensor4D[]; logits: tf.Tensor2D } {
  const outputs: tf.Tensor4D[] = [];
  const norm = plainNorm(p, mode);
  const values: tf.Tensor4D[] = [];
  const at = (layer: number): tf.Tensor4D => values[layer] as tf.Tensor4D;
  for (const layer of plan.layers) {
    const relu = (y: tf.Tensor4D): tf.Tensor4D => ('relu' in layer && layer.relu ? tf.relu(y) : y);
    if (layer.op === 'input') {
      const { mean, std } = NORMALISATION;
      values.push(tf.div(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...std])));
    } else if (layer.op === 'conv') {
      const { name, stride, kernel } = layer.conv;
      const filter = p[`${name}.weight`] as tf.Tensor4D;
      const f = tf.conv2d(at(layer.from), filter, stride, kernel === 3 ? 1 : 0);
      const bias = p[`${name}.bias`];
      outputs.push(bias === undefined ? f : tf.add(f, bias));
      values.push(outputs.at(-1) as tf.Tensor4D);
    } else if (layer.op === 'batchNorm') values.push(relu(norm(layer.name, at(layer.from))));
    else if (layer.op === 'add') values.push(relu(tf.add(at(layer.from), at(layer.other))));
    else values.push(tf.maxPool(at(layer.from), 2, 2, 'valid'));
  }
  let y = tf.mean<tf.Tensor2D>(values.at(-1) as tf.Tensor4D, [1, 2]);
  for (const [i, { name }] of plan.head.entries()) {
    const input = i === 0 ? y : tf.relu(y);
    y = tf.add(
      tf.matMul(input, p[`${name}.weight`] as tf.Tensor2D),
      p[`${name}.bias`] as tf.Tensor,
    );
  }
  return { outputs, logits: y };
}
