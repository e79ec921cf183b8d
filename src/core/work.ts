/** Counted work, so that speed can be said in GFLOP/s: multiply-adds of the plain algorithm. */
import { type ConvSpec, inputLayer, neededFor, type NetworkPlan } from './network/layers.ts';
import { locateMap } from './network/plan.ts';

/** Multiply-adds of one convolution on one image, forward or backward. */
export function convMacs(spec: ConvSpec): number {
  return spec.outChannels * spec.inChannels * spec.kernel ** 2 * spec.outSize ** 2;
}

/** Multiply-adds of one image's forward pass, convolutions and linear layers. */
export function forwardMacs(plan: NetworkPlan): number {
  const linear = plan.head.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  return plan.convs.reduce((sum, spec) => sum + convMacs(spec), linear);
}

/** Convolutions that feature maps of `spec` depend on, without `spec` itself. */
function upstream(plan: NetworkPlan, spec: ConvSpec): ConvSpec[] {
  const needed = neededFor(plan.layers, [inputLayer(plan, spec)]);
  return plan.convs.filter((other) => needed[other.layer] === true);
}

/**
 * Multiply-adds of FRG and scoring of one feature map of each convolution on one image: the backward
 * passes, from the second step on a forward pass up to the map, and one evaluation. Work that an
 * implementation repeats or pads is not counted.
 */
function frgMacs(plan: NetworkPlan, steps: number): number[] {
  const evaluation = forwardMacs(plan);
  return plan.convs.map((spec) => {
    const shared = upstream(plan, spec).reduce((sum, other) => sum + convMacs(other), 0);
    const ownChannel = convMacs(spec) / spec.outChannels;
    const backward = steps * (shared + ownChannel);
    const forward = (steps - 1) * (shared + ownChannel);
    return backward + forward + evaluation;
  });
}

/** FLOPs (two per multiply-add) of FRG and scoring of these maps; see `frgMacs`. */
export function frgFlops(
  plan: NetworkPlan,
  maps: Iterable<number>,
  images: number,
  steps: number,
): number {
  const perConv = frgMacs(plan, steps);
  let macs = 0;
  for (const map of maps) macs += perConv[locateMap(plan, map).conv.order] ?? 0;
  return 2 * macs * images;
}

/**
 * How far a sweep of these maps is after each of them, [maps + 1], from 0 to 1: deep layers cost
 * several times what the first ones do.
 */
export function frgShares(plan: NetworkPlan, maps: ArrayLike<number>, steps: number): Float64Array {
  const perConv = frgMacs(plan, steps);
  const sums = new Float64Array(maps.length + 1);
  for (let i = 0; i < maps.length; i++)
    sums[i + 1] = (sums[i] ?? 0) + (perConv[locateMap(plan, maps[i] ?? 0).conv.order] ?? 0);
  const all = sums.at(-1) ?? 0;
  return sums.map((sum) => (all === 0 ? 1 : sum / all));
}
