/** SGD as PyTorch's torch.optim.SGD: v ← μ·v + (g + λ·w), w ← w − η·v; no dampening, no Nesterov. */
import * as tf from '@tensorflow/tfjs-core';
import { tidy } from './memory.ts';

export interface SgdConfig {
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** One velocity per parameter, zero at first; the caller owns and disposes them. */
export type Velocities = Map<string, tf.Tensor>;

/**
 * Updates parameters and velocities in place (both maps get new tensors, the old are freed).
 * @param keep optional 0/1 tensors by name: after the update a parameter is multiplied by its own
 */
export function sgdStep(
  parameters: Map<string, tf.Tensor>,
  gradients: ReadonlyMap<string, tf.Tensor>,
  velocities: Velocities,
  config: SgdConfig,
  keep: ReadonlyMap<string, tf.Tensor>,
): void {
  const { learningRate, momentum, weightDecay } = config;
  for (const [name, weight] of parameters) {
    const gradient = gradients.get(name);
    if (gradient === undefined) throw new Error(`no gradient for ${name}`);
    const old = velocities.get(name);
    const [velocity, next] = tidy<[tf.Tensor, tf.Tensor]>(() => {
      const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
      const v = old === undefined ? tf.clone(decayed) : tf.add(tf.mul(old, momentum), decayed);
      const moved = tf.sub(weight, tf.mul(v, learningRate));
      const mask = keep.get(name);
      return [v, mask === undefined ? moved : tf.mul(moved, mask)];
    });
    velocities.set(name, tf.keep(velocity));
    parameters.set(name, tf.keep(next));
    old?.dispose();
    weight.dispose();
  }
}

/** Cosine annealing to `floor` over `epochs`: the rate used in epoch e, 0-based. */
export function cosineRate(base: number, epoch: number, epochs: number, floor = 0): number {
  return floor + ((base - floor) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
}
