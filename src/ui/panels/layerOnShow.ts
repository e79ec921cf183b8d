import { convsInScope, type MapScope, type NetworkPlan } from '../../core/network/plan.ts';

/**
 * The layer that is looked at alone; null: all. A layer that another network had, or that is not among
 * the candidates, would leave chart and table empty: then all are on show.
 * @param wanted order of the layer
 */
export function layerOnShow(
  plan: NetworkPlan,
  scope: MapScope,
  wanted: number | null,
): number | null {
  return convsInScope(plan, scope).some(({ order }) => order === wanted) ? wanted : null;
}
