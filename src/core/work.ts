/** Counted work, so that speed can be said in GFLOP/s: multiply-adds of the plain algorithm. */
import { type ConvSpec, inputLayer, neededFor, type NetworkPlan } from './network/layers.ts';

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
 * FLOPs (two per multiply-add) of FRG and scoring of these maps: per map and image the backward
 * passes, from the second step on a forward pass up to the map, and one evaluation. Work that an
 * implementation repeats or pads is not counted.
 */
export function frgFlops(
  plan: NetworkPlan,
  maps: Iterable<number>,
  images: number,
  steps: number,
): number {
  const evaluation = forwardMacs(plan);
  const perConv = plan.convs.map((spec) => {
    const shared = upstream(plan, spec).reduce((sum, other) => sum + convMacs(other), 0);
    const ownChannel = convMacs(spec) / spec.outChannels;
    const backward = steps * (shared + ownChannel);
    const forward = (steps - 1) * (shared + ownChannel);
    return backward + forward + evaluation;
  });
  let macs = 0;
  for (const map of maps) {
    const spec = plan.convs.findLast((c) => c.offset <= map);
    macs += perConv[spec?.order ?? 0] ?? 0;
  }
  return 2 * macs * images;
}
