/**
 * What the engine offers and what it reports. The page reaches it through a worker, the terminal
 * in its own process; both see this interface. Types only: no logic, nothing that runs.
 */
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import type { CutPoint, CutSuggestion } from '../core/frg/knockOut.ts';
import type { FrgTable } from '../core/frg/score.ts';
import type { NetworkPlan } from '../core/network/plan.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { StudyEvent, StudyJob } from '../core/study/job.ts';
import type { Manifest } from '../formats/manifest.ts';
import type { ModelFacts } from '../formats/modelFacts.ts';
import type { EngineInfo } from './engineInfo.ts';
import type { CutRequest, MapCurvePoint, MapKernel, TriggeredMap } from './mapLab.ts';
import type { ImageReading } from './ownImage.ts';
import type { OwnFilesApi } from './own.ts';
import type { RunEvent, RunResult, SampleProbabilities } from './runEvents.ts';

export interface ModelSummary {
  readonly manifest: Manifest;
  /** Null: can run at once. Else what is missing, e.g. "needs the GTSRB images". */
  readonly needs: string | null;
}

/** Images shown in the panels: the same ones clean and triggered, before and after. */
export interface SampleImages {
  /** True classes, [n]; none is the target class of the attack. */
  readonly labels: Int32Array;
  /** uint8 RGB, row-major [n, 32, 32, 3]. */
  readonly clean: Uint8Array;
  /** Same shape; null for a model without a trigger. */
  readonly triggered: Uint8Array | null;
}

export interface LoadedModel {
  readonly manifest: ModelFacts;
  readonly plan: NetworkPlan;
  /** What the controls of the trigger start from; null for a model without one. */
  readonly trigger: TriggerSpec | null;
  readonly samples: SampleImages;
  /** Class probabilities of the samples under the model as loaded. */
  readonly probabilities: SampleProbabilities;
  /** Clean training images of which `retrainRatio` is a share. */
  readonly trainImages: number;
  readonly testImages: number;
  /**
   * The triggered images that came with a checkpoint, which evaluations use while no trigger is
   * set; absent for other models.
   */
  readonly stored?: {
    readonly images: number;
    /** The class that all of them call; null where they call several. */
    readonly target: number | null;
  };
}

/** The samples of a loaded model under another trigger, and what the network makes of them. */
export type TriggerSamples = Pick<LoadedModel, 'trigger' | 'samples' | 'probabilities'>;

/** One feature map on one FRG image, for the hover card and the slow motion. */
export interface MapInspection {
  readonly map: number;
  /** Side of the square map, pixels. */
  readonly size: number;
  /** f_i(x), [size, size]. */
  readonly clean: Float32Array;
  /** f_i(x'), [size, size]. */
  readonly perturbed: Float32Array;
  /** x as uint8 RGB [32, 32, 3]. */
  readonly image: Uint8Array;
  /** x' as uint8 RGB [32, 32, 3]. */
  readonly result: Uint8Array;
  /** x' − x, [32, 32, 3], pixels in [−eps, eps]. */
  readonly perturbation: Float32Array;
  readonly label: number;
  readonly predicted: number;
  readonly probability: number;
  readonly kernel: MapKernel;
}

/**
 * A sweep that was made elsewhere, e.g. one that comes with the page, or that broke off: rows may be
 * missing at the end of its table.
 */
export interface AdoptedSweep {
  readonly table: FrgTable;
  /** The eps that was used, pixels in [0, 1]. */
  readonly eps: number;
  readonly seconds: number;
  readonly gflops: number;
}

export interface RunOptions {
  /** Wait before the first feature map. */
  readonly startPaused?: boolean;
  /** Score again, even where a sweep with these settings is at hand. */
  readonly fresh?: boolean;
  /** The search for ε goes on through all candidates after one has named a class. */
  readonly searchAll?: boolean;
  /** A run that ends `evaluated` also measures the networks that the run before it made. */
  readonly again?: boolean;
}

/** Where a run stops: after the first evaluation, the ε search, the sweep, pruning, or at its end. */
export type Until = 'evaluated' | 'searched' | 'scored' | 'pruned' | 'fineTuned';

