import type { TriggerSpec } from './trigger.ts';

/** Whether two triggers do the same to every image and call the same class. */
export function sameTrigger(a: TriggerSpec | null, b: TriggerSpec | null): boolean {
  return a === b || sameValue(a, b);
}

function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [mine, theirs] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    mine.length === theirs.size && mine.every(([key, value]) => sameValue(value, theirs.get(key)))
  );
}
