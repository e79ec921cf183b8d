/** Pruning as data: which weights of a state dict become zero, and stay zero while fine-tuning. */
import { locateMap, type NetworkPlan } from './plan.ts';
import type { StateDict, StateTensor } from './stateDict.ts';

/** Channels to zero, by PyTorch tensor name: rows of a filter, or entries of a vector. */
export type PruneMask = ReadonlyMap<string, ReadonlySet<number>>;

/**
 * The paper's "initialization" of feature maps: the filter's row becomes 0, and its bias where it
 * has one; where the map feeds its own batch norm its gamma and beta too, so that it is exactly 0
 * behind it. Other maps feed a residual sum as they are and are zeroed at the filter only.
 * @param maps global feature-map indices
 * @throws RangeError for an index outside the network
 */
export function pruneMask(plan: NetworkPlan, maps: Iterable<number>): PruneMask {
  const mask = new Map<string, Set<number>>();
  const add = (name: string, channel: number): void => {
    const channels = mask.get(name) ?? new Set<number>();
    channels.add(channel);
    mask.set(name, channels);
  };
  for (const map of maps) {
    const { conv, channel } = locateMap(plan, map);
    add(`${conv.name}.weight`, channel);
    if (conv.bias) add(`${conv.name}.bias`, channel);
    if (conv.norm === null) continue;
    add(`${conv.norm}.weight`, channel);
    add(`${conv.norm}.bias`, channel);
  }
  return mask;
}

/** A copy of the weights with the masked channels at zero; other tensors are shared. */
export function applyPruneMask(weights: StateDict, mask: PruneMask): StateDict {
  const result = new Map<string, StateTensor>(weights);
  for (const [name, channels] of mask) {
    const tensor = weights.get(name);
    if (tensor === undefined) throw new RangeError(`state dict has no tensor ${name}`);
    const data = tensor.data.slice();
    const row = data.length / (tensor.shape[0] ?? 1);
    for (const channel of channels) data.fill(0, channel * row, (channel + 1) * row);
    result.set(name, { shape: tensor.shape, data });
  }
  return result;
}
