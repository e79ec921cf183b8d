import type { RunSpec } from '../runSpec.ts';

/** How smooth perturbations are, as in `ReverseConfig`; absent: not at all. */
export interface Smoothness {
  readonly smoothing?: number;
}

/** How large perturbations are, pixels in [0, 1], and how smooth. */
export interface FrgBound extends Smoothness {
  readonly eps: number;
}

/** The smoothing alone, where there is one: to be spread into something that may have it. */
export function smoothnessOf({ smoothing }: Smoothness): Smoothness {
  return smoothing === undefined ? {} : { smoothing };
}

/** The spec with a smoothing that was found in the place of its own. */
export function smoothSpec(spec: RunSpec, found: Smoothness): RunSpec {
  return { ...spec, frg: { ...spec.frg, ...smoothnessOf(found) } };
}
