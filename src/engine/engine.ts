/** The engine: one pool of workers, one loaded model, one run at a time. */
import type { CheckpointChoice, ExportedWeights } from '../bridge/own.ts';
import type {
  AdoptedSweep,
  EngineApi,
  EngineInfo,
  LoadedModel,
  MapInspection,
  ModelSummary,
  OracleApi,
  RunEvent,
  RunOptions,
  RunResult,
  TriggerSamples,
  Until,
} from '../bridge/protocol.ts';
import { parseTrigger, type TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import { parseRunSpec, type RunSpec } from '../core/runSpec.ts';
import { parseJobs, type StudyEvent, type StudyJob } from '../core/study/job.ts';
import { DEFAULT_SPLIT, measureAccuracyCurve } from './accuracyCurve.ts';
import type { Dataset } from '../data/dataset.ts';
import { CurrentRun } from './currentRun.ts';
import type { InspectedMap } from './computeContract.ts';
import { exportOutcome } from './exportOutcome.ts';
import { besideRun, inspectMap } from './inspection.ts';
import { listModels, loadBundled, type Loadable, openSession } from './loading.ts';
import { testImages, triggerChange } from './oracle.ts';
import { OwnFiles } from './ownFiles.ts';
import { noCheckpoint, OWN_ID } from './ownModel.ts';
import type { Platform } from './platform.ts';
import { type EngineOptions, isLoss, PoolKeeper } from './poolKeeper.ts';
import { executeRun, newRunCache, type RunCache, sweepKey } from './run.ts';
import { RunControl } from './runControl.ts';
import type { Session } from './session.ts';
import { executeStudy } from './study.ts';
import { adoptSweep } from './sweep.ts';

export class Engine implements EngineApi, OracleApi {
  private readonly platform: Platform;
  private readonly pools: PoolKeeper;
  private readonly files: OwnFiles;
  /** The checkpoint that was used last. */
  private own: Loadable | null = null;
  private session: Session | null = null;
  private loadedId: string | null = null;
  /** What the cache belongs to; it outlives the loss of a worker. */
  private cached: { readonly id: string; readonly dataset: Dataset } | null = null;
  private cache: RunCache = newRunCache();
  /** The trigger that was put in the place of a model's own. */
  private other: { readonly model: string; readonly trigger: TriggerSpec | null } | null = null;
  private readonly now = (): number => this.platform.now();
  private readonly current = new CurrentRun();
  /** The Acc preview under way; a run or a newer preview ends it. */
  private curve: RunControl | null = null;
  private jobs: Promise<unknown> = Promise.resolve();

  constructor(platform: Platform, options: EngineOptions) {
    this.platform = platform;
    this.pools = new PoolKeeper(platform, options);
    this.files = new OwnFiles(platform);
  }

  async info(): Promise<EngineInfo> {
    return (await this.pools.start()).info;
  }

  models(): Promise<readonly ModelSummary[]> {
    return listModels(this.platform, this.files);
  }

  async load(id: string, onBytes?: (loaded: number, total: number) => void): Promise<LoadedModel> {
    this.current.refuse();
    if (this.other !== null) this.cache.evaluation.clear();
    this.other = null;
    return this.open(id, onBytes);
  }

  openData: EngineApi['openData'] = (...args) => this.files.openData(...args);
  data: EngineApi['data'] = () => this.files.data();
  forgetData: EngineApi['forgetData'] = (name) => this.files.forgetData(name);
  openCheckpoint: EngineApi['openCheckpoint'] = (...args) => this.files.openCheckpoint(...args);

  cancelOpen(): Promise<void> {
    this.files.cancel();
    return Promise.resolve();
  }

  async useCheckpoint(choice: CheckpointChoice): Promise<LoadedModel> {
    this.current.refuse();
    const found = await this.files.model(choice);
    this.curve?.cancel();
    const loaded = await this.exclusive(() => this.take(OWN_ID, found, null));
    this.own = found;
    this.other = null;
    this.cache = newRunCache();
    return loaded;
  }

  exportWeights(stage: 'pruned' | 'fineTuned'): Promise<ExportedWeights> {
    const { plan } = this.needSession(null).model;
    return Promise.resolve(exportOutcome(plan, this.cache.outcome, stage));
  }

  /** Makes a bundled model, or the own checkpoint as it was used last, the loaded one. */
  private async open(
    id: string,
    onBytes?: (loaded: number, total: number) => void,
  ): Promise<LoadedModel> {
    const { other } = this;
    const found = await this.find(id, onBytes);
    return this.take(id, found, other?.model === id ? other : null);
  }

  private find(id: string, onBytes?: (loaded: number, total: number) => void): Promise<Loadable> {
    if (id !== OWN_ID) return loadBundled(this.platform, this.files, id, onBytes);
    if (this.own !== null) return Promise.resolve(this.own);
    throw noCheckpoint();
  }

  private async take(
    id: string,
    loadable: Loadable,
    other: { readonly trigger: TriggerSpec | null } | null,
  ): Promise<LoadedModel> {
    const pool = await this.pools.start();
    // The workers get another network, whatever comes of it.
    this.session?.forgetWeights();
    const { session, loaded } = await openSession(this.platform, pool, loadable, other);
    this.session = session;
    this.loadedId = id;
    const { dataset } = loadable;
    if (this.cached?.id !== id || this.cached.dataset !== dataset) this.cache = newRunCache();
    this.cached = { id, dataset };
    return loaded;
  }

  /**
   * Puts another trigger in the place of the loaded model's own, or none, until the next model is
   * loaded: samples, evaluations and the oracle use it. Sweeps stay valid, for they see no trigger.
   * @throws FmpError badInput naming what is wrong with the trigger
   */
  async setTrigger(value: TriggerSpec | null): Promise<TriggerSamples> {
    this.current.refuse();
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
    const control = this.current.begin(onEvent);
    try {
      if (this.loadedId !== spec.model) {
        onEvent({ kind: 'phase', phase: 'loading' });
        await this.open(spec.model);
      }
      const session = this.needSession(spec.model);
      const pool = await this.pools.start();
      const pauseAtSweep = options.startPaused === true;
      if (options.fresh === true) this.cache.sweeps.delete(sweepKey(spec));
      const { cache, now } = this;
      const context = { session, pool, control, emit: onEvent, now, cache, pauseAtSweep };
      this.curve?.cancel();
      return await this.exclusive(() => executeRun(context, spec, until));
    } catch (error) {
      await this.recover(error);
      throw error;
    } finally {
      this.current.end();
    }
  }

  async study(value: readonly StudyJob[], onEvent: (event: StudyEvent) => void): Promise<void> {
    const jobs = parseJobs(value);
    const control = this.current.begin(() => undefined);
    try {
      const pool = await this.pools.start();
      this.curve?.cancel();
      await this.exclusive(async () => {
        this.session?.forgetWeights();
        await executeStudy({ pool, control, now: this.now, emit: onEvent }, jobs, async (id) => {
          const { session } = await openSession(this.platform, pool, await this.find(id), null);
          return session;
        });
      });
    } catch (error) {
      await this.recover(error);
      throw error;
    } finally {
      this.session?.forgetWeights();
      this.current.end();
    }
  }

  adopt(value: RunSpec, sweep: AdoptedSweep): Promise<void> {
    const spec = parseRunSpec(value);
    const { plan } = this.needSession(spec.model).model;
    this.cache.sweeps.set(sweepKey(spec), adoptSweep(plan, spec, sweep));
    return Promise.resolve();
  }

  pause: EngineApi['pause'] = () => this.current.pause();
  resume: EngineApi['resume'] = () => this.current.resume();
  step: EngineApi['step'] = () => this.current.step();
  cancel: EngineApi['cancel'] = () => this.current.cancel();

  async inspect(value: RunSpec, eps: number, map: number, image: number): Promise<MapInspection> {
    const spec = parseRunSpec(value);
    const session = this.needSession(spec.model);
    const { first } = await this.pools.start();
    return inspectMap(session, spec, { eps, map, image }, (request) => {
      const ask = (): Promise<InspectedMap> => first.call('inspect', request);
      return this.current.isUnderWay
        ? besideRun(session, ask)
        : this.exclusive(() => session.setWeights(session.model.stateDict).then(ask));
    });
  }

  async accuracyCurve(order: Int32Array, counts: Int32Array): Promise<Float32Array> {
    this.current.refuse();
    const session = this.needSession(null);
    const control = new RunControl(false);
    this.curve?.cancel();
    this.curve = control;
    const split = this.cache.lastSpec ?? DEFAULT_SPLIT;
    return this.exclusive(() => measureAccuracyCurve(session, split, control, order, counts));
  }

  activationChange: OracleApi['activationChange'] = async (value) => {
    this.current.refuse();
    const spec = parseRunSpec(value);
    const session = this.needSession(spec.model);
    const pool = await this.pools.start();
    this.curve?.cancel();
    return this.exclusive(async () => {
      await session.setWeights(session.model.stateDict);
      return triggerChange(session, pool, spec, new RunControl(false), 'trigger');
    });
  };

  testImages: OracleApi['testImages'] = (value, indices, kind) => {
    this.current.refuse();
    const spec = parseRunSpec(value);
    const session = this.needSession(spec.model);
    return testImages(session, spec, indices, kind, new RunControl(false));
  };

  /** One job at a time uses the workers' network. */
  private exclusive<T>(job: () => Promise<T>): Promise<T> {
    const result = this.jobs.then(job);
    this.jobs = result.catch(() => undefined);
    return result;
  }

  async dispose(): Promise<void> {
    await this.current.cancel();
    this.files.cancel();
    await this.pools.close();
  }

  /** After the loss of a worker or device: the next request starts fresh ones. */
  private async recover(error: unknown): Promise<void> {
    if (!isLoss(error)) return;
    this.session = null;
    this.loadedId = null;
    await this.pools.close();
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
}
