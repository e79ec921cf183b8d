/** One job of FMP or of a control, as part of a study. */
import type { RunEvent, RunResult, StageSummary } from '../bridge/runEvents.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { RunJob, StudyOutcome } from '../core/study/job.ts';
import { executeRun, sweepKey } from './run.ts';
import { PLAIN, type RunCache } from './runContext.ts';
import type { ModelStudy, Numbered } from './studyContext.ts';

/** @throws FmpError as `executeRun` does */
export async function runStudyJob(
  study: ModelStudy,
  { job, task }: Numbered<RunJob>,
): Promise<void> {
  const { session, pool, control, cache, now, emit } = study;
  const { spec, frgRatio } = task;
  emit({ kind: 'started', job });
  const clock = new DefenseClock(now);
  const listen = (event: RunEvent): void => {
    clock.see(event);
    if (event.kind !== 'progress') return;
    const { phase, done, total } = event;
    emit({ kind: 'progress', job, phase: PHASES[phase], done, total });
  };
  let context = { session, pool, control, now, cache, emit: listen, ...PLAIN };
  if (frgRatio !== null && spec.control === 'none') {
    const smaller = { ...spec, fineTune: { ...spec.fineTune, retrainRatio: frgRatio } };
    await executeRun(context, smaller, 'scored');
    context = { ...context, cache: lending(cache, smaller, spec) };
  }
  const result = await executeRun(context, spec, 'fineTuned');
  if (result === null) throw new Error('the run ended early');
  const seconds = clock.seconds(result);
  emit({ kind: 'done', job, outcome: outcomeOf(result, seconds, pool.info) });
}

/** The cache for one run of `to`, with the sweep of `from`; to other jobs that sweep is not of `to`. */
function lending(cache: RunCache, from: RunSpec, to: RunSpec): RunCache {
  const sweeps = new Map(cache.sweeps);
  const scored = sweeps.get(sweepKey(from));
  if (scored !== undefined) sweeps.set(sweepKey(to), scored);
  return { ...cache, sweeps };
}

const PHASES: Readonly<Record<Extract<RunEvent, { kind: 'phase' }>['phase'], string>> = {
  loading: 'loading',
  warmUp: 'warming up',
  evaluating: 'measuring',
  searchingEps: 'searching ε',
  scoring: 'scoring feature maps',
  pruning: 'pruning',
  fineTuning: 'fine-tuning',
};

/** Adds up the time that the defense takes: everything but measuring. */
class DefenseClock {
  private readonly now: () => number;
  private sum = 0;
  private since: number | null = null;
  /** Null before a sweep; false where this job made it. */
  private reused: boolean | null = null;

  constructor(now: () => number) {
    this.now = now;
  }

  see(event: RunEvent): void {
    if (event.kind === 'frgStart') this.reused ??= event.cached;
    if (event.kind !== 'phase') return;
    this.stop();
    this.since = event.phase === 'evaluating' ? null : this.now();
  }

  /** A sweep that an earlier job made counts as if this one had; its search for ε does not. */
  seconds({ frg }: RunResult): number {
    this.stop();
    return this.sum + (this.reused === true ? frg.seconds : 0);
  }

  private stop(): void {
    if (this.since !== null) this.sum += this.now() - this.since;
    this.since = null;
  }
}

function outcomeOf(
  result: RunResult,
  seconds: number,
  { backend, threads }: Pick<RunResult['frg'], 'backend' | 'threads'>,
): StudyOutcome {
  const { stages, pruned, frg, suspectedTarget } = result;
  const scored = frg.maps > 0;
  return {
    before: stages.backdoored,
    after: stages.fineTuned,
    pruned: { count: pruned.count, unit: pruned.count === 0 && !scored ? null : 'feature maps' },
    ...{ seconds, backend, threads },
    facts: {
      ...(scored ? { eps: frg.eps, maps: frg.maps } : {}),
      ...(scored ? { suspected: suspectedTarget?.class ?? 'none' } : {}),
      ...stageFacts(stages.pruned),
    },
  };
}

/** Before fine-tuning. */
function stageFacts({ acc, asr, ra }: StageSummary): StudyOutcome['facts'] {
  return {
    'pruned Acc': acc,
    ...(asr === null ? {} : { 'pruned ASR': asr }),
    ...(ra === null ? {} : { 'pruned RA': ra }),
  };
}
