import { NO_HISTORY } from './historyState.ts';
import { NO_RESULTS } from './resultsState.ts';
import type { AppState } from './state.ts';

/** The state for another network: nothing is known of it, and nobody has seen its trigger at work. */
export function withoutNetwork(state: AppState): AppState {
  const { run, view } = state;
  return {
    ...state,
    run: { ...run, informed: false },
    ...{ results: NO_RESULTS, previous: null, history: NO_HISTORY },
    view: { ...view, ...{ pins: [], range: null }, peeked: view.lens === 'oracle' },
  };
}
