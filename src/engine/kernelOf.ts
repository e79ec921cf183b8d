import type { MapKernel } from '../bridge/mapLab.ts';
import { locateMap, type NetworkPlan } from '../core/network/plan.ts';
import type { StateDict } from '../core/network/stateDict.ts';

/** The filter of one feature map, from PyTorch's [out, in, height, width]. */
export function kernelOf(plan: NetworkPlan, weights: StateDict, map: number): MapKernel {
  const { conv, channel } = locateMap(plan, map);
  const { inChannels: channels, kernel: side } = conv;
  const all = weights.get(`${conv.name}.weight`)?.data ?? new Float32Array(0);
  const size = channels * side * side;
  const row = all.subarray(channel * size, (channel + 1) * size);
  const data = row.map((_, i) => row[(i % channels) * side * side + Math.floor(i / channels)] ?? 0);
  return { data, height: side, width: side, channels };
}
