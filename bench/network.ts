/** Networks and images for timing: random, because the work does not depend on the values. */
import type { NetworkPlan } from '../src/core/network/layers.ts';
import { planNetwork } from '../src/core/network/plan.ts';
import { type StateDict, stateShapes } from '../src/core/network/stateDict.ts';
import { createRandom } from '../src/core/random.ts';

export const NORMALISATION = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } as const;

export function preActResNet18(width: number): NetworkPlan {
  return planNetwork({ family: 'PreActResNet', width, blocks: [2, 2, 2, 2], classes: 10 });
}

/** Filters of He's scale, so that activations stay finite; batch norms near the identity. */
export function randomWeights(plan: NetworkPlan): StateDict {
  return new Map(
    [...stateShapes(plan)].map(([name, shape]) => {
      const random = createRandom(1, name);
      const length = shape.reduce((a, b) => a * b, 1);
      const inputs = length / (shape[0] ?? 1);
      const filter = shape.length > 1;
      const [spread, offset] = filter ? [Math.sqrt(24 / inputs), 0] : [0.1, 1];
      const centred = (): number => (random.uniform() - 0.5) * spread + offset;
      return [name, { shape, data: Float32Array.from({ length }, centred) }];
    }),
  );
}

/** float32 [n,32,32,3] in [0, 1]. */
export function randomImages(n: number, seed: number): Float32Array {
  const random = createRandom(seed, 'images');
  return Float32Array.from({ length: n * 32 * 32 * 3 }, () => random.uniform());
}

/** Maps of a block lie side by side, so that whoever works in batches has whole ones. */
export const BLOCK = 16;

/** Every map of the network. */
export function allMaps(plan: NetworkPlan): Int32Array {
  return sampleMaps(plan, 1);
}

/** Every k-th block of all maps, from the middle of each stretch; pytorch/frg.py takes the same. */
export function sampleMaps(plan: NetworkPlan, every: number): Int32Array {
  return Int32Array.from({ length: plan.maps }, (_, map) => map).filter(
    (map) => Math.floor(map / BLOCK) % every === Math.floor(every / 2),
  );
}
