import type { TriggerSpec } from '../../core/attacks/trigger.ts';
import { FmpError } from '../../core/errors.ts';

/** The changed trigger, or what is wrong with the change. */
export function attempt(change: () => TriggerSpec): TriggerSpec | string {
  try {
    return change();
  } catch (error) {
    if (error instanceof FmpError) return `${error.message}: ${error.facts.expected ?? ''}`;
    throw error;
  }
}
