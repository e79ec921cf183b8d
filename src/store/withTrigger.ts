/** What another trigger changes: every number that was made with the one before. */
import type { TriggerSamples } from '../bridge/protocol.ts';
import type { RunEvent, StageSummary } from '../bridge/runEvents.ts';
import { summaryOf } from '../bridge/stageSummary.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { reduceEvent } from './events.ts';
import { STAGES, type ResultsSlice, type StageRecord, type Stages } from './resultsState.ts';
import type { AppState } from './state.ts';

/** The stages on show that the engine has the networks of. */
export function heldStages({ results, run }: AppState): Stages {
  const { stages } = results;
  const held = STAGES.filter((s) => stages[s] !== undefined && stages[s] === run.held[s]);
  return Object.fromEntries(held.map((s) => [s, stages[s]]));
}

/** The state once the engine has another trigger in use: what was made with the one before is gone. */
export function withTrigger(state: AppState, changed: TriggerSamples): AppState {
  const { session, results } = state;
  if (session.model === null) return state;
  const model = { ...session.model, ...changed };
  const none = { epochs: [], selected: null, result: null, change: null };
  return {
    ...state,
    session: { ...session, model, error: null },
    results: { ...results, stages: {}, ...none },
  };
}

/**
 * The state after one event of a run that measures the networks of the run before it again. What
 * needs no trigger stays as it was.
 * @param before what was on show, with the stages that the engine has the networks of
 */
export function measuredAgain(
  state: AppState,
  spec: RunSpec,
  event: RunEvent,
  before: ResultsSlice,
): AppState {
  const known = event.kind === 'stage' ? before.stages[event.stage] : undefined;
  if (event.kind !== 'stage' || known === undefined) return reduceEvent(state, spec, event);
  const { asr, ra } = event.metrics;
  const { triggered, triggeredLabels } = event.predictions;
  const record: StageRecord = {
    ...known,
    metrics: { acc: known.metrics.acc, asr, ra },
    predictions: { ...known.predictions, triggered, triggeredLabels },
    probabilities: event.probabilities,
    triggeredOf: spec.evaluation.images,
  };
  const stages: Stages = { ...state.results.stages, [event.stage]: record };
  const results = {
    ...{ ...state.results, stages },
    ...(event.stage === 'pruned' && { selected: before.selected }),
    ...(event.stage === 'fineTuned' && {
      epochs: before.epochs,
      result: resultOf(before.result, stages),
    }),
  };
  return { ...state, results, run: { ...state.run, held: stages } };
}

/** A result with the numbers of these stages; null where one of them is missing. */
export function resultOf(result: ResultsSlice['result'], stages: Stages): ResultsSlice['result'] {
  const { backdoored, pruned, fineTuned } = stages;
  if (result === null || !backdoored || !pruned || !fineTuned) return null;
  const summary = ({ metrics }: StageRecord): StageSummary => summaryOf(metrics);
  return {
    ...result,
    stages: {
      ...{ backdoored: summary(backdoored), pruned: summary(pruned) },
      fineTuned: summary(fineTuned),
    },
  };
}

/** What to say where networks on show were not tried with the new trigger; null: all were. */
export function untriedNotice(before: Stages, held: Stages, now: Stages): string | null {
  const lost = (['pruned', 'fineTuned'] as const).filter((s) => before[s] && !now[s]);
  if (lost.length === 0) return null;
  return lost.every((s) => held[s])
    ? 'Measuring broke off before the new trigger was tried on every network of this run. Run again to try it.'
    : 'The networks that this run made are not in this tab, so the new trigger was not tried on them. Run again to try it.';
}
