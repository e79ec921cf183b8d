/** The engine: one pool of workers, one loaded model, one run at a time. */
import type { CheckpointChoice, ExportedWeights } from '../bridge/own.ts';
import type { EngineInfo } from '../bridge/engineInfo.ts';
import type {
  AdoptedSweep,
  EngineApi,
  LoadedModel,
  ModelSummary,
  OracleApi,
  RunOptions,
  TriggerSamples,
  Until,
} from '../bridge/protocol.ts';
import type { RunEvent, RunResult } from '../bridge/runEvents.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import { parseRunSpec, type RunSpec } from '../core/runSpec.ts';
import { parseJobs, type StudyEvent, type StudyJob } from '../core/study/job.ts';
import { CurrentRun } from './currentRun.ts';
import { exportOutcome } from './exportOutcome.ts';
import { listModels, openSession } from './loading.ts';
import { Looks } from './looks.ts';
import type { Platform } from './platform.ts';
import type { EngineOptions } from './pool.ts';
import { executeRun, sweepKey } from './run.ts';
import { executeStudy } from './study.ts';
import { adoptSweep } from './sweep.ts';
import { patternOf, tryTrigger } from './trials.ts';
import { Workbench } from './workbench.ts';

export class Engine implements EngineApi, OracleApi {
  private readonly bench: Workbench;
  private readonly current = new CurrentRun();
  private readonly looks: Looks;

  constructor(platform: Platform, options: EngineOptions) {
    this.bench = new Workbench(platform, options);
    this.looks = new Looks(this.bench, this.current);
  }

  private readonly endLooks = (): void => {
    this.looks.cancel();
  };

  async info(): Promise<EngineInfo> {
    return (await this.bench.pools.start()).info;
  }

  models(): Promise<readonly ModelSummary[]> {
    return listModels(this.bench.platform, this.bench.files);
  }

  async load(id: string, onBytes?: (loaded: number, total: number) => void): Promise<LoadedModel> {
    this.current.refuse();
    return this.bench.load(id, this.endLooks, onBytes);
  }

  cancelLoad(): Promise<void> {
    this.bench.cancelLoad();
    return Promise.resolve();
  }

  openData: EngineApi['openData'] = (...args) => this.bench.files.openData(...args);
  data: EngineApi['data'] = () => this.bench.files.data();
  forgetData: EngineApi['forgetData'] = (name) => this.bench.files.forgetData(name);
  openCheckpoint: EngineApi['openCheckpoint'] = (...args) =>
    this.bench.files.openCheckpoint(...args);

  cancelOpen(): Promise<void> {
    this.bench.files.cancel();
    return Promise.resolve();
  }

  async useCheckpoint(choice: CheckpointChoice): Promise<LoadedModel> {
    this.current.refuse();
    return this.bench.useCheckpoint(choice, this.endLooks);
  }

  exportWeights(stage: 'pruned' | 'fineTuned'): Promise<ExportedWeights> {
    const { plan } = this.bench.needSession(null).model;
    return Promise.resolve(exportOutcome(plan, this.bench.cache.outcome, stage));
  }

  async setTrigger(value: TriggerSpec | null): Promise<TriggerSamples> {
    this.current.refuse();
    this.looks.cancel();
    return this.bench.setTrigger(value);
  }

  async run(
    value: RunSpec,
    onEvent: (event: RunEvent) => void,
    until: Until = 'fineTuned',
    options: RunOptions = {},
  ): Promise<RunResult | null> {
    const spec = parseRunSpec(value);
    const { bench } = this;
    const control = this.current.begin(onEvent);
    this.looks.cancel();
    try {
      return await bench.whole(async () => {
        if (!bench.holds(spec.model)) {
          onEvent({ kind: 'phase', phase: 'loading' });
          await bench.open(spec.model);
        }
        const session = bench.needSession(spec.model);
        const pool = await bench.pools.start();
        const pauseAtSweep = options.startPaused === true;
        if (options.fresh === true)
          for (const known of [bench.cache.sweeps, bench.cache.begun]) known.delete(sweepKey(spec));
        const { cache, now } = bench;
        const searchAll = options.searchAll === true;
        const asked = { pauseAtSweep, searchAll, again: options.again === true };
        const context = { session, pool, control, emit: onEvent, now, cache, ...asked };
        return executeRun(context, spec, until);
      });
    } finally {
      this.current.end();
    }
  }

  async study(value: readonly StudyJob[], onEvent: (event: StudyEvent) => void): Promise<void> {
    const jobs = parseJobs(value);
    const { bench } = this;
    const control = this.current.begin(() => undefined);
    this.looks.cancel();
    try {
      await bench.whole(async () => {
        const pool = await bench.pools.start();
        bench.session?.forgetWeights();
        const { platform, now } = bench;
        await executeStudy({ pool, control, now, emit: onEvent }, jobs, async (id) => {
          const { session } = await openSession(platform, pool, await bench.find(id), null);
          return session;
        });
      });
    } finally {
      this.current.end();
    }
  }

  adopt(value: RunSpec, sweep: AdoptedSweep): Promise<void> {
    const spec = parseRunSpec(value);
    const { plan } = this.bench.needSession(spec.model).model;
    const adopted = adoptSweep(plan, spec, sweep);
    const { table } = adopted;
    const { sweeps, begun } = this.bench.cache;
    (table.rows === table.maps.length ? sweeps : begun).set(sweepKey(spec), adopted);
    return Promise.resolve();
  }

  pause: EngineApi['pause'] = () => this.current.pause();
  step: EngineApi['step'] = () => this.current.step();

  /** What looks at the network ends too. */
  cancel: EngineApi['cancel'] = () => {
    this.looks.cancel();
    return this.current.cancel();
  };

  resume: EngineApi['resume'] = () => {
    if (this.current.isUnderWay) this.looks.cancel();
    return this.current.resume();
  };

  inspect: EngineApi['inspect'] = (...args) => this.looks.inspect(...args);
  mapCurve: EngineApi['mapCurve'] = (...args) => this.looks.mapCurve(...args);
  accuracyCurve: EngineApi['accuracyCurve'] = (...args) => this.looks.accuracyCurve(...args);
  suggestCut: EngineApi['suggestCut'] = (...args) => this.looks.suggestCut(...args);
  activationChange: OracleApi['activationChange'] = (spec) => this.looks.activationChange(spec);
  testImages: OracleApi['testImages'] = (...args) => this.looks.testImages(...args);
  inspectTriggered: OracleApi['inspectTriggered'] = (...args) =>
    this.looks.inspectTriggered(...args);
  readImage: OracleApi['readImage'] = (image) => this.looks.readImage(image);
  lowFrequencyPattern: OracleApi['lowFrequencyPattern'] = (id) =>
    patternOf(this.bench.platform, id);

  async tryTrigger(trigger: TriggerSpec, images: Uint8Array): Promise<Uint8Array> {
    this.current.refuse();
    return tryTrigger(this.bench, trigger, images);
  }

  async dispose(): Promise<void> {
    await this.current.cancel();
    this.bench.files.cancel();
    this.bench.cancelLoad();
    await this.bench.pools.close();
  }
}
