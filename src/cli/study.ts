/** Runs a list of jobs, takes what is kept from before and keeps what is new. */
import type { EngineApi } from '../bridge/protocol.ts';
import { toWire, type WireError } from '../core/errors.ts';
import { modelOf, type StudyJob } from '../core/study/job.ts';
import type { NodeEngineOptions } from '../engine/node/engine.ts';
import type { Context } from './commands/command.ts';
import { counted } from './format.ts';
import { provenanceHere } from './provenance.ts';
import type { Kept, StudyCache } from './studyCache.ts';
import type { StudyModel } from './studyModels.ts';
import { type Labelled, StudyProgress } from './studyProgress.ts';
import type { Terminal } from './terminal.ts';

/** A job and what it stands for. */
export interface StudyItem<C> extends Labelled {
  readonly about: C;
}

export interface StudyRequest<C> {
  readonly items: readonly StudyItem<C>[];
  /** All models of the items. */
  readonly models: readonly StudyModel[];
  readonly cache: StudyCache;
  /** Opens what the engine cannot find by itself. @param terminal null: say nothing */
  readonly open: (engine: EngineApi, terminal: Terminal | null) => Promise<void>;
  readonly options: NodeEngineOptions;
  readonly quiet: boolean;
}

/** In the order of the request; null: it failed, or was not reached. */
export interface StudyResult<C> {
  readonly rows: readonly (readonly [about: C, kept: Kept | null])[];
  readonly failures: readonly { readonly label: string; readonly error: WireError }[];
  readonly cancelled: boolean;
}

/** The rows that were measured. */
export function finished<C extends object>({ rows }: StudyResult<C>): readonly (C & Kept)[] {
  return rows.flatMap(([about, kept]) => (kept === null ? [] : [{ ...about, ...kept }]));
}

/** @throws FmpError on what fails all jobs, e.g. the loss of a worker; what is done is kept */
export async function runStudy<C>(
  request: StudyRequest<C>,
  { terminal, createEngine }: Pick<Context, 'terminal' | 'createEngine'>,
): Promise<StudyResult<C>> {
  const { items, models, cache, options, quiet } = request;
  const fingerprints = new Map(models.map(({ id, fingerprint }) => [id, fingerprint]));
  // Other kernels are asked for to see what they do; a backend is said with each result.
  const kernels = options.kernels === undefined || options.kernels === 'own' ? '' : options.kernels;
  const fingerprint = (job: StudyJob): string =>
    `${fingerprints.get(modelOf(job)) ?? ''}${kernels}`;
  const found = await Promise.all(items.map(({ job }) => cache.find(job, fingerprint(job))));
  const rows = items.map(({ about }, i): [C, Kept | null] => [about, found[i] ?? null]);
  const open = items.flatMap((item, at) => (found[at] === null ? [{ ...item, at }] : []));
  const failures: { label: string; error: WireError }[] = [];
  const result = { rows, failures };
  if (open.length === 0) {
    if (!quiet) terminal.err(`kept from before: ${counted(items.length, 'result')}\n`);
    return { ...result, cancelled: false };
  }

  const engine = await createEngine(options);
  const stop = new AbortController();
  const release = terminal.onInterrupt(() => {
    stop.abort();
    for (const ended of [engine.cancel(), engine.cancelOpen()]) ended.catch(() => undefined);
  });
  const keeping: Promise<void>[] = [];
  let progress: StudyProgress | null = null;
  try {
    const info = await engine.info();
    await request.open(engine, quiet ? null : terminal);
    if (stop.signal.aborted) return { ...result, cancelled: true };
    if (!quiet) {
      terminal.err(`${info.backend}: ${info.device}\n`);
      progress = new StudyProgress(terminal, open, info, () => performance.now());
      items.forEach(({ label }, i) => {
        const kept = found[i];
        if (kept != null) progress?.kept(label, kept.outcome);
      });
    }
    await engine.study(
      open.map(({ job }) => job),
      (event) => {
        progress?.show(event);
        const item = open[event.job];
        if (item === undefined) return;
        if (event.kind === 'failed') failures.push({ label: item.label, error: event.error });
        if (event.kind !== 'done') return;
        const kept = { ...provenanceHere(), outcome: event.outcome };
        rows[item.at] = [item.about, kept];
        keeping.push(cache.keep(item.job, fingerprint(item.job), kept));
      },
    );
    return { ...result, cancelled: false };
  } catch (error) {
    if (!stop.signal.aborted && toWire(error).code !== 'cancelled') throw error;
    return { ...result, cancelled: true };
  } finally {
    progress?.clear();
    release();
    await Promise.all(keeping);
    await engine.dispose();
  }
}
