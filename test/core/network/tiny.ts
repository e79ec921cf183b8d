/** Small networks with weights of both signs, and a plain version of them to compare with. */
import * as tf from '@tensorflow/tfjs-core';
import type { Normalisation } from '../../../src/core/network/evalNetwork.ts';
import { type ConvSpec, type NetworkPlan, planNetwork } from '../../../src/core/network/plan.ts';
import type { StateDict } from '../../../src/core/network/stateDict.ts';
import { createRandom } from '../../../src/core/random.ts';
import { randomWeights } from '../../support/weights.ts';

export const NORMALISATION: Normalisation = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] };

export function tinyPlan(width: number, blocks: readonly number[], classes = 3): NetworkPlan {
  return planNetwork({ family: 'PreActResNet', width, blocks, classes });
}

/** Filters and shifts in [-0.5, 0.5); scales of both signs; running variances stay positive. */
export function signedWeights(plan: NetworkPlan, seed = 1): StateDict {
  return new Map(
    [...randomWeights(plan, seed)].map(([name, { shape, data }]) => {
      if (name.endsWith('running_var')) return [name, { shape, data }];
      const norm = /bn\d\.weight$/.test(name);
      return [name, { shape, data: data.map((v, i) => (norm ? (i % 3 === 2 ? -v : v) : v - 1)) }];
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

/** Tensors of the plain network by name: filters [k,k,Ci,Co], linear.weight [C, classes]. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

export function plainParameters(plan: NetworkPlan, weights: StateDict): Parameters {
  const convs = new Set(plan.convs.map((spec) => `${spec.name}.weight`));
  return Object.fromEntries(
    [...weights].map(([name, { shape, data }]) => {
      const stored = tf.tensor(data, [...shape]);
      if (convs.has(name)) return [name, tf.transpose(stored, [2, 3, 1, 0])];
      return [name, name === 'linear.weight' ? tf.transpose(stored) : stored];
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
  const conv = (spec: ConvSpec, input: tf.Tensor4D): tf.Tensor4D => {
    const filter = p[`${spec.name}.weight`] as tf.Tensor4D;
    const output = tf.conv2d(input, filter, spec.stride, spec.kernel === 3 ? 1 : 0);
    outputs[spec.order] = output;
    return output;
  };
  const { mean, std } = NORMALISATION;
  let u = conv(plan.stem, tf.div(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...std])));
  for (const { name, shortcut, conv1, conv2 } of plan.blocks) {
    const o = tf.relu(norm(`${name}.bn1`, u));
    const side = shortcut === null ? u : conv(shortcut, o);
    const main = conv(conv2, tf.relu(norm(`${name}.bn2`, conv(conv1, o))));
    u = tf.add(main, side);
  }
  const pooled = tf.mean<tf.Tensor2D>(u, [1, 2]);
  const linear = p['linear.weight'] as tf.Tensor2D;
  return { outputs, logits: tf.add(tf.matMul(pooled, linear), p['linear.bias'] as tf.Tensor1D) };
}