export interface EngineApi extends OwnFilesApi<LoadedModel> {
  info(): Promise<EngineInfo>;
  models(): Promise<readonly ModelSummary[]>;
  /**
   * Loads and checks a model; `onBytes` reports the download. A newer request ends the download of
   * one before: it rejects with "cancelled", and so do requests that look at the model of before.
   */
  load(id: string, onBytes?: (loaded: number, total: number) => void): Promise<LoadedModel>;
  /** Ends the download of a model, which rejects with "cancelled"; the one before stays loaded. */
  cancelLoad(): Promise<void>;
  /**
   * Runs the spec. A sweep and an evaluation that this session already did with equal settings
   * are reused, so changing only p or the fine-tuning costs no new sweep. One run at a time.
   * Rejects with FmpError "cancelled" after `cancel()`; events sent so far stay valid.
   */
  run(
    spec: RunSpec,
    onEvent: (event: RunEvent) => void,
    until?: Until,
    options?: RunOptions,
  ): Promise<RunResult | null>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Scores one more feature map while paused. */
  step(): Promise<void>;
  cancel(): Promise<void>;
  /** FRG of one feature map on one FRG image, with the settings of the spec. */
  inspect(spec: RunSpec, eps: number, map: number, image: number): Promise<MapInspection>;
  /**
   * FRG of one feature map at each of these eps (pixels in [0, 1]), with the other settings of the
   * spec, on all its FRG images; points come in the order asked for. A newer curve ends the one
   * under way, and so does a run that starts or goes on: it rejects with "cancelled". Allowed while
   * no run is under way, or while its sweep is paused. @throws FmpError badInput otherwise
   */
  mapCurve(
    spec: RunSpec,
    map: number,
    eps: readonly number[],
    onPoint: (point: MapCurvePoint) => void,
  ): Promise<void>;
  /** Acc on `LOOKED_AT` clean validation images with the first k of `order` pruned, for each k. */
  accuracyCurve(order: Int32Array, counts: Int32Array): Promise<Float32Array>;
  /**
   * How many maps of a ranking to prune, from clean images alone. A newer request of this kind or
   * for an Acc curve, and a run, put an end to it: it rejects with "cancelled".
   */
  suggestCut(
    spec: RunSpec,
    request: CutRequest,
    onPoint?: (point: CutPoint) => void,
  ): Promise<CutSuggestion>;
  /**
   * Puts another trigger in the place of the loaded model's own, or none, until the next model is
   * loaded. Sweeps and the networks that a run made stay valid, for they see no trigger.
   */
  setTrigger(trigger: TriggerSpec | null): Promise<TriggerSamples>;
  /**
   * Takes a sweep of the loaded model as if this session had made it with these settings, so that
   * pruning needs no new one; where rows are missing at the end of its table, a run scores those.
   * @throws FmpError badData when it does not fit the model
   */
  adopt(spec: RunSpec, sweep: AdoptedSweep): Promise<void>;
  /**
   * Does these jobs of comparisons and sweeps on bundled models, each with the model's own trigger.
   * What is loaded stays loaded, and what the last run made stays exportable. Neither a run nor
   * another study can be under way. A job that fails says so in an event, and the others go on.
   * Rejects with FmpError "cancelled" after `cancel()`, and when a worker or the device is lost;
   * outcomes sent so far stay valid.
   */
  study(jobs: readonly StudyJob[], onEvent: (event: StudyEvent) => void): Promise<void>;
  dispose(): Promise<void>;
}

/** What only someone with the trigger can ask; rejects with FmpError badInput without one. */
export interface OracleApi {
  /**
   * Mean over test images and positions of |f(triggered) − f(clean)| for every feature map of the
   * network as loaded, [plan.maps]. A newer request, `cancel()`, a run, another trigger and another
   * model put an end to it: it rejects with "cancelled".
   */
  activationChange(spec: RunSpec): Promise<Float32Array>;
  /**
   * Images of the spec's evaluation by their place in `TestPredictions`, uint8 RGB
   * [indices.length, 32, 32, 3].
   */
  testImages(spec: RunSpec, indices: Int32Array, kind: 'clean' | 'triggered'): Promise<Uint8Array>;
  /** One feature map of the network as loaded. @param index place in `LoadedModel.samples` */
  inspectTriggered(spec: RunSpec, map: number, index: number): Promise<TriggeredMap>;
  /**
   * The images with a trigger that need not be the one in use, which stays. Between runs.
   * @param images uint8 RGB [n, 32, 32, 3]
   */
  tryTrigger(trigger: TriggerSpec, images: Uint8Array): Promise<Uint8Array>;
  /**
   * What every network of the last run says of one image, as it is and with the trigger in use; it
   * needs none. Between runs. @param image uint8 RGB [32, 32, 3]
   */
  readImage(image: Uint8Array): Promise<ImageReading>;
  /** The pattern of a bundled Low Frequency model, uint8 RGB [32, 32, 3]; no other file of it. */
  lowFrequencyPattern(model: string): Promise<Uint8Array>;
}
