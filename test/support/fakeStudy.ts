/** Invented outcomes of jobs, the same for equal jobs. */
import type { EngineApi } from '../../src/bridge/protocol.ts';
import { FmpError } from '../../src/core/errors.ts';
import { modelOf, type StudyJob, type StudyOutcome } from '../../src/core/study/job.ts';
import { seeded } from './fakeModel.ts';

const before = { acc: 0.978, asr: 0.989, ra: 0.009, nClean: 2000, nTriggered: 1950 };

export function fakeOutcome(job: StudyJob): StudyOutcome {
  const key = JSON.stringify(job);
  const next = seeded(
    Array.from(key).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7),
  );
  const asr = job.kind === 'run' && job.spec.control === 'none' ? 0.02 * next() : 0.9 * next();
  const ra = (1 - asr) * (0.9 + 0.09 * next());
  return {
    before,
    after: { ...before, acc: 0.96 + 0.02 * next(), asr, ra },
    pruned: job.kind === 'run' ? { count: 75, unit: 'feature maps' } : { count: 0, unit: null },
    ...{ seconds: 5 + 30 * next(), threads: job.kind === 'run' ? 2 : 1, backend: 'wasm' },
    facts: {},
  };
}

/**
 * A study that ends at once, or waits for ever before the job `holdAt`; `model` nowhere fails.
 * @param cancelled resolves when the person cancels
 */
export function fakeStudy(
  holdAt: number | undefined,
  cancelled: () => Promise<void>,
): EngineApi['study'] {
  return async (jobs, onEvent) => {
    for (const [job, task] of jobs.entries()) {
      onEvent({ kind: 'started', job });
      onEvent({ kind: 'progress', job, phase: 'fine-tuning', done: 1, total: 2 });
      if (job === holdAt) {
        await cancelled();
        throw new FmpError('the run was cancelled', { code: 'cancelled' });
      }
      await Promise.resolve();
      if (modelOf(task) !== 'nowhere') onEvent({ kind: 'done', job, outcome: fakeOutcome(task) });
      else onEvent({ kind: 'failed', job, error: { message: 'no such model', code: 'badModel' } });
    }
  };
}
