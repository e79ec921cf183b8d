/** What all requests share: the workers, the loaded model, and whose turn it is. */
import type { CheckpointChoice } from '../bridge/own.ts';
import type { LoadedModel, TriggerSamples } from '../bridge/protocol.ts';
import { parseTrigger, type TriggerSpec } from '../core/attacks/trigger.ts';
import { FmpError } from '../core/errors.ts';
import type { Dataset } from '../data/dataset.ts';
import { loadBundled, type Loadable, openSession } from './loading.ts';
import { OwnFiles } from './ownFiles.ts';
import { noCheckpoint, OWN_ID } from './ownModel.ts';
import type { Platform } from './platform.ts';
import type { EngineOptions } from './pool.ts';
import { PoolKeeper } from './poolKeeper.ts';
import { askAgain, isLoss } from './recovery.ts';
import { newRunCache, type RunCache } from './runContext.ts';
import type { Session } from './session.ts';

type OnBytes = (loaded: number, total: number) => void;

export class Workbench {
  readonly platform: Platform;
  readonly pools: PoolKeeper;
  readonly files: OwnFiles;
  /** Of the loaded model. */
  cache: RunCache = newRunCache();
  session: Session | null = null;
  private loadedId: string | null = null;
  /** The checkpoint that was used last. */
  private own: Loadable | null = null;
  /** What the cache belongs to; it outlives the loss of a worker. */
  private cached: { readonly id: string; readonly dataset: Dataset } | null = null;
  /** The trigger that was put in the place of a model's own. */
  private other: { readonly model: string; readonly trigger: TriggerSpec | null } | null = null;
  private jobs: Promise<unknown> = Promise.resolve();
  /** The download under way. */
  private download: AbortController | null = null;

  constructor(platform: Platform, options: EngineOptions) {
    this.platform = platform;
    this.pools = new PoolKeeper(platform, options);
    this.files = new OwnFiles(platform);
  }

  readonly now = (): number => this.platform.now();

  /** One job at a time uses the workers' network; one job must not wait for another. */
  private exclusive<T>(job: () => Promise<T>): Promise<T> {
    const result = this.jobs.then(job);
    this.jobs = result.catch(() => undefined);
    return result;
  }

  /** The same for a run or a study: what it could not mend itself ends the workers. */
  whole<T>(job: () => Promise<T>): Promise<T> {
    return this.exclusive(async () => {
      try {
        return await job();
      } catch (error) {
        await this.clear(error);
        throw error;
      }
    });
  }

  /**
   * The same for a short request, which is asked again where workers turn out to be lost.
   * @throws FmpError cancelled where the session has been replaced by the time of its turn
   */
  alone<T>(session: Session, request: () => Promise<T>): Promise<T> {
    return this.exclusive(() => {
      // It would put the network of before on workers that the new session takes for its own.
      if (this.session !== session) throw replaced();
      return this.mended(() => {
        session.forgetWeights();
      }, request);
    });
  }

  private async mended<T>(forget: () => void, request: () => Promise<T>): Promise<T> {
    try {
      return await askAgain(await this.pools.start(), forget, request);
    } catch (error) {
      await this.clear(error);
      throw error;
    }
  }

  /** @param model null: whichever is loaded @throws FmpError badInput when it is not loaded */
  needSession(model: string | null): Session {
    const { session, loadedId } = this;
    if (session !== null && (model === null || model === loadedId)) return session;
    throw new FmpError('this model is not loaded', {
      ...{ code: 'badInput', field: 'model', got: model ?? 'none' },
      expected: loadedId ?? 'a loaded model',
      remedy: 'load the model first',
    });
  }

  holds(model: string): boolean {
    return this.loadedId === model;
  }

  /**
   * Loads a model with the trigger of its own. One download at a time: a newer one ends it.
   * @param begin ends what keeps the workers busy; called once the model is there
   */
  async load(id: string, begin: () => void, onBytes?: OnBytes): Promise<LoadedModel> {
    this.cancelLoad();
    const download = new AbortController();
    this.download = download;
    // Not all that is read listens to the signal.
    const found = await ended(download.signal, this.find(id, onBytes, download.signal));
    if (this.download === download) this.download = null;
    begin();
    return this.exclusive(async () => {
      const loaded = await this.take(id, found, null);
      if (this.other !== null) this.cache.evaluation.clear();
      this.other = null;
      return loaded;
    });
  }

  /** Ends the download of a model; the model that was loaded before it stays. */
  cancelLoad(): void {
    this.download?.abort();
    this.download = null;
  }

  /** For a job that is `whole`: makes a bundled model, or the own checkpoint, the loaded one. */
  async open(id: string): Promise<void> {
    const found = await this.find(id);
    const { other } = this;
    await this.take(id, found, other?.model === id ? other : null);
  }

  find(id: string, onBytes?: OnBytes, signal?: AbortSignal): Promise<Loadable> {
    if (id !== OWN_ID) return loadBundled(this.platform, this.files, id, onBytes, signal);
    if (this.own !== null) return Promise.resolve(this.own);
    throw noCheckpoint();
  }

  /** @param begin as that of `load` */
  async useCheckpoint(choice: CheckpointChoice, begin: () => void): Promise<LoadedModel> {
    const found = await this.files.model(choice);
    begin();
    return this.exclusive(async () => {
      const loaded = await this.take(OWN_ID, found, null);
      this.own = found;
      this.other = null;
      this.cache = newRunCache();
      return loaded;
    });
  }

  /** Puts a model on the workers, inside an exclusive job. */
  private async take(
    id: string,
    loadable: Loadable,
    other: { readonly trigger: TriggerSpec | null } | null,
  ): Promise<LoadedModel> {
    const pool = await this.pools.start();
    // The workers get another network, whatever comes of it.
    this.session?.forgetWeights();
    const { session, loaded } = await this.mended(
      () => undefined,
      () => openSession(this.platform, pool, loadable, other),
    );
    this.session = session;
    this.loadedId = id;
    const { dataset } = loadable;
    if (this.cached?.id !== id || this.cached.dataset !== dataset) this.cache = newRunCache();
    this.cached = { id, dataset };
    return loaded;
  }

  /** See EngineApi. @throws FmpError badInput naming what is wrong with the trigger */
  setTrigger(value: TriggerSpec | null): Promise<TriggerSamples> {
    const session = this.needSession(null);
    const { classes } = session.model.plan.architecture;
    const trigger = value === null ? null : parseTrigger(value, classes);
    return this.alone(session, async () => {
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

  /** After a loss that was not mended: the next request starts fresh workers. */
  private async clear(error: unknown): Promise<void> {
    if (!isLoss(error)) return;
    this.session = null;
    this.loadedId = null;
    await this.pools.close();
  }
}

function replaced(): FmpError {
  return new FmpError('the model was loaded anew meanwhile', {
    ...{ code: 'cancelled', field: 'model', remedy: 'ask again' },
  });
}

/** The result, or the end of the signal, whichever comes first. @throws FmpError cancelled */
function ended<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new FmpError('loading was cancelled', { code: 'cancelled', field: 'model' }));
    });
    result.then(resolve, reject);
  });
}
