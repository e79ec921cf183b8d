/** What is said of a number that stands for nothing. */
import { FmpError } from '../core/errors.ts';
import type { NetworkPlan } from '../core/network/plan.ts';

/** @throws FmpError badInput where the network has no such feature map */
export function checkMap(plan: NetworkPlan, map: number): void {
  if (Number.isInteger(map) && map >= 0 && map < plan.maps) return;
  throw outside('feature map', 'map', map, plan.maps, 'choose one of the feature maps');
}

/** @param count there are 0 to count − 1 */
export function outside(
  what: string,
  field: string,
  got: number,
  count: number,
  remedy: string,
): FmpError {
  return new FmpError(`there is no such ${what}`, {
    ...{ code: 'badInput', field, got: String(got), remedy },
    expected: `0 to ${String(count - 1)}`,
  });
}
