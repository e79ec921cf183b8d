import { planNetwork, type NetworkPlan } from '../../src/core/network/plan.ts';
import { stateShapes } from '../../src/core/network/stateDict.ts';
import { createRandom } from '../../src/core/random.ts';
import type { FloatTensor } from '../../src/formats/hostTensor.ts';

/** The smallest network that has every kind of layer. */
export const TINY_PLAN = planNetwork({
  family: 'PreActResNet',
  width: 2,
  blocks: [1, 2],
  classes: 3,
});

/** Random weights under PyTorch's names; variances are positive. */
export function randomWeights(
  plan: NetworkPlan,
  seed = 1,
): Map<string, FloatTensor & { readonly dtype: 'F32' }> {
  const random = createRandom(seed, 'weights');
  return new Map(
    [...stateShapes(plan)].map(([name, shape]) => {
      const length = shape.reduce((product, side) => product * side, 1);
      const data = Float32Array.from({ length }, () => random.uniform() + 0.5);
      return [name, { dtype: 'F32', shape, data }];
    }),
  );
}
