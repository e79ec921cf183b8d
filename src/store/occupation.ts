/** What besides a run of the lab keeps the engine, which does one thing at a time. */
import { FmpError } from '../core/errors.ts';
import type { AppState } from './state.ts';
import type { StudyKind } from './studyKind.ts';

/** A comparison, a sweep over settings, or the person's own network being put in place. */
export type Occupation = StudyKind | 'own';

/** What goes on, as a clause. */
export const OCCUPATIONS: Readonly<Record<Occupation, string>> = {
  compare: 'a comparison is under way',
  sweeps: 'a sweep over settings is under way',
  own: 'your network is being loaded',
};

export function occupation({ session, own }: Pick<AppState, 'session' | 'own'>): Occupation | null {
  return session.studying ?? (own.task?.kind === 'use' ? 'own' : null);
}

/** Why no network can take the place of the one on show; null: one can. */
export function refusal(state: AppState): FmpError | null {
  const taken = occupation(state);
  if (taken === null) return null;
  const wait = taken === 'own' ? 'wait for it' : 'wait for it to end, or cancel it on its page';
  return new FmpError(OCCUPATIONS[taken], {
    ...{ code: 'badInput', remedy: `${wait}, then choose the network again` },
  });
}
