/** The ghost: what the sweep on show is compared with. */
import type { RunEvent } from '../bridge/runEvents.ts';
import type { FrgTable } from '../core/frg/score.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { frgChanges } from './selectors.ts';
import type { PreviousSweep } from './resultsState.ts';
import type { AppState } from './state.ts';

/**
 * The sweep that stays behind the one that begins: the finished one on show, else the one that was
 * behind that. Showing the very same scores again leaves everything as it was.
 * @param table of the sweep on show
 */
export function previousSweep(
  { results, previous }: AppState,
  table: FrgTable | null,
  spec: RunSpec,
  { cached }: Extract<RunEvent, { readonly kind: 'frgStart' }>,
): PreviousSweep | null {
  const { sweep } = results;
  if (sweep === null || table === null || !sweep.complete) return previous;
  if (cached && frgChanges(sweep.spec, spec).length === 0) return previous;
  return { sweep, table };
}
