import type { WideResNetArchitecture } from '../architecture.ts';
import type { NetworkPlan } from '../layers.ts';
import { PlanBuilder } from '../planBuilder.ts';

/**
 * Stem without batch norm; block: o = relu(bn1(x)), conv2(relu(bn2(conv1(o)))) + shortcut, where the
 * shortcut is a 1×1 convolution of o if the channels change, else x, and runs last; then a batch
 * norm and a ReLU. Stages 2 and 3 start at stride 2.
 */
export function planWideResNet<A extends WideResNetArchitecture>(architecture: A): NetworkPlan<A> {
  const { stem, width, blocks, classes } = architecture;
  const net = new PlanBuilder();
  let x = net.conv(0, { name: 'conv1', stage: 0, outChannels: stem });
  blocks.forEach((depth, index) => {
    const stage = index + 1;
    const outChannels = width * 2 ** index;
    for (let b = 0; b < depth; b++) {
      const stride = b === 0 && index > 0 ? 2 : 1;
      const name = `block${String(stage)}.layer.${String(b)}`;
      const common = { stage, outChannels };
      const o = net.batchNorm(x, `${name}.bn1`, true);
      const f = net.conv(o, { ...common, name: `${name}.conv1`, stride });
      const a = net.batchNorm(f, `${name}.bn2`, true);
      const main = net.conv(a, { ...common, name: `${name}.conv2` });
      const side =
        net.channelsOf(x) === outChannels
          ? x
          : net.conv(o, {
              ...{ ...common, name: `${name}.convShortcut`, kernel: 1, stride, shortcut: true },
            });
      x = net.add(main, side, false);
    }
  });
  net.batchNorm(x, 'bn1', true);
  return net.build(architecture, [['fc', classes]]);
}
