/** An engine that replays an invented but deterministic run. For tests and the test harness only. */
import type { EngineInfo } from '../../src/bridge/engineInfo.ts';
import type { EngineApi, LoadedModel, ModelSummary } from '../../src/bridge/protocol.ts';
import type { RunEvent, StageName } from '../../src/bridge/runEvents.ts';
import type { CutRequest } from '../../src/bridge/mapLab.ts';
import { FmpError } from '../../src/core/errors.ts';
import type { CutPoint, CutSuggestion } from '../../src/core/frg/knockOut.ts';
import { classShares, DOMINANCE_MARGIN, findSuspect, suspicion } from '../../src/core/frg/score.ts';
import { selectMaps } from '../../src/core/frg/select.ts';
import { mapsInScope } from '../../src/core/network/plan.ts';
import type { RunSpec } from '../../src/core/runSpec.ts';
import { fakeLoaded, fakeModels } from './fakeModel.ts';
import { FakeOwn } from './fakeOwn.ts';
import { fakeStudy } from './fakeStudy.ts';
import {
  fakeCurvePoint,
  fakeInspection,
  fakeResult,
  fakeRows,
  fakeStage,
  fakeTarget,
} from './fakeNumbers.ts';

export interface FakeOptions {
  /** Pause between events; 0 replays as fast as promises run. */
  readonly delayMs?: number;
  /** Maps per batch of rows. */
  readonly batch?: number;
  /** Fails with a lost device after this many maps. */
  readonly failAfterMaps?: number;
  /** Says after this many maps that the device was lost and the run went on. */
  readonly recoverAfterMaps?: number;
  /** A curve waits for ever after this many points. */
  readonly holdAfterPoints?: number;
  /** Stops and waits for ever after this many maps, as a still picture of a run. */
  readonly holdAfterMaps?: number;
  /** Stays in the eps search after this many candidates. */
  readonly holdAfterCandidates?: number;
  /** A study waits for ever in the job of this place. */
  readonly holdAtJob?: number;
  readonly models?: readonly ModelSummary[];
  readonly info?: EngineInfo;
  /** Never finishes loading: any model, or the one with this id. */
  readonly holdLoading?: boolean | string;
}

const INFO: EngineInfo = {
  backend: 'wasm',
  device: 'SIMD, 2 threads',
  threads: 2,
  skipped: [{ backend: 'webgpu', reason: 'this browser has no GPU adapter' }],
};
const forever = (): Promise<never> => new Promise(() => undefined);

/** Class k* stands out at 24/255 for a backdoored model. */
const CANDIDATES = [2, 4, 8, 16, 24, 32, 48, 64];

export class FakeEngine extends FakeOwn implements EngineApi {
  private readonly options: FakeOptions;
  protected override loaded: LoadedModel | null = null;
  private paused = false;
  private stepping = 0;
  /** What the last run made. */
  private made: StageName[] = [];
  private cancelled = false;
  private dropCurve: (() => void) | null = null;
  private dropLoad: (() => void) | null = null;
  private emit: ((event: RunEvent) => void) | null = null;
  /** What was asked of this engine, for assertions. */
  override readonly calls: string[] = [];

  constructor(options: FakeOptions = {}) {
    super();
    this.options = options;
  }

  info(): Promise<EngineInfo> {
    return Promise.resolve(this.options.info ?? INFO);
  }

  models(): Promise<readonly ModelSummary[]> {
    const models = this.options.models ?? fakeModels();
    return Promise.resolve(
      models.map((model) => (this.has(model.manifest.data.id) ? { ...model, needs: null } : model)),
    );
  }

  async load(id: string, onBytes?: (loaded: number, total: number) => void): Promise<LoadedModel> {
    this.calls.push(`load ${id}`);
    this.dropLoad?.();
    onBytes?.(950_000, 1_480_000);
    const { holdLoading } = this.options;
    if (holdLoading === true || holdLoading === id)
      await new Promise((_, reject) => {
        this.dropLoad = () => {
          reject(new FmpError('loading was cancelled', { code: 'cancelled' }));
        };
      });
    await this.wait();
    const summary = (await this.models()).find(({ manifest }) => manifest.id === id);
    if (summary === undefined)
      throw new FmpError('there is no such model', { code: 'badModel', field: 'model', got: id });
    this.loaded = fakeLoaded(summary.manifest);
    return this.loaded;
  }

  cancelLoad(): Promise<void> {
    this.calls.push('cancelLoad');
    this.dropLoad?.();
    return Promise.resolve();
  }

