/** What runs have come to: the sweep on show and the stages. */
import type {
  RunResult,
  SampleProbabilities,
  StageName,
  TestPredictions,
} from '../bridge/runEvents.ts';
import type { FrgTable } from '../core/frg/score.ts';
import type { Rate, StageMetrics } from '../core/metrics.ts';
import type { RunSpec } from '../core/runSpec.ts';

/** Where something that was not measured in this tab comes from. */
export interface Provenance {
  /** ISO date, `2026-11-22`. */
  readonly date: string;
  readonly commit: string;
  readonly device: string;
}

/** The sweep on show. Its predictions live in the FrgFeed, outside this store. */
export interface Sweep {
  /** The settings that made it. */
  readonly spec: RunSpec;
  /** The eps that was used: the spec's, or the one that `auto` found. */
  readonly eps: number;
  /** As in `ReverseConfig`: the spec's, or what the search of `auto` ended with. */
  readonly smoothing?: number;
  readonly steps: number;
  readonly images: number;
  readonly maps: number;
  readonly complete: boolean;
  readonly seconds: number | null;
  readonly gflops: number | null;
  /** Null: measured in this tab. */
  readonly recorded: Provenance | null;
}

export interface StageRecord {
  readonly metrics: StageMetrics;
  readonly predictions: TestPredictions;
  readonly probabilities: SampleProbabilities;
  /** Feature maps that are pruned in this stage, as a count. */
  readonly pruned: number;
  /** Maps that were kept by hand; absent: none. */
  readonly keep?: readonly number[];
  /** The p that pruned them; null for the network as loaded. */
  readonly p: number | null;
  /** The settings that made it; absent in the first run files. */
  readonly spec?: RunSpec;
  /** Test images that a trigger was tried on; absent: all those of Acc. */
  readonly triggeredOf?: number;
  /** Of the pruned network: Acc on the images that each epoch is validated on; absent: not measured. */
  readonly validation?: Rate;
  /** Null: measured in this tab. */
  readonly recorded: Provenance | null;
}

export type Stages = Readonly<Partial<Record<StageName, StageRecord>>>;

export const STAGES: readonly StageName[] = ['backdoored', 'pruned', 'fineTuned'];

export interface EpochRecord {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly validation: Rate;
}

/** Acc on clean validation images by number of maps pruned. */
export interface Curve {
  readonly score: RunSpec['score'];
  readonly selection: RunSpec['selection'];
  readonly counts: Int32Array;
  readonly acc: Float32Array;
  /** With as many maps drawn by chance; absent in the first run files, and until it is measured. */
  readonly random?: Float32Array;
}

export interface ResultsSlice {
  readonly sweep: Sweep | null;
  readonly stages: Stages;
  readonly epochs: readonly EpochRecord[];
  readonly selected: number | null;
  readonly curve: Curve | null;
  /** How much the trigger changes every feature map, [plan.maps]; null: not measured. Oracle only. */
  readonly change: Float32Array | null;
  /** Of the run that made the stages; null: it did not come to its end, or not yet. */
  readonly result: RunResult | null;
}

export const NO_RESULTS: ResultsSlice = {
  sweep: null,
  stages: {},
  epochs: [],
  selected: null,
  curve: null,
  change: null,
  result: null,
};

/** A finished sweep that another has taken the place of. */
export interface PreviousSweep {
  readonly sweep: Sweep;
  /** Complete. */
  readonly table: FrgTable;
}
