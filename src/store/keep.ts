/** Maps that a person keeps from pruning, to see what comes of it. */
import type { RunSpec } from '../core/runSpec.ts';

/** The spec with these maps kept; one that keeps none says nothing of it, and equals others so. */
export function withKeep(spec: RunSpec, keep: readonly number[]): RunSpec {
  const next = { ...spec };
  if (keep.length === 0) delete next.keep;
  else next.keep = [...keep];
  return next;
}

/** The spec with one map kept that was not, or no longer kept. */
export function toggleKept(spec: RunSpec, map: number): RunSpec {
  const { keep = [] } = spec;
  const others = keep.filter((kept) => kept !== map);
  return withKeep(spec, others.length < keep.length ? others : [...keep, map]);
}
