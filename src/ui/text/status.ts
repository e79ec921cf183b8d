/** One line about what is going on, for the bar and for the live region. */
import { occupation } from '../../store/occupation.ts';
import { boundText, loadingShare, progressShare } from '../../store/selectors.ts';
import type { AppState } from '../../store/state.ts';
import { count, duration, percent, percentText } from './format.ts';

const PHASES = {
  loading: 'Loading the model',
  warmUp: 'Warming up',
  evaluating: 'Reading the test images',
  searchingEps: 'Searching ε',
  scoring: 'Scoring maps',
  pruning: 'Pruning',
  fineTuning: 'Fine-tuning',
} as const;

/** What it does besides runs. */
const OCCUPIED = { compare: 'Comparing', sweeps: 'Sweeping', own: 'Loading' } as const;

/** What the engine does now, in two or three words. */
export function phaseText(state: AppState): string {
  const { phase, stage } = state.run;
  if (phase === null) return 'Starting';
  if (phase === 'evaluating' && stage !== null) return 'Measuring Acc';
  return PHASES[phase];
}

function loadingText(state: AppState): string {
  const share = loadingShare(state);
  return share === null ? 'Loading' : `Loading ${percentText(share, 0)}`;
}

/** For the transport bar: short, may change often. */
export function statusText(state: AppState): string {
  const { run, session, results } = state;
  const taken = occupation(state);
  if (taken !== null) return OCCUPIED[taken];
  switch (run.status) {
    case 'loading':
      return loadingText(state);
    case 'empty':
      return session.unloaded === null ? 'Ready' : 'Not loaded';
    case 'running': {
      const share = progressShare(state);
      const at =
        share === null ? phaseText(state) : `${phaseText(state)}, ${percentText(share, 0)}`;
      return run.recovery === null ? at : `${at} · taken up again`;
    }
    case 'paused':
      return 'Paused';
    case 'cancelled':
      return 'Stopped';
    case 'failed':
      return 'Failed';
    case 'done':
      if (session.loading !== null) return loadingText(state);
      if (results.sweep?.recorded != null) return 'Recorded run';
      return run.seconds === null || results.sweep === null
        ? 'Finished'
        : `Finished in ${duration(run.seconds)}`;
  }
}

/** For the live region: changes at every tenth of the way and whenever something ends. */
export function announcement(state: AppState): string {
  const { run, results, session } = state;
  // What failed is said as an alert; of what was cancelled nothing else speaks.
  if (session.unloaded !== null)
    return `${session.error === null ? 'The download was cancelled: the' : 'The'} model is not loaded.`;
  if (run.status === 'failed') return session.error?.message ?? 'The run failed.';
  if (run.status === 'running') {
    const share = progressShare(state);
    const tenth = share === null ? 0 : Math.floor(share * 10) * 10;
    return tenth === 0 ? phaseText(state) : `${phaseText(state)}, ${String(tenth)} percent`;
  }
  if (run.status === 'done' && results.sweep !== null) {
    const { fineTuned, pruned } = results.stages;
    const end = fineTuned ?? pruned;
    const eps = `ε ${boundText(results.sweep)}`;
    return end === undefined
      ? `Finished: ${count(results.sweep.maps)} feature maps scored at ${eps}.`
      : `Finished: Acc ${percent(end.metrics.acc.value)} percent after pruning ${count(end.pruned)} feature maps.`;
  }
  return run.status === 'loading' ? 'Loading the model' : statusText(state);
}
