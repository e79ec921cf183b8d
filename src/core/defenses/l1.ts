/**
 * Magnitude pruning (Li et al., ICLR 2017): the filters with the smallest L1 norm make the feature
 * maps that matter least. It knows nothing of backdoors, so it is a control: as many maps as FMP.
 *
 * Norms of different layers are not comparable, for filters differ in size and scale; where maps of all
 * layers are ranked together, each norm is divided by the mean of its layer.
 */
import { rankRows } from '../frg/select.ts';
import type { NetworkPlan } from '../network/plan.ts';
import { relativeToLayer } from '../network/relativeToLayer.ts';
import type { StateDict } from '../network/stateDict.ts';
import { values } from '../network/weights.ts';

/** Sum of the absolute weights of the filter that makes each feature map, [plan.maps]. */
export function filterNorms(plan: NetworkPlan, weights: StateDict): Float32Array {
  const norms = new Float32Array(plan.maps);
  for (const { name, offset, outChannels } of plan.convs) {
    const { data } = values(weights, `${name}.weight`);
    const size = data.length / outChannels;
    for (let channel = 0; channel < outChannels; channel++) {
      const filter = data.subarray(channel * size, (channel + 1) * size);
      norms[offset + channel] = filter.reduce((sum, w) => sum + Math.abs(w), 0);
    }
  }
  return norms;
}

/**
 * The candidates with the smallest norms relative to their layer, ties by index.
 * @param candidates global indices, ascending
 */
export function smallestFilters(
  plan: NetworkPlan,
  weights: StateDict,
  candidates: Int32Array,
  count: number,
): Int32Array {
  const small = relativeToLayer(plan, filterNorms(plan, weights), candidates).map((norm) => -norm);
  return rankRows(candidates, small)
    .subarray(0, count)
    .map((row) => candidates[row] ?? 0);
}
