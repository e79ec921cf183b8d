/** Which feature maps a run pruned, as JSON that a PyTorch script can apply to the same network. */
import { describeArchitecture } from '../core/network/architecture.ts';
import { locateMap, type NetworkPlan } from '../core/network/plan.ts';
import { pruneMask } from '../core/network/prune.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { writeSafetensors, type WritableTensor } from './safetensors.ts';

/** Channels are ascending indices of a tensor's first axis; tensors are named as in PyTorch. */
type Channels = Readonly<Record<string, readonly number[]>>;

export interface ChannelMask {
  readonly schema: 1;
  readonly kind: 'fmp-channel-mask';
  /** E.g. "PreActResNet, width 16, blocks 2-2-2-2, 43 classes". */
  readonly architecture: string;
  /** Feature maps of the network. */
  readonly maps: number;
  /** The pruned feature maps: output channels by convolution. */
  readonly pruned: Channels;
  /** What pruning sets to 0: filters, their biases, gamma and beta of their own batch norm. */
  readonly zeroed: Channels;
  /** What made the ranking that was cut. */
  readonly settings?: RunSpec;
}

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
