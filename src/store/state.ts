/** The shape of the store: five slices, all plain immutable data. */
import type { EngineInfo } from '../bridge/engineInfo.ts';
import type { LoadedModel, ModelSummary, Until } from '../bridge/protocol.ts';
import type {
  Phase,
  ProgressUnit,
  RunEvent,
  RunResult,
  SampleProbabilities,
  StageName,
  TestPredictions,
} from '../bridge/runEvents.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import type { WireError } from '../core/errors.ts';
import type { EpsFinding } from '../core/frg/epsSearch.ts';
import type { FrgTable } from '../core/frg/score.ts';
import type { Rate, StageMetrics } from '../core/metrics.ts';
import { presetSpec } from '../core/presets.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { CompareFile, SweepFile } from '../core/study/recorded.ts';
import type { Axis } from '../core/study/sweepSpec.ts';
import type { RecordedRun } from '../formats/recorded.ts';
import type { ControlRules } from './controlRules.ts';
import { NO_LESSON, type LessonSlice } from './lessonState.ts';
import { NO_OWN, type OwnSlice } from './ownState.ts';
import { LAB, type Route } from './route.ts';

export type RunStatus =
  'empty' | 'loading' | 'running' | 'paused' | 'cancelled' | 'failed' | 'done';

export interface SessionSlice {
  readonly info: EngineInfo | null;
  readonly models: readonly ModelSummary[];
  readonly model: LoadedModel | null;
  /** The trigger that the loaded model came with; `model.trigger` is the one in use. */
  readonly modelTrigger: TriggerSpec | null;
  /** The model being loaded and the bytes so far; total 0 until the size is known. */
  readonly loading: { readonly id: string; readonly loaded: number; readonly total: number } | null;
  /** The model whose download was cancelled while nothing else was loaded; null: none. */
  readonly unloaded: Unloaded | null;
  readonly error: WireError | null;
  /** Things the person should know that are not failures, e.g. ignored link values. */
  readonly notices: readonly string[];
  /** Runs that were measured beforehand and come with the page. */
  readonly recorded: readonly RecordedRun[];
  /** The run on show is from a file and its network is not here: it can be read, not gone on with. */
  readonly viewOnly: boolean;
  /** The comparison or sweep that was opened last from a file; null: none. */
  readonly study: CompareFile | SweepFile | null;
  /** Offered to be taken up again; null: none, or decided. */
  readonly saved: SavedSummary | null;
}

/** A model that was chosen, and is not loaded. */
export interface Unloaded {
  readonly id: string;
  /** Asked for with it; undefined: the one on the controls. */
  readonly spec?: RunSpec | undefined;
}

/** A run of an earlier visit that this device keeps. */
export interface SavedSummary {
  readonly id: string;
  /** ISO date and time. */
  readonly savedAt: string;
  /** Of its network. */
  readonly title: string;
  /** How far it came. */
  readonly stage: 'scored' | 'pruned' | 'fineTuned';
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: ProgressUnit;
  readonly elapsedSeconds: number;
  readonly etaSeconds: number | null;
}

export interface RunSlice {
  readonly status: RunStatus;
  /** What the controls say; the next run uses it. */
  readonly spec: RunSpec;
  readonly until: Until;
  readonly phase: Phase | null;
  readonly stage: StageName | null;
  readonly progress: Progress | null;
  readonly epsCandidates: readonly EpsFinding[];
  /** Wall-clock seconds of the last run that ended; null before. */
  readonly seconds: number | null;
  /** p was chosen after a look in Oracle view: it is no defender's choice. */
  readonly informed: boolean;
  /** The stages whose weights the engine holds: those of its last run. */
  readonly held: Stages;
  /** What the run under way lost and took up again, the last time; null: nothing. */
  readonly recovery: Recovery | null;
}

/** Work that was lost with a worker or a device, and taken up again. */
export type Recovery = Extract<RunEvent, { readonly kind: 'recovered' }>;

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
  readonly result: RunResult | null;
}

