import type { RunEvent, StageName } from '../bridge/runEvents.ts';
import { smoothnessOf } from '../core/frg/bound.ts';
import type { RunSpec } from '../core/runSpec.ts';
import { recoveryNotice } from './recovery.ts';
import { frgChanges } from './selectors.ts';
import type { ResultsSlice, Stages } from './resultsState.ts';
import type { RunSlice } from './runState.ts';
import type { AppState } from './state.ts';

/**
 * The state after one event of a run of `spec`. Pure; `frgRows` carry data for the feed and change
 * nothing here.
 */
export function reduceEvent(state: AppState, spec: RunSpec, event: RunEvent): AppState {
  const run = (patch: Partial<RunSlice>): AppState => ({
    ...state,
    run: { ...state.run, ...patch },
  });
  const results = (patch: Partial<ResultsSlice>): AppState => ({
    ...state,
    results: { ...state.results, ...patch },
  });
  switch (event.kind) {
    case 'phase':
      return run({ phase: event.phase, stage: event.stage ?? null, progress: null });
    case 'progress': {
      const { done, total, unit, elapsedSeconds, etaSeconds, phase } = event;
      return run({ phase, progress: { done, total, unit, elapsedSeconds, etaSeconds } });
    }
    case 'epsCandidate':
      return run({ epsCandidates: [...state.run.epsCandidates, event] });
    case 'frgStart': {
      const { sweep, curve } = state.results;
      // The same scores in the same order.
      const isSame = event.cached && sweep !== null && frgChanges(sweep.spec, spec).length === 0;
      return results({
        sweep: {
          spec,
          eps: event.eps,
          ...smoothnessOf(event),
          steps: event.steps,
          images: event.labels.length,
          maps: event.maps.length,
          complete: false,
          seconds: null,
          gflops: null,
          // The engine's own sweeps are cached too, and one that it adopted stays recorded.
          recorded: event.cached ? (sweep?.recorded ?? null) : null,
        },
        curve: isSame ? curve : null,
      });
    }
    case 'frgRows':
      return state;
    case 'frgDone': {
      const { sweep } = state.results;
      if (sweep === null) return state;
      return results({
        sweep: { ...sweep, complete: true, seconds: event.seconds, gflops: event.gflops },
      });
    }
    case 'selected':
      return results({ selected: event.selection.pruned.length });
    case 'stage': {
      const { metrics, predictions, probabilities, stage } = event;
      const asLoaded = stage === 'backdoored';
      const record = {
        metrics,
        predictions,
        probabilities,
        pruned: asLoaded ? 0 : (state.results.selected ?? 0),
        p: asLoaded ? null : spec.p,
        spec,
        ...(asLoaded || !spec.keep?.length ? {} : { keep: spec.keep }),
        recorded: null,
      };
      const stages = { ...stagesBefore(state.results.stages, stage), [stage]: record };
      // Epochs and result belong to the fine-tuned stage; an earlier stage begins the story again.
      const patch = stage === 'fineTuned' ? { stages } : { stages, epochs: [], result: null };
      return { ...results(patch), run: { ...state.run, held: stages } };
    }
    case 'untuned': {
      const { pruned } = state.results.stages;
      if (pruned === undefined) return state;
      const { validation } = event;
      const stages = { ...state.results.stages, pruned: { ...pruned, validation } };
      return { ...results({ stages }), run: { ...state.run, held: stages } };
    }
    case 'epoch': {
      const { epoch, epochs, loss, validation } = event;
      const before = epoch === 1 ? [] : state.results.epochs;
      return results({ epochs: [...before, { epoch, epochs, loss, validation }] });
    }
    case 'paused':
      return run({ status: 'paused' });
    case 'resumed':
      return run({ status: 'running' });
    case 'recovered': {
      const { session } = state;
      const notices = [...session.notices, recoveryNotice(event)];
      return { ...run({ recovery: event }), session: { ...session, notices } };
    }
  }
}

/** The stages that a new result for `stage` leaves standing: the earlier ones. */
export function stagesBefore(stages: Stages, stage: StageName): Stages {
  if (stage === 'backdoored') return {};
  const { backdoored, pruned } = stages;
  const first = backdoored === undefined ? {} : { backdoored };
  return stage === 'pruned' || pruned === undefined ? first : { ...first, pruned };
}
