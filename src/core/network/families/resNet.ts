import type { ResNetArchitecture } from '../architecture.ts';
import type { NetworkPlan } from '../layers.ts';
import { PlanBuilder } from '../planBuilder.ts';

/**
 * Post-activation: relu(bn1(conv1)); block: relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut), where
 * the shortcut is a 1×1 convolution with batch norm if the shape changes, else x. It runs last.
 */
export function planResNet<A extends ResNetArchitecture>(architecture: A): NetworkPlan<A> {
  const { width, blocks, classes } = architecture;
  const net = new PlanBuilder();
  let x = net.batchNorm(net.conv(0, { name: 'conv1', stage: 0, outChannels: width }), 'bn1', true);
  blocks.forEach((depth, index) => {
    const stage = index + 1;
    const outChannels = width * 2 ** index;
    for (let b = 0; b < depth; b++) {
      const stride = b === 0 && index > 0 ? 2 : 1;
      const name = `layer${String(stage)}.${String(b)}`;
      const side = `${name}.${architecture.shortcut}`;
      const common = { stage, outChannels };
      const f = net.conv(x, { ...common, name: `${name}.conv1`, stride });
      const a = net.batchNorm(f, `${name}.bn1`, true);
      const main = net.batchNorm(
        net.conv(a, { ...common, name: `${name}.conv2` }),
        `${name}.bn2`,
        false,
      );
      if (stride === 2) {
        const s = net.conv(x, {
          ...{ ...common, name: `${side}.0`, kernel: 1, stride, shortcut: true },
        });
        x = net.batchNorm(s, `${side}.1`, false);
      }
      x = net.add(main, x, true);
    }
  });
  return net.build(architecture, [[architecture.linear, classes]]);
}