  run: EngineApi['run'] = async (spec, onEvent, until = 'fineTuned', options = {}) => {
    const fresh = options.fresh === true ? ' fresh' : '';
    this.calls.push(`run ${until} p=${String(spec.p)}${fresh}`);
    const { loaded } = this;
    if (loaded === null) throw new FmpError('no model is loaded', { code: 'badInput' });
    this.emit = onEvent;
    this.cancelled = false;
    this.paused = false;
    const { manifest, plan } = loaded;
    onEvent({ kind: 'phase', phase: 'evaluating', stage: 'backdoored' });
    await this.wait();
    onEvent(fakeStage('backdoored', manifest));
    if (until === 'evaluated') {
      for (const stage of options.again === true ? this.made : []) {
        await this.gate();
        onEvent(fakeStage(stage, manifest));
      }
      return null;
    }
    this.made = [];
    let eps = spec.frg.eps;
    if (eps === 'auto') {
      onEvent({ kind: 'phase', phase: 'searchingEps' });
      for (const [index, k] of CANDIDATES.entries()) {
        if (index === this.options.holdAfterCandidates) await forever();
        const margin =
          0.4 * Math.exp(-(((k - 24) / 16) ** 2)) * (manifest.attack === null ? 0.2 : 1);
        const runnerUp = { class: 3, medianShare: 0.05 };
        const suspect = {
          class: 8,
          medianShare: margin + 0.05,
          runnerUp,
          margin,
          right: 0.05,
          dominant: margin >= DOMINANCE_MARGIN,
        };
        onEvent({ kind: 'epsCandidate', eps: k / 255, suspect });
        onEvent({
          ...{ kind: 'progress', phase: 'searchingEps', done: index + 1, total: CANDIDATES.length },
          ...{ unit: 'candidates', elapsedSeconds: index, etaSeconds: null },
        });
        await this.wait();
      }
      eps = 24 / 255;
    }
    const maps = Int32Array.from(mapsInScope(plan, spec.frg.maps));
    const labels = Int32Array.from(
      { length: spec.frg.images },
      (_, i) => [1, 2, 12, 13, 14, 17, 25, 35][i % 8] ?? 0,
    );
    const rows = fakeRows(plan, maps, labels, fakeTarget(manifest), spec.seed);
    onEvent({ kind: 'phase', phase: 'scoring' });
    const alpha = spec.frg.alpha === 'auto' ? eps / 3 : spec.frg.alpha;
    onEvent({ kind: 'frgStart', maps, labels, eps, alpha, steps: spec.frg.steps, cached: false });
    if (options.startPaused === true) await this.pause();
    const batch = this.options.batch ?? 100;
    for (let row = 0; row < maps.length;) {
      await this.gate();
      const size = this.stepping > 0 ? 1 : batch;
      this.stepping = Math.max(0, this.stepping - 1);
      const end = Math.min(
        maps.length,
        row + size,
        row < (this.options.holdAfterMaps ?? Infinity)
          ? (this.options.holdAfterMaps ?? Infinity)
          : Infinity,
      );
      onEvent({
        kind: 'frgRows',
        from: row,
        predictions: rows.slice(row * labels.length, end * labels.length),
      });
      onEvent({
        ...{ kind: 'progress', phase: 'scoring', done: end, total: maps.length, unit: 'maps' },
        ...{ elapsedSeconds: end / 32, etaSeconds: (maps.length - end) / 32 },
      });
      row = end;
      if (row === this.options.recoverAfterMaps)
        onEvent({ kind: 'recovered', reason: 'deviceLost', from: row, seconds: 1.3 });
      if (row >= (this.options.failAfterMaps ?? Infinity))
        throw new FmpError('the graphics device stopped answering', {
          code: 'deviceLost',
          remedy: 'run again, or use the CPU',
        });
      if (row === this.options.holdAfterMaps) await this.holdStill();
      await this.wait();
    }
    onEvent({ kind: 'frgDone', seconds: 38, gflops: 21 });
    if (until === 'scored') return null;
    const table = {
      maps,
      labels,
      predictions: rows,
      classes: manifest.architecture.classes,
      rows: maps.length,
    };
    const selection = selectMaps(
      plan,
      maps,
      suspicion(table, spec.score),
      spec.selection,
      spec.p,
      spec.keep,
    );
    onEvent({ kind: 'phase', phase: 'pruning' });
    onEvent({ kind: 'selected', selection });
    await this.gate();
    onEvent({ kind: 'phase', phase: 'evaluating', stage: 'pruned' });
    onEvent(fakeStage('pruned', manifest));
    this.made = ['pruned'];
    if (until === 'pruned') return null;
    onEvent({ kind: 'untuned', validation: { hits: 950, n: 1000, value: 0.95 } });
    onEvent({ kind: 'phase', phase: 'fineTuning' });
    for (let epoch = 1; epoch <= spec.fineTune.epochs; epoch++) {
      await this.gate();
      const acc =
        0.971 + 0.006 * (1 - Math.exp(-epoch / 3)) - (epoch > 8 ? 0.0004 * (epoch - 8) : 0);
      onEvent({
        ...{
          kind: 'epoch',
          epoch,
          epochs: spec.fineTune.epochs,
          loss: 0.09 + 0.09 * Math.exp(-epoch / 3),
        },
        validation: { hits: Math.round(acc * 1000), n: 1000, value: acc },
      });
      await this.wait();
    }
    onEvent({ kind: 'phase', phase: 'evaluating', stage: 'fineTuned' });
    onEvent(fakeStage('fineTuned', manifest));
    this.made = ['pruned', 'fineTuned'];
    return fakeResult(spec, eps, manifest, findSuspect(classShares(table), table));
  };

