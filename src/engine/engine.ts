/** The engine: one pool of workers, one loaded model, one run at a time. */
import type {
  AdoptedSweep,
  BackendChoice,
  EngineApi,
  EngineInfo,
  LoadedModel,
  MapInspection,
  ModelSummary,
  RunEvent,
  RunOptions,
  RunResult,
  TriggerSamples,
  Until,
} from '../bridge/protocol.ts';
import type { Handlers } from '../bridge/rpc.ts';
import { parseTrigger, type TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import { parseRunSpec, type RunSpec } from '../core/runSpec.ts';
import { measureAccuracyCurve } from './accuracyCurve.ts';
import type { ComputeContract, InspectedMap } from './computeContract.ts';
import { inspectMap } from './inspection.ts';
import { listModelIds, openDataset, readEncoder, readManifest, readModel } from './modelStore.ts';
import type { Platform } from './platform.ts';
import { Pool } from './pool.ts';
import { executeRun, type RunCache, sweepKey } from './run.ts';
import { RunControl } from './runControl.ts';
import { Session } from './session.ts';
import { adoptSweep } from './sweep.ts';

export interface EngineOptions {
  readonly backend: BackendChoice;
  readonly threads?: number;
  /** Computes with these, in this thread, instead of in workers (GPU in Node, tests). */
  readonly local?: Handlers<ComputeContract>;
}

export class Engine implements EngineApi {
  private readonly platform: Platform;
  private readonly options: EngineOptions;
  private pool: Promise<Pool> | null = null;
  private session: Session | null = null;
  private loadedId: string | null = null;
  /** The model that the cache belongs to; it outlives the loss of a worker. */
  private cachedId: string | null = null;
  private cache: RunCache = { evaluation: new Map(), sweeps: new Map() };
  /** The trigger that was put in the place of a model's own. */
  private other: { readonly model: string; readonly trigger: TriggerSpec | null } | null = null;
  private control: RunControl | null = null;
  /** The Acc preview under way; a run or a newer preview ends it. */
  private curve: RunControl | null = null;
  private jobs: Promise<unknown> = Promise.resolve();
  private report: ((event: RunEvent) => void) | null = null;

  constructor(platform: Platform, options: EngineOptions) {
    this.platform = platform;
    this.options = options;
  }

  async info(): Promise<EngineInfo> {
    return (await this.start()).info;
  }

  async models(): Promise<readonly ModelSummary[]> {
    const ids = await listModelIds(this.platform);
    return Promise.all(
      ids.map(async (id) => {
        const manifest = await readManifest(this.platform, `models/${id}`);
        const embedded = manifest.data.id === 'signs' || this.platform.dataset !== undefined;
        const needs = embedded ? null : `needs the ${manifest.data.id.toUpperCase()} images`;
        return { manifest, needs };
      }),
    );
  }

  async load(id: string, onBytes?: (loaded: number, total: number) => void): Promise<LoadedModel> {
    this.refuseWhileRunning();
    if (this.other !== null) this.cache.evaluation.clear();
    this.other = null;
    return this.open(id, onBytes);
  }

  private async open(
    id: string,
    onBytes?: (loaded: number, total: number) => void,
  ): Promise<LoadedModel> {
    const pool = await this.start();
    const model = await readModel(this.platform, folderOf(id), onBytes);
    const dataset = await openDataset(this.platform, model.manifest);
    const session = new Session(model, dataset, pool, () => readEncoder(this.platform));
    if (this.other?.model === id) session.trigger = this.other.trigger;
    await session.setWeights(model.stateDict);
    const samples = await session.samples();
    const probabilities = await session.probabilities(samples);
    this.session = session;
    this.loadedId = id;
    if (this.cachedId !== id) this.cache = { evaluation: new Map(), sweeps: new Map() };
    this.cachedId = id;
    const { manifest, plan } = model;
    const { trainCount: trainImages, testCount: testImages } = dataset;
    const { trigger } = session;
    return { manifest, plan, trigger, samples, probabilities, trainImages, testImages };
  }

  /**
   * Puts another trigger in the place of the loaded model's own, or none, until the next model is
   * loaded: samples, evaluations and the oracle use it. Sweeps stay valid, for they see no trigger.
   * @throws FmpError badInput naming what is wrong with the trigger
   */
  async setTrigger(value: TriggerSpec | null): Promise<TriggerSamples> {
    this.refuseWhileRunning();
    const session = this.needSession(null);
    const { classes } = session.model.plan.architecture;
    const trigger = value === null ? null : parseTrigger(value, classes);
    this.curve?.cancel();
    return this.exclusive(async () => {
      const before = session.trigger;
      session.trigger = trigger;
      try {
        await session.setWeights(session.model.stateDict);
        const samples = await session.samples();
        const probabilities = await session.probabilities(samples);
        this.other = { model: this.loadedId ?? '', trigger };
        this.cache.evaluation.clear();
        return { trigger, samples, probabilities };
      } catch (error) {
        session.trigger = before;
        throw error;
      }
    });
  }

  async run(
    value: RunSpec,
    onEvent: (event: RunEvent) => void,
    until: Until = 'fineTuned',
    options: RunOptions = {},
  ): Promise<RunResult | null> {
    const spec = parseRunSpec(value);
    this.refuseWhileRunning();
    const control = new RunControl(false);
    this.control = control;
    this.report = onEvent;
    try {
      if (this.loadedId !== spec.model) {
        onEvent({ kind: 'phase', phase: 'loading' });
        await this.open(spec.model);
      }
      const session = this.needSession(spec.model);
      const pool = await this.start();
      const now = (): number => this.platform.now();
      const pauseAtSweep = options.startPaused === true;
      if (options.fresh === true) this.cache.sweeps.delete(sweepKey(spec));
      const { cache } = this;
      const context = { session, pool, control, emit: onEvent, now, cache, pauseAtSweep };
      this.curve?.cancel();
      return await this.exclusive(() => executeRun(context, spec, until));
    } catch (error) {
      await this.recover(error);
      throw error;
    } finally {
      this.control = null;
      this.report = null;
    }
  }

  adopt(value: RunSpec, sweep: AdoptedSweep): Promise<void> {
    const spec = parseRunSpec(value);
    const { plan } = this.needSession(spec.model).model;
    this.cache.sweeps.set(sweepKey(spec), adoptSweep(plan, spec, sweep));
    return Promise.resolve();
  }

  pause(): Promise<void> {
    this.control?.pause();
    this.report?.({ kind: 'paused' });
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.control?.resume();
    this.report?.({ kind: 'resumed' });
    return Promise.resolve();
  }

  step(): Promise<void> {
    this.control?.step();
    return Promise.resolve();
  }

  cancel(): Promise<void> {
    this.control?.cancel();
    return Promise.resolve();
  }

  async inspect(value: RunSpec, eps: number, map: number, image: number): Promise<MapInspection> {
    const spec = parseRunSpec(value);
    const session = this.needSession(spec.model);
    const { first } = await this.start();
    return inspectMap(session, spec, { eps, map, image }, (request) => {
      const ask = (): Promise<InspectedMap> => first.call('inspect', request);
      return this.control === null
        ? this.exclusive(() => session.setWeights(session.model.stateDict).then(ask))
        : this.besideRun(session, ask);
    });
  }

  async accuracyCurve(order: Int32Array, counts: Int32Array): Promise<Float32Array> {
    this.refuseWhileRunning();
    const session = this.needSession(null);
    const control = new RunControl(false);
    this.curve?.cancel();
    this.curve = control;
    const split = this.cache.lastSpec ?? DEFAULT_SPLIT;
    return this.exclusive(() => measureAccuracyCurve(session, split, control, order, counts));
  }

  /** A look at a map while a run is paused: the workers are idle, but their network is the run's. */
  private besideRun<T>(session: Session, ask: () => Promise<T>): Promise<T> {
    if (session.isOriginal) return ask();
    throw new FmpError('feature maps cannot be inspected in this phase of the run', {
      ...{ code: 'badInput', field: 'map', expected: 'a sweep that is paused, or no run' },
      remedy: 'wait for the run to end',
    });
  }

  /** One job at a time uses the workers' network. */
  private exclusive<T>(job: () => Promise<T>): Promise<T> {
    const result = this.jobs.then(job);
    this.jobs = result.catch(() => undefined);
    return result;
  }

  async dispose(): Promise<void> {
    this.control?.cancel();
    const started = this.pool;
    this.pool = null;
    if (started !== null) (await started).close();
  }

  private start(): Promise<Pool> {
    const { backend, threads, local } = this.options;
    if (this.pool !== null) return this.pool;
    const started =
      local === undefined
        ? Pool.start(this.platform, backend, threads)
        : Pool.startLocal(this.platform, backend, local);
    // A failure is reported to whoever asked; the next request tries again.
    started.catch(() => {
      if (this.pool === started) this.pool = null;
    });
    this.pool = started;
    return this.pool;
  }

  /** After the loss of a worker or device: the next request starts fresh ones. */
  private async recover(error: unknown): Promise<void> {
    const code = error instanceof FmpError ? error.facts.code : 'internal';
    if (code !== 'workerDied' && code !== 'deviceLost') return;
    const lost = this.pool;
    this.pool = null;
    this.session = null;
    this.loadedId = null;
    (await lost)?.close();
  }

  private needSession(model: string | null): Session {
    const { session, loadedId } = this;
    if (session !== null && (model === null || model === loadedId)) return session;
    throw new FmpError('this model is not loaded', {
      ...{ code: 'badInput', field: 'model', got: model ?? 'none' },
      expected: loadedId ?? 'a loaded model',
      remedy: 'load the model first',
    });
  }

  private refuseWhileRunning(): void {
    if (this.control === null) return;
    throw new FmpError('a run is already under way', {
      code: 'badInput',
      remedy: 'wait for it to end, or cancel it first',
    });
  }
}

const DEFAULT_SPLIT = {
  seed: 0,
  frg: { images: 1 },
  fineTune: { retrainRatio: 0.1 },
  evaluation: { images: 1 },
};

/** A bundled id, the path of a model folder, or of the weights file in one. */
function folderOf(id: string): string {
  if (!id.includes('/')) return `models/${id}`;
  return id.endsWith('.safetensors') ? id.slice(0, id.lastIndexOf('/')) : id;
}
