/** What a defender may see and take along: nothing that was made with the trigger, and not its target. */
import type { LoadedModel } from '../bridge/protocol.ts';
import type { ResultsSlice, StageRecord, Stages } from './resultsState.ts';
import type { AppState } from './state.ts';
import { resultOf } from './withTrigger.ts';

/** The state as an export of Defender view holds it; in Oracle view the very same. */
export function asSeen(state: AppState): AppState {
  const { session, results, view } = state;
  if (view.lens === 'oracle') return state;
  const model = session.model === null ? null : withoutTrigger(session.model);
  return { ...state, session: { ...session, model }, results: blind(results) };
}

/** The maps that are pruned on show were chosen with the trigger, and the view is a defender's. */
export function choiceIsHidden({ view, results }: Pick<AppState, 'view' | 'results'>): boolean {
  const { stages, result } = results;
  const made = stages.pruned ?? stages.fineTuned;
  return view.lens === 'defender' && (made?.spec ?? result?.spec)?.control === 'oracle';
}

/** What is left where the choice is hidden: what it costs on clean images tells of it, too. */
export function withoutChoice(results: ResultsSlice): ResultsSlice {
  const { backdoored } = results.stages;
  const stages = backdoored === undefined ? {} : { backdoored };
  return { ...results, stages, epochs: [], selected: null, result: null };
}

function withoutTrigger(model: LoadedModel): LoadedModel {
  const { manifest, plan, samples, probabilities, trainImages, testImages } = model;
  const { id, title, architecture, normalisation, classes, weights, data, attack } = manifest;
  return {
    ...{ plan, trainImages, testImages, trigger: null },
    // A bundled model's has more: how it was trained, and for which target.
    manifest: {
      ...{ id, title, architecture, normalisation, classes, weights, metrics: null },
      data: { id: data.id },
      attack: attack === null ? null : 'unknown',
    },
    samples: { ...samples, triggered: null },
    probabilities: { ...probabilities, triggered: null },
  };
}

function blind(results: ResultsSlice): ResultsSlice {
  const stages: Stages = Object.fromEntries(
    Object.entries(results.stages).map(([name, record]) => [name, blindStage(record)]),
  );
  return { ...results, stages, change: null, result: resultOf(results.result, stages) };
}

function blindStage(record: StageRecord): StageRecord {
  const { metrics, predictions, probabilities } = record;
  return {
    ...record,
    metrics: { acc: metrics.acc, asr: null, ra: null },
    predictions: { ...predictions, triggered: null, triggeredLabels: null },
    probabilities: { ...probabilities, triggered: null },
  };
}
