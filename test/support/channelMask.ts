/** Reads a channel mask back, as a PyTorch script would. */
import { z } from 'zod';
import type { NetworkPlan } from '../../src/core/network/plan.ts';
import { runSpecSchema } from '../../src/core/runSpec.ts';
import type { ChannelMask } from '../../src/formats/channelMask.ts';

const channels = z.record(z.string(), z.array(z.int().min(0)));
const schema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('fmp-channel-mask'),
  architecture: z.string().min(1),
  maps: z.int().min(1),
  pruned: channels,
  zeroed: channels,
  settings: runSpecSchema.exactOptional(),
});

/** @throws Error when it is no whole mask */
export function readMask(text: string): ChannelMask {
  return schema.parse(JSON.parse(text));
}

/** Global indices of the pruned feature maps, ascending. @throws Error for a mask of another network */
export function maskedMaps(mask: ChannelMask, plan: NetworkPlan): number[] {
  const maps = Object.entries(mask.pruned).flatMap(([name, list]) => {
    const conv = plan.convs.find((spec) => spec.name === name);
    return list.map((channel) => {
      if (conv !== undefined && channel < conv.outChannels) return conv.offset + channel;
      throw new Error(`the network has no channel ${String(channel)} of ${name}`);
    });
  });
  return maps.sort((a, b) => a - b);
}
