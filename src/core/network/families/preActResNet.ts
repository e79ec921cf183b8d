import type { PreActResNetArchitecture } from '../architecture.ts';
import type { NetworkPlan } from '../layers.ts';
import { PlanBuilder } from '../planBuilder.ts';

/**
 * Stem without batch norm; block: o = relu(bn1(x)), conv2(relu(bn2(conv1(o)))) + shortcut, where the
 * shortcut is a 1×1 convolution of o if the shape changes, else x. A block's shortcut runs first.
 */
export function planPreActResNet<A extends PreActResNetArchitecture>(
  architecture: A,
): NetworkPlan<A> {
  const { width, blocks, classes } = architecture;
  const net = new PlanBuilder();
  let x = net.conv(0, { name: 'conv1', stage: 0, outChannels: width });
  blocks.forEach((depth, index) => {
    const stage = index + 1;
    const outChannels = width * 2 ** index;
    for (let b = 0; b < depth; b++) {
      const stride = b === 0 && index > 0 ? 2 : 1;
      const name = `layer${String(stage)}.${String(b)}`;
      const o = net.batchNorm(x, `${name}.bn1`, true);
      const common = { stage, outChannels };
      const side =
        stride === 2
          ? net.conv(o, {
              ...{ ...common, name: `${name}.shortcut.0`, kernel: 1, stride, shortcut: true },
            })
          : x;
      const f = net.conv(o, { ...common, name: `${name}.conv1`, stride });
      const a = net.batchNorm(f, `${name}.bn2`, true);
      x = net.add(net.conv(a, { ...common, name: `${name}.conv2` }), side, false);
    }
  });
  return net.build(architecture, [['linear', classes]]);
}
