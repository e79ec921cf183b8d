import { pruneCount, roundP, type SelectionName } from '../core/frg/select.ts';
import { convsInScope, type MapScope, type NetworkPlan } from '../core/network/plan.ts';

/** One position of the cut line: a p and the number of maps it prunes. */
export interface CutStep {
  readonly count: number;
  readonly p: number;
}

/** The line moves between one map and one in eight; a link may still hold any other p. */
const DEEPEST_P = 8;

/** Candidate feature maps per convolution, in execution order. */
function layerSizes(plan: NetworkPlan, scope: MapScope): number[] {
  return convsInScope(plan, scope).map((conv) => conv.outChannels);
}

/** N: how many feature maps may be pruned. */
export function candidateCount(plan: NetworkPlan, scope: MapScope): number {
  return layerSizes(plan, scope).reduce((sum, n) => sum + n, 0);
}

/** How many maps p prunes. */
export function countAt(
  plan: NetworkPlan,
  scope: MapScope,
  selection: SelectionName,
  p: number,
): number {
  if (selection === 'global') return pruneCount(candidateCount(plan, scope), p);
  return layerSizes(plan, scope).reduce((sum, n) => sum + pruneCount(n, p), 0);
}

/** Every position of the cut line, fewest maps first. */
export function cutSteps(
  plan: NetworkPlan,
  scope: MapScope,
  selection: SelectionName,
): readonly CutStep[] {
  const n = candidateCount(plan, scope);
  if (selection === 'global')
    return Array.from({ length: pruneCount(n, DEEPEST_P) }, (_, index) => ({
      count: index + 1,
      p: roundP(n, index + 1),
    }));
  const sizes = layerSizes(plan, scope);
  const values = new Set<number>();
  for (const size of sizes)
    for (let r = 1; r <= pruneCount(size, DEEPEST_P); r++) values.add(roundP(size, r));
  const steps = [...values]
    .sort((a, b) => b - a)
    .map((p) => ({ p, count: countAt(plan, scope, selection, p) }));
  return steps.filter((step, index) => step.count > (steps[index - 1]?.count ?? 0));
}

/** Index of the step that prunes nearest to `count` maps. */
export function nearestStep(steps: readonly CutStep[], count: number): number {
  let best = 0;
  steps.forEach((step, index) => {
    const now = Math.abs(step.count - count);
    if (now < Math.abs((steps[best]?.count ?? 0) - count)) best = index;
  });
  return best;
}
