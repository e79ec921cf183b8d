/**
 * Many jobs on a few models: comparisons and sweeps. FMP and its controls use all workers, one job
 * after the other; each of the core's defenses uses one worker, as many at a time as there are.
 */
import { FmpError, toWire } from '../core/errors.ts';
import { type DefenseJob, modelOf, type RunJob, type StudyJob } from '../core/study/job.ts';
import { groupBy } from '../core/study/statistics.ts';
import { DefenseStudy } from './defenseStudy.ts';
import { newRunCache } from './runContext.ts';
import { runStudyJob } from './runStudy.ts';
import type { Session } from './session.ts';
import type { Numbered, StudyContext } from './studyContext.ts';

/**
 * @param open makes the workers hold a model, by id
 * @throws FmpError cancelled, workerDied or deviceLost; what fails one job alone is an event
 */
export async function executeStudy(
  context: StudyContext,
  jobs: readonly StudyJob[],
  open: (model: string) => Promise<Session>,
): Promise<void> {
  const numbered = jobs.map((task, job) => ({ task, job }));
  for (const [model, items] of groupBy(numbered, ({ task }) => modelOf(task))) {
    const session = await attempt(context, items, () => open(model));
    if (session === null) continue;
    const study = { ...context, session, cache: newRunCache() };
    try {
      for (const item of items.filter(isRun))
        await attempt(context, [item], () => runStudyJob(study, item));
      const defenses = new DefenseStudy(study);
      await defenses.all(items.filter(isDefense), (item, body) => attempt(context, [item], body));
    } finally {
      session.forgetWeights();
    }
  }
}

/** Null where it failed, which is then reported for each of these jobs. */
async function attempt<T>(
  { emit, control }: StudyContext,
  items: readonly Numbered<StudyJob>[],
  body: () => Promise<T>,
): Promise<T | null> {
  await control.turn();
  try {
    return await body();
  } catch (error) {
    if (control.isCancelled || endsAll(error)) throw error;
    for (const { job } of items) emit({ kind: 'failed', job, error: toWire(error) });
    return null;
  }
}

function endsAll(error: unknown): boolean {
  const code = error instanceof FmpError ? error.facts.code : 'internal';
  return code === 'cancelled' || code === 'workerDied' || code === 'deviceLost';
}

function isRun(item: Numbered<StudyJob>): item is Numbered<RunJob> {
  return item.task.kind === 'run';
}

function isDefense(item: Numbered<StudyJob>): item is Numbered<DefenseJob> {
  return item.task.kind === 'defense';
}