/** A finished sweep that another has taken the place of. */
export interface PreviousSweep {
  readonly sweep: Sweep;
  /** Complete. */
  readonly table: FrgTable;
}

/** Neighbouring feature maps by global index, both ends included. */
export interface MapRange {
  readonly from: number;
  readonly to: number;
}

export type Lens = 'defender' | 'oracle';
export type Order = 'layer' | 'rank';
export type Theme = 'system' | 'light' | 'dark';

export interface ViewSlice {
  readonly lens: Lens;
  /** Oracle view has been open for the network on show. */
  readonly peeked: boolean;
  readonly order: Order;
  /** The sweep before the one on show is drawn behind it. */
  readonly ghost: boolean;
  /** Global index of the feature map whose card is open. */
  readonly focusMap: number | null;
  /** Maps whose cards lie side by side, in the order in which they were put there. */
  readonly pins: readonly number[];
  /** Maps that are looked at among the others; null: all alike. */
  readonly range: MapRange | null;
  readonly theme: Theme;
  /** The convolution that the chart shows alone, by its order; null: all of them. */
  readonly layer: number | null;
  /** Made for a room: larger, less around it. */
  readonly present: boolean;
  /** What a class link hides or locks. */
  readonly rules: ControlRules;
  /** The page on show. */
  readonly route: Route;
  /** The network whose comparison or sweep is on show; null: the first that has results. */
  readonly of: string | null;
  /** The setting that is moved in the sweep on show. */
  readonly over: Axis;
}

/** What a reset took away. */
export interface Cleared extends Pick<RunSlice, 'status' | 'seconds' | 'epsCandidates'> {
  readonly results: ResultsSlice;
  readonly previous: PreviousSweep | null;
  readonly table: FrgTable | null;
  readonly past: readonly Moment[];
}

/** A state that one can go back to. */
export interface Moment {
  readonly spec: RunSpec;
  readonly informed: boolean;
  readonly stages: Stages;
  readonly epochs: readonly EpochRecord[];
  readonly selected: number | null;
  readonly result: RunResult | null;
  /** Of the state before a reset. */
  readonly cleared?: Cleared;
}

export interface HistorySlice {
  /** The latest last. */
  readonly past: readonly Moment[];
  /** The next first. */
  readonly future: readonly Moment[];
}

export interface AppState {
  readonly session: SessionSlice;
  readonly own: OwnSlice;
  readonly run: RunSlice;
  readonly results: ResultsSlice;
  /** The last finished sweep of this network before the one on show; null: there is none. */
  readonly previous: PreviousSweep | null;
  readonly view: ViewSlice;
  readonly lesson: LessonSlice;
  readonly history: HistorySlice;
}

export const STAGES: readonly StageName[] = ['backdoored', 'pruned', 'fineTuned'];

export const NO_RESULTS: ResultsSlice = {
  sweep: null,
  stages: {},
  epochs: [],
  selected: null,
  curve: null,
  change: null,
  result: null,
};

export const NO_HISTORY: HistorySlice = { past: [], future: [] };

/** The state before the engine has answered. */
export function initialState(): AppState {
  return {
    session: {
      ...{ info: null, models: [], model: null, modelTrigger: null, loading: null },
      unloaded: null,
      ...{ error: null, notices: [], recorded: [], viewOnly: false, saved: null },
      study: null,
    },
    own: NO_OWN,
    run: {
      status: 'loading',
      spec: presetSpec('lab', 'unknown'),
      until: 'fineTuned',
      phase: null,
      stage: null,
      progress: null,
      epsCandidates: [],
      seconds: null,
      informed: false,
      ...{ held: {}, recovery: null },
    },
    results: NO_RESULTS,
    previous: null,
    view: {
      lens: 'defender',
      peeked: false,
      order: 'layer',
      ghost: true,
      ...{ focusMap: null, pins: [], range: null },
      theme: 'system',
      route: LAB,
      present: false,
      rules: {},
      layer: null,
      ...{ of: null, over: 'eps' },
    },
    lesson: NO_LESSON,
    history: NO_HISTORY,
  };
}
