/** The engine: one pool of workers, one loaded model, one run at a time. */
import type {
  BackendChoice,
  EngineApi,
  EngineInfo,
  LoadedModel,
  MapInspection,
  ModelSummary,
  RunEvent,
  RunResult,
  Until,
} from '../bridge/protocol.ts';
import type { Handlers } from '../bridge/rpc.ts';
import { IMAGE_VALUES } from '../core/attacks/attack.ts';
import { FmpError } from '../core/errors.ts';
import { locateMap } from '../core/network/plan.ts';
import { applyPruneMask, pruneMask } from '../core/network/prune.ts';
import { parseRunSpec, type RunSpec } from '../core/runSpec.ts';
import { accuracy } from '../core/metrics.ts';
import type { ComputeContract, InspectedMap } from './computeContract.ts';
import { listModelIds, openDataset, readManifest, readModel } from './modelStore.ts';
import type { Platform } from './platform.ts';
import { Pool } from './pool.ts';
import { executeRun, type RunCache } from './run.ts';
import { RunControl } from './runControl.ts';
import { Session } from './session.ts';
import { frgImages, reverseConfig } from './sweep.ts';

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
    return this.open(id, onBytes);
  }

  private async open(
    id: string,
    onBytes?: (loaded: number, total: number) => void,
  ): Promise<LoadedModel> {
    const pool = await this.start();
    const model = await readModel(this.platform, folderOf(id), onBytes);
    const dataset = await openDataset(this.platform, model.manifest);
    const session = new Session(model, dataset, pool);
    await session.setWeights(model.stateDict);
    const samples = session.samples();
    const probabilities = await session.probabilities(samples);
    this.session = session;
    this.loadedId = id;
    if (this.cachedId !== id) this.cache = { evaluation: new Map(), sweeps: new Map() };
    this.cachedId = id;
    const { manifest, plan } = model;
    const { trainCount: trainImages, testCount: testImages } = dataset;
    return { manifest, plan, samples, probabilities, trainImages, testImages };
  }

  async run(
    value: RunSpec,
    onEvent: (event: RunEvent) => void,
    until: Until = 'fineTuned',
    options: { readonly startPaused?: boolean } = {},
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
    const { plan } = session.model;
    const { conv } = locateMap(plan, map);
    const config = reverseConfig(spec.frg, eps);
    const all = frgImages(session, spec, config);
    const label = all.labels[image];
    if (label === undefined)
      throw new FmpError('there is no such FRG image', {
        ...{ code: 'badInput', field: 'image', got: String(image) },
        expected: `0 to ${String(all.labels.length - 1)}`,
        remedy: 'choose one of the FRG images',
      });
    const cut = (values: Float32Array): Float32Array =>
      values.slice(image * IMAGE_VALUES, (image + 1) * IMAGE_VALUES);
    const [x, x0] = [cut(all.x), cut(all.x0)];
    const pool = await this.start();
    const ask = (): Promise<InspectedMap> => pool.first.call('inspect', { x, x0, map, config });
    const seen = await (this.control === null
      ? this.exclusive(() => session.setWeights(session.model.stateDict).then(ask))
      : this.besideRun(session, ask));
    const predicted = seen.probabilities.indexOf(Math.max(...seen.probabilities));
    return {
      ...{ map, size: conv.outSize, clean: seen.clean, perturbed: seen.perturbed },
      ...{ image: toBytes(x), result: toBytes(seen.result), label, predicted },
      perturbation: seen.result.map((value, i) => value - (x[i] ?? 0)),
      probability: seen.probabilities[predicted] ?? 0,
    };
  }

  async accuracyCurve(order: Int32Array, counts: Int32Array): Promise<Float32Array> {
    this.refuseWhileRunning();
    const session = this.needSession(null);
    const control = new RunControl(false);
    this.curve?.cancel();
    this.curve = control;
    return this.exclusive(() => this.drawCurve(session, control, order, counts));
  }

  private async drawCurve(
    session: Session,
    control: RunControl,
    order: Int32Array,
    counts: Int32Array,
  ): Promise<Float32Array> {
    const { model, dataset } = session;
    const held = session.split(this.cache.lastSpec ?? DEFAULT_SPLIT).validation;
    const validation = dataset.train(held.subarray(0, CURVE_IMAGES));
    const result = new Float32Array(counts.length);
    for (const [i, count] of counts.entries()) {
      const mask = pruneMask(model.plan, order.subarray(0, count));
      await session.setWeights(applyPruneMask(model.stateDict, mask));
      const predictions = await session.classify(validation.images, control, () => undefined);
      result[i] = accuracy(predictions, validation.labels).value;
    }
    return result;
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

/** Validation images of the Acc preview: it is drawn while a person waits. */
const CURVE_IMAGES = 100;
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

const toBytes = (values: Float32Array): Uint8Array =>
  Uint8Array.from(values, (value) => Math.round(value * 255));
