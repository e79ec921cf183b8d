/**
 * What the lesson keeps back, nothing that answers a question being on show before the answer, and what
 * a defender may not see.
 */
import type { StageName } from '../bridge/runEvents.ts';
import { choiceIsHidden, withoutChoice } from './asDefender.ts';
import { LESSON, NAMING_STEP, type LessonStep } from './lessonSteps.ts';
import { STAGES, type ResultsSlice, type Stages } from './resultsState.ts';
import type { AppState } from './state.ts';

type Shown = Pick<AppState, 'view' | 'lesson'>;

/** The step on show; null outside the lesson. */
export function lessonStep({ view }: Shown): LessonStep | null {
  const { page, step } = view.route;
  return page === 'lesson' && step !== null ? (LESSON[step - 1] ?? null) : null;
}

/** Where one goes on: the first step without an answer, 1-based; the last when all have one. */
export function nextStep({ lesson }: Shown): number {
  const open = LESSON.findIndex(({ id }) => lesson.guesses[id] === undefined);
  return open < 0 ? LESSON.length : open + 1;
}

function isAnswered(state: Shown, step: LessonStep): boolean {
  return state.lesson.guesses[step.id] !== undefined;
}

/** The furthest stage that may be seen. */
function lastShown(state: Shown, step: LessonStep): StageName {
  return isAnswered(state, step) ? step.after : step.before;
}

/** The FRG chart would answer the question. */
export function chartIsHidden(state: Shown): boolean {
  const step = lessonStep(state);
  if (step === null || step.chart === 'always') return false;
  return step.chart === 'never' || !isAnswered(state, step);
}

/** The class that FRG suspects, and that the trigger calls, is still to be found. */
export function targetIsHidden(state: Shown): boolean {
  const step = lessonStep(state);
  if (step === null || state.lesson.guesses[NAMING_STEP] !== undefined) return false;
  return LESSON.indexOf(step) <= LESSON.findIndex(({ id }) => id === NAMING_STEP);
}

/** The table of recorded runs would answer questions to come. */
export function recordsAreHidden(state: Shown): boolean {
  return lessonStep(state) !== null;
}

/** What pruning would cost is still the question. */
export function suggestionIsHidden(state: Shown): boolean {
  const step = lessonStep(state);
  return step !== null && lastShown(state, step) === 'backdoored';
}

/** Files of scores would answer a question to come. */
export function scoresAreHidden(state: Shown): boolean {
  return chartIsHidden(state) || targetIsHidden(state);
}

/** The state with the results that may be seen; the very same object where all may be. */
export function visibleState(state: AppState): AppState {
  const results = visibleResults(state, state.results);
  return results === state.results ? state : { ...state, results };
}

/** The results that may be seen; the very same object where all may be. */
export function visibleResults(state: Shown, all: ResultsSlice): ResultsSlice {
  const results = choiceIsHidden({ ...state, results: all }) ? withoutChoice(all) : all;
  const step = lessonStep(state);
  if (step === null) return results;
  const last = lastShown(state, step);
  const stages = upTo(results.stages, last);
  const cut = last === 'backdoored';
  return {
    ...results,
    stages,
    epochs: last === 'fineTuned' ? results.epochs : [],
    curve: cut ? null : results.curve,
    result: last === 'fineTuned' ? results.result : null,
  };
}

function upTo(stages: Stages, last: StageName): Stages {
  const shown = STAGES.slice(0, STAGES.indexOf(last) + 1);
  return Object.fromEntries(
    shown.flatMap((s) => (stages[s] === undefined ? [] : [[s, stages[s]]])),
  );
}
