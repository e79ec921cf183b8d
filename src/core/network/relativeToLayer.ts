import { locateMap, type NetworkPlan } from './plan.ts';

/**
 * What was measured of each of these maps, over the mean of all maps of its convolution: layers differ
 * in scale. 0 where that mean is not above 0.
 * @param values of every feature map, [plan.maps]
 * @param maps global indices
 */
export function relativeToLayer(
  plan: NetworkPlan,
  values: Float32Array,
  maps: Int32Array,
): Float32Array {
  const means = plan.convs.map(({ offset, outChannels }) => {
    const layer = values.subarray(offset, offset + outChannels);
    return layer.reduce((a, b) => a + b, 0) / layer.length;
  });
  return Float32Array.from(maps, (map) => {
    const mean = means[plan.convs.indexOf(locateMap(plan, map).conv)] ?? 0;
    return mean > 0 ? (values[map] ?? 0) / mean : 0;
  });
}
