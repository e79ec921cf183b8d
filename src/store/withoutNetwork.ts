import { NO_HISTORY } from './historyState.ts';
import { NO_RESULTS } from './resultsState.ts';
import type { AppState } from './state.ts';
import type { ViewSlice } from './viewState.ts';

/** What is looked at in a network before anything is chosen; maps and layers of another are not its. */
export const NOTHING_CHOSEN: Pick<ViewSlice, 'pins' | 'range' | 'layer' | 'focusMap'> = {
  ...{ pins: [], range: null, layer: null, focusMap: null },
};

/** The state for another network: nothing is known of it, and nobody has seen its trigger at work. */
export function withoutNetwork(state: AppState): AppState {
  const { run, view } = state;
  return {
    ...state,
    run: { ...run, informed: false },
    ...{ results: NO_RESULTS, previous: null, history: NO_HISTORY },
    view: { ...view, ...NOTHING_CHOSEN, peeked: view.lens === 'oracle' },
  };
}
