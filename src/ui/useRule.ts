import { ruleOf, type ControlId } from '../store/controlRules.ts';
import { isBusy } from '../store/selectors.ts';
import { useAppState } from './AppContext.ts';

/** A setting cannot be changed now: a run is under way, or the class link locks it. */
export function useLocked(id: ControlId): boolean {
  return useAppState((state) => isBusy(state) || ruleOf(state, id) === 'locked');
}

/** The class link hides a control. */
export function useHidden(id: ControlId): boolean {
  return useAppState((state) => ruleOf(state, id) === 'hidden');
}
