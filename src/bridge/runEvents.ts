/** What an engine says of a run: events while it goes on, and its result. */
import type { EpsFinding } from '../core/frg/epsSearch.ts';
import type { Selection } from '../core/frg/select.ts';
import type { SecondLook } from '../core/frg/twoStage.ts';
import type { Rate, StageMetrics } from '../core/metrics.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { BackendName } from './engineInfo.ts';

export type StageName = 'backdoored' | 'pruned' | 'fineTuned';

export type Phase =
  'loading' | 'warmUp' | 'evaluating' | 'searchingEps' | 'scoring' | 'pruning' | 'fineTuning';

export type ProgressUnit = 'pipelines' | 'workers' | 'maps' | 'images' | 'epochs' | 'candidates';

export type RunEvent =
  | { readonly kind: 'phase'; readonly phase: Phase; readonly stage?: StageName }
  | {
      readonly kind: 'progress';
      readonly phase: Phase;
      readonly done: number;
      readonly total: number;
      /** What `done` counts. */
      readonly unit: ProgressUnit;
      readonly elapsedSeconds: number;
      /** Null until there is enough to estimate from. */
      readonly etaSeconds: number | null;
    }
  /** One candidate of the eps search: what its small sweep says. */
  | ({ readonly kind: 'epsCandidate' } & EpsFinding)
  | {
      readonly kind: 'frgStart';
      /** Global indices of the feature maps that will be scored, in this order. */
      readonly maps: Int32Array;
      /** True classes of the FRG images. */
      readonly labels: Int32Array;
      readonly eps: number;
      readonly alpha: number;
      readonly steps: number;
      /** As in `ReverseConfig`. */
      readonly smoothing?: number;
      /** True: these rows come from an earlier sweep of this session with the same settings. */
      readonly cached: boolean;
    }
  /**
   * Rows `from`… of the FRG table, in order; predictions are row-major [rows, images], `UNASKED`
   * where a row has fewer images so far. The second stage of a sweep sends rows again.
   */
  | { readonly kind: 'frgRows'; readonly from: number; readonly predictions: Int16Array }
  | { readonly kind: 'frgDone'; readonly seconds: number; readonly gflops: number }
  | { readonly kind: 'selected'; readonly selection: Selection }
  | {
      readonly kind: 'stage';
      readonly stage: StageName;
      readonly metrics: StageMetrics;
      readonly predictions: TestPredictions;
      readonly probabilities: SampleProbabilities;
    }
  /** Acc of the pruned network before training, on the validation images of the epochs to come. */
  | { readonly kind: 'untuned'; readonly validation: Rate }
  | {
      readonly kind: 'epoch';
      /** 1-based. */
      readonly epoch: number;
      readonly epochs: number;
      /** Mean cross-entropy over the epoch's batches. */
      readonly loss: number;
      /** Acc on clean validation images that are neither trained on nor tested on. */
      readonly validation: Rate;
    }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed' }
  /**
   * Work was lost and goes on with fresh workers: a sweep behind the rows that had arrived, a
   * fine-tuning from its start (its epochs come again), an evaluation from its start.
   */
  | {
      readonly kind: 'recovered';
      readonly reason: RecoveryReason;
      /** Rows of the FRG table that are kept; 0 outside a sweep. */
      readonly from: number;
      /** From the loss to the first new piece of work. */
      readonly seconds: number;
      /** New images per call, after `outOfMemory`. */
      readonly images?: number;
    };

export type RecoveryReason = 'workerDied' | 'deviceLost' | 'outOfMemory';

/** Softmax outputs, row-major [n, classes], in [0, 1]. */
export interface SampleProbabilities {
  readonly clean: Float32Array;
  readonly triggered: Float32Array | null;
}

/** Predicted classes on the whole test set, aligned across the stages of a run. */
export interface TestPredictions {
  readonly clean: Int16Array;
  readonly cleanLabels: Int32Array;
  /** Images whose true class is not the target, triggered; null without a trigger. */
  readonly triggered: Int16Array | null;
  readonly triggeredLabels: Int32Array | null;
}

/** Fractions are in [0, 1]; this is what `--json` writes and what exports hold. */
export interface RunResult {
  readonly spec: RunSpec;
  readonly stages: {
    readonly backdoored: StageSummary;
    readonly pruned: StageSummary;
    readonly fineTuned: StageSummary;
  };
  /** Null: no class dominates, or (with a control) none was looked for: then `frg.maps` is 0. */
  readonly suspectedTarget: {
    readonly class: number;
    /** Median over the maps of the share of FRG images read as this class, and as the next. */
    readonly medianShare: number;
    readonly runnerUp: number;
  } | null;
  readonly pruned: { readonly count: number; readonly perLayer: Readonly<Record<string, number>> };
  readonly frg: {
    readonly seconds: number;
    readonly maps: number;
    readonly images: number;
    readonly steps: number;
    /** The eps that was used: the spec's, or the one that `auto` found. */
    readonly eps: number;
    /** As in `ReverseConfig`: the spec's, or what the search of `auto` ended with. */
    readonly smoothing?: number;
    readonly gflops: number;
    /** Of a sweep in two stages. */
    readonly secondLook?: SecondLook;
    readonly backend: BackendName;
    readonly threads: number;
  };
  readonly fineTune: { readonly seconds: number; readonly epochs: number };
}

export interface StageSummary {
  readonly acc: number;
  readonly asr: number | null;
  readonly ra: number | null;
  readonly nClean: number;
  readonly nTriggered: number;
}
