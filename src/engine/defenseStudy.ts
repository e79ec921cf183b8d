/** The core's defenses as jobs of a study: one worker each, as many at a time as there are. */
import type { StageSummary } from '../bridge/runEvents.ts';
import { summaryOf } from '../bridge/stageSummary.ts';
import type { DefenseId } from '../core/defenses/about.ts';
import type { DefenseInput } from '../core/defenses/defense.ts';
import { presetSpec } from '../core/presets.ts';
import type { DefenseJob } from '../core/study/job.ts';
import { type TestSet, testSet } from './evaluation.ts';
import type { ComputeHandle } from './platform.ts';
import { executeRun } from './run.ts';
import { PLAIN } from './runContext.ts';
import type { ModelStudy, Numbered } from './studyContext.ts';

/** What all defenses of one seed and budget share. */
interface Shared {
  readonly input: Omit<DefenseInput, 'budget' | 'seed'>;
  readonly test: TestSet;
  readonly before: StageSummary;
}

/** In this order no worker is left with a long job when the others have nothing more to do. */
const LONGEST_FIRST: readonly DefenseId[] = ['nc', 'anp', 'nad', 'ft', 'rnp', 'fp', 'clp'];

export class DefenseStudy {
  private readonly study: ModelStudy;
  private readonly shared = new Map<string, Shared>();

  constructor(study: ModelStudy) {
    this.study = study;
  }

  /**
   * @param guarded runs the body, and reports what fails it
   * @throws FmpError that `guarded` lets through
   */
  async all(
    items: readonly Numbered<DefenseJob>[],
    guarded: (item: Numbered<DefenseJob>, body: () => Promise<void>) => Promise<unknown>,
  ): Promise<void> {
    const { pool, control, session } = this.study;
    const ready: Numbered<DefenseJob>[] = [];
    for (const item of items)
      await guarded(item, async () => {
        await this.prepare(item.task);
        ready.push(item);
      });
    const cost = ({ task }: Numbered<DefenseJob>): number => LONGEST_FIRST.indexOf(task.defense);
    ready.sort((a, b) => cost(a) - cost(b));
    // From here on every worker holds a network of its own.
    session.forgetWeights();
    await pool.inOrder(
      ready.length,
      control,
      async (worker, i) => {
        const item = ready[i];
        if (item !== undefined) await guarded(item, () => this.one(worker, item));
        return null;
      },
      () => undefined,
    );
  }

  /** Needs all workers: the network as it came is measured, and triggers may need an encoder. */
  private async prepare(task: DefenseJob): Promise<void> {
    const key = keyOf(task);
    if (this.shared.has(key)) return;
    const { session, control } = this.study;
    const { model, dataset } = session;
    const split = session.split({ ...task, frg: { images: 1 } });
    const before = await this.measureOriginal(task);
    this.shared.set(key, {
      before,
      test: await testSet(session, split.test, control),
      input: {
        ...{ plan: model.plan, weights: model.stateDict },
        normalisation: model.manifest.normalisation,
        clean: dataset.train(split.train),
        validation: dataset.train(split.validation),
        mirror: dataset.mirrors,
      },
    });
  }

  private async measureOriginal(task: DefenseJob): Promise<StageSummary> {
    const { fineTune, evaluation, seed, model } = task;
    const base = presetSpec('lab', model);
    const found: StageSummary[] = [];
    await executeRun(
      {
        ...this.study,
        ...PLAIN,
        emit: (event) => {
          if (event.kind === 'stage')
            found.push(summaryOf(event.metrics, event.predictions.triggered?.length ?? 0));
        },
      },
      // Nothing is scored: few clean images are no hindrance.
      { ...base, seed, fineTune, evaluation, p: 1, frg: { ...base.frg, images: 1 } },
      'evaluated',
    );
    const [summary] = found;
    if (summary === undefined) throw new Error('the model was not measured');
    return summary;
  }

  private async one(worker: ComputeHandle, { job, task }: Numbered<DefenseJob>): Promise<void> {
    const { emit, now, session, control, pool } = this.study;
    const shared = this.shared.get(keyOf(task));
    if (shared === undefined) throw new Error('this job was not prepared');
    const { input, test, before } = shared;
    emit({ kind: 'started', job });
    const began = now();
    const budget = { ...input, budget: task.fineTune, seed: task.seed };
    const done = await worker.call('defend', { defense: task.defense, input: budget }, (step) => {
      if (control.isCancelled) return;
      const { phase, done: part, total } = step;
      emit({ kind: 'progress', job, phase, done: part, total });
    });
    const seconds = now() - began;
    const { plan, normalisation } = input;
    // Once cancelled, the worker belongs to whoever comes next.
    await control.turn();
    await worker.call('setNetwork', { plan, weights: done.weights, normalisation });
    const clean = await session.classifyOn(worker, test.clean.images, control);
    const triggered =
      test.triggered === null ? null : await session.classifyOn(worker, test.triggered, control);
    const after = summaryOf(test.metrics(clean, triggered), triggered?.length ?? 0);
    const { pruned, facts } = done;
    const { backend } = pool.info;
    emit({
      ...{ kind: 'done', job },
      outcome: {
        ...{ before, after, pruned, seconds, backend, threads: 1 },
        facts: Object.fromEntries(
          Object.entries(facts).map(([name, value]) => [
            name,
            typeof value === 'object' ? [...value] : value,
          ]),
        ),
      },
    });
  }
}

/** Jobs with equal keys see the same images. */
function keyOf({ seed, fineTune, evaluation }: DefenseJob): string {
  return JSON.stringify([seed, fineTune.retrainRatio, evaluation]);
}
