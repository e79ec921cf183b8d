/** Which feature maps a run pruned, as JSON that a PyTorch script can apply to the same network. */
import { z } from 'zod';
import { FmpError } from '../core/errors.ts';
import { firstIssue } from '../core/issue.ts';
import { describeArchitecture } from '../core/network/architecture.ts';
import { locateMap, type NetworkPlan } from '../core/network/plan.ts';
import { pruneMask } from '../core/network/prune.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import { type RunSpec, runSpecSchema } from '../core/runSpec.ts';
import { writeSafetensors, type WritableTensor } from './safetensors.ts';

const channels = z.array(z.int().min(0));

/** Tensors are named as in PyTorch; channels are ascending indices of their first axis. */
export const channelMaskSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('fmp-channel-mask'),
  /** E.g. "PreActResNet, width 16, blocks 2-2-2-2, 43 classes". */
  architecture: z.string().min(1),
  /** Feature maps of the network. */
  maps: z.int().min(1),
  /** The pruned feature maps: output channels by convolution. */
  pruned: z.record(z.string(), channels),
  /** What pruning sets to 0: filters, their biases, gamma and beta of their own batch norm. */
  zeroed: z.record(z.string(), channels),
  /** What made the ranking that was cut. */
  settings: runSpecSchema.exactOptional(),
});

export type ChannelMask = z.infer<typeof channelMaskSchema>;

/**
 * @param maps global feature-map indices, in any order
 * @param settings of the run
 * @throws RangeError for an index outside the network
 */
export function channelMask(
  plan: NetworkPlan,
  maps: Iterable<number>,
  settings?: RunSpec,
): ChannelMask {
  const ascending = [...new Set(maps)].sort((a, b) => a - b);
  const pruned: Record<string, number[]> = {};
  for (const map of ascending) {
    const { conv, channel } = locateMap(plan, map);
    (pruned[conv.name] ??= []).push(channel);
  }
  const zeroed = Array.from(
    pruneMask(plan, ascending),
    ([name, set]) => [name, [...set].sort((a, b) => a - b)] as const,
  );
  return {
    ...{ schema: 1, kind: 'fmp-channel-mask', maps: plan.maps, pruned },
    architecture: describeArchitecture(plan.architecture),
    zeroed: Object.fromEntries(zeroed),
    ...(settings && { settings }),
  };
}

/** @throws FmpError badModel naming the first field that is wrong */
export function parseChannelMask(value: unknown): ChannelMask {
  const result = channelMaskSchema.safeParse(value);
  if (result.success) return result.data;
  const { field, got, expected } = firstIssue(result.error, value, 'channel mask');
  throw badMask(field, got, expected);
}

/**
 * Global indices of the pruned feature maps, ascending.
 * @throws FmpError badModel when the mask is that of another network
 */
export function maskedMaps(mask: ChannelMask, plan: NetworkPlan): number[] {
  const architecture = describeArchitecture(plan.architecture);
  if (mask.architecture !== architecture || mask.maps !== plan.maps)
    throw badMask('architecture', mask.architecture, architecture);
  const maps = Object.entries(mask.pruned).flatMap(([name, list]) => {
    const conv = plan.convs.find((spec) => spec.name === name);
    if (conv === undefined) throw badMask('pruned', name, 'a convolution of the network');
    return list.map((channel) => {
      if (channel < conv.outChannels) return conv.offset + channel;
      throw badMask(`pruned.${name}`, String(channel), `below ${String(conv.outChannels)}`);
    });
  });
  return maps.sort((a, b) => a - b);
}

/**
 * Weights as .safetensors under PyTorch's names, float32. `num_batches_tracked` is not among them:
 * `load_state_dict` sets it to 0 by itself.
 */
export function writeWeights(stateDict: StateDict): Uint8Array {
  const tensors = new Map(
    Array.from(stateDict, ([name, { shape, data }]): [string, WritableTensor] => [
      name,
      { dtype: 'F32', shape, data },
    ]),
  );
  return writeSafetensors(tensors, { format: 'pt', producer: 'FMP Lab' });
}

function badMask(field: string, got: string, expected: string): FmpError {
  return new FmpError('the channel mask is not valid', {
    ...{ code: 'badModel', field, got, expected },
    remedy: 'export it again from the run with this network',
  });
}