  pause(): Promise<void> {
    this.calls.push('pause');
    this.paused = true;
    this.emit?.({ kind: 'paused' });
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.calls.push('resume');
    this.paused = false;
    this.emit?.({ kind: 'resumed' });
    return Promise.resolve();
  }

  step(): Promise<void> {
    this.calls.push('step');
    this.stepping++;
    return Promise.resolve();
  }

  cancel(): Promise<void> {
    this.calls.push('cancel');
    this.cancelled = true;
    return Promise.resolve();
  }

  setTrigger: EngineApi['setTrigger'] = (trigger) => {
    this.calls.push(`setTrigger ${trigger?.kind ?? 'none'}`);
    if (this.loaded === null) throw new FmpError('no model is loaded', { code: 'badInput' });
    const { samples, probabilities } = this.loaded;
    return Promise.resolve({ trigger, samples, probabilities });
  };

  adopt: EngineApi['adopt'] = (spec, { table }) => {
    this.calls.push(`adopt seed=${String(spec.seed)} maps=${String(table.rows)}`);
    return Promise.resolve();
  };

  inspect: EngineApi['inspect'] = (spec, eps, map, image) => {
    this.calls.push(`inspect ${String(map)} ${String(image)}`);
    if (this.loaded === null) throw new FmpError('no model is loaded', { code: 'badInput' });
    return Promise.resolve(fakeInspection(this.loaded, eps, map, image + spec.seed * 0));
  };

  mapCurve: EngineApi['mapCurve'] = async (spec, map, eps, onPoint) => {
    this.calls.push(`mapCurve ${String(map)} ${String(eps.length)}`);
    this.dropCurve?.();
    const dropped = new Promise<never>((_, reject) => {
      this.dropCurve = () => {
        reject(new FmpError('another map was asked for', { code: 'cancelled' }));
      };
    });
    let live = true;
    const points = async (): Promise<void> => {
      for (const [at, one] of eps.entries()) {
        if (at === this.options.holdAfterPoints) await forever();
        await this.wait();
        if (live) onPoint(fakeCurvePoint(map, one, spec.frg.images, 8));
      }
    };
    try {
      await Promise.race([points(), dropped]);
    } finally {
      live = false;
    }
  };

  study: EngineApi['study'] = (jobs, onEvent) => {
    this.calls.push(`study ${String(jobs.length)}`);
    this.cancelled = false;
    return fakeStudy(this.options.holdAtJob, () => this.holdStill())(jobs, onEvent);
  };

  accuracyCurve(_order: Int32Array, counts: Int32Array): Promise<Float32Array> {
    this.calls.push('accuracyCurve');
    return Promise.resolve(Float32Array.from(counts, (k) => 0.978 - 0.00034 * k - 4e-8 * k ** 3));
  }

  suggestCut(
    _spec: RunSpec,
    { order }: CutRequest,
    onPoint: (point: CutPoint) => void = () => undefined,
  ): Promise<CutSuggestion> {
    this.calls.push('suggestCut');
    const points = [0, 4, 5].map((count) => ({
      ...{ count, tuned: false, share: 0.4 - 0.08 * count, next: 0.1, acc: 0.98 - 0.001 * count },
    }));
    points.forEach(onPoint);
    return Promise.resolve({ points, count: order.length < 5 ? null : 5 });
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  private wait(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.options.delayMs ?? 0));
  }

  /** Waits while paused. @throws FmpError cancelled */
  private async gate(): Promise<void> {
    while (this.paused && this.stepping === 0 && !this.cancelled) await this.wait();
    if (this.cancelled) throw new FmpError('the run was cancelled', { code: 'cancelled' });
  }

  /** A run that stands still but can be paused and cancelled. */
  private async holdStill(): Promise<void> {
    while (!this.cancelled) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
