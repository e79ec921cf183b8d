/** The shape of the store: slices, all plain immutable data. */
import { type HistorySlice, NO_HISTORY } from './historyState.ts';
import { NO_LESSON, type LessonSlice } from './lessonState.ts';
import { NO_OWN, type OwnSlice } from './ownState.ts';
import { NO_RESULTS, type PreviousSweep, type ResultsSlice } from './resultsState.ts';
import { FIRST_RUN, type RunSlice } from './runState.ts';
import { NO_SESSION, type SessionSlice } from './sessionState.ts';
import { FIRST_VIEW, type ViewSlice } from './viewState.ts';

export interface AppState {
  readonly session: SessionSlice;
  readonly own: OwnSlice;
  readonly run: RunSlice;
  readonly results: ResultsSlice;
  /** The last finished sweep of this network before the one on show; null: there is none. */
  readonly previous: PreviousSweep | null;
  readonly view: ViewSlice;
  readonly lesson: LessonSlice;
  readonly history: HistorySlice;
}

/** The state before the engine has answered. */
export function initialState(): AppState {
  return {
    ...{ session: NO_SESSION, own: NO_OWN, run: FIRST_RUN, results: NO_RESULTS, previous: null },
    ...{ view: FIRST_VIEW, lesson: NO_LESSON, history: NO_HISTORY },
  };
}
