/** What a teacher's link hides or locks. It guides a class; it keeps no secret from anyone. */
import type { AppState } from './state.ts';

export type ControlId =
  | ('eps' | 'steps' | 'p' | 'seed' | 'preset' | 'model')
  | ('run' | 'file' | 'oracle' | 'trigger' | 'pages');

export type ControlRule = 'locked' | 'hidden';

export type ControlRules = Readonly<Partial<Record<ControlId, ControlRule>>>;

/** Settings, which can be on show and yet fixed. */
export const LOCKABLE: readonly ControlId[] = ['eps', 'steps', 'p', 'seed', 'preset', 'model'];

export const CONTROLS: readonly ControlId[] = [
  ...LOCKABLE,
  ...(['run', 'file', 'oracle', 'trigger', 'pages'] as const),
];

/** The rule of a control; null: free. */
export function ruleOf({ view }: Pick<AppState, 'view'>, id: ControlId): ControlRule | null {
  return view.rules[id] ?? null;
}

/** The two query values of a link; empty ones are left out of it. */
export function encodeRules(rules: ControlRules): { readonly hide: string; readonly lock: string } {
  const those = (rule: ControlRule): string =>
    CONTROLS.filter((id) => rules[id] === rule).join(',');
  return { hide: those('hidden'), lock: those('locked') };
}

/** @param refuse told the names that are no control, or that cannot be locked */
export function decodeRules(
  hide: string | null,
  lock: string | null,
  refuse: (key: 'hide' | 'lock', name: string, expected: string) => void,
): ControlRules {
  const rules: Partial<Record<ControlId, ControlRule>> = {};
  const read = (
    key: 'hide' | 'lock',
    text: string | null,
    allowed: readonly ControlId[],
    rule: ControlRule,
  ): void => {
    for (const name of text === null || text === '' ? [] : text.split(',')) {
      const id = allowed.find((known) => known === name);
      if (id === undefined) refuse(key, name, allowed.join(', '));
      else rules[id] = rule;
    }
  };
  read('lock', lock, LOCKABLE, 'locked');
  read('hide', hide, CONTROLS, 'hidden');
  return rules;
}
