import type { VggBnArchitecture } from '../architecture.ts';
import type { NetworkPlan } from '../layers.ts';
import { PlanBuilder } from '../planBuilder.ts';

/**
 * Each convolution with batch norm and ReLU, each stage with a max pool, all numbered in one
 * `features` sequence; then the linear layers.
 */
export function planVggBn<A extends VggBnArchitecture>(architecture: A): NetworkPlan<A> {
  const { stages, bias, linears, hidden, classes } = architecture;
  const net = new PlanBuilder();
  let x = 0;
  let index = 0;
  stages.forEach((widths, i) => {
    for (const outChannels of widths) {
      const name = `features.${String(index)}`;
      const f = net.conv(x, { name, stage: i + 1, outChannels, bias });
      x = net.batchNorm(f, `features.${String(index + 1)}`, true);
      index += 3;
    }
    x = net.maxPool(x);
    index++;
  });
  const outputs = [...hidden, classes];
  return net.build(
    architecture,
    linears.map((name, i) => [name, outputs[i] ?? classes]),
  );
}
