/** The engine, the network on show, and what the person is told. */
import type { EngineInfo } from '../bridge/engineInfo.ts';
import type { LoadedModel, ModelSummary } from '../bridge/protocol.ts';
import type { TriggerSpec } from '../core/attacks/trigger.ts';
import type { WireError } from '../core/errors.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { CompareFile, SweepFile } from '../core/study/recorded.ts';
import type { RecordedRun } from '../formats/recorded.ts';
import type { StudyKind } from './studyKind.ts';

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

export interface SessionSlice {
  readonly info: EngineInfo | null;
  readonly models: readonly ModelSummary[];
  readonly model: LoadedModel | null;
  /** The trigger that the loaded model came with; `model.trigger` is the one in use. */
  readonly modelTrigger: TriggerSpec | null;
  /** The model being loaded and the bytes so far; total 0 until the size is known. */
  readonly loading: { readonly id: string; readonly loaded: number; readonly total: number } | null;
  /** The model whose download was cancelled or failed while nothing else was loaded; null: none. */
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
  /** The page whose comparison or sweep the engine works on; null: neither. */
  readonly studying: StudyKind | null;
  /** Offered to be taken up again; null: none, or decided. */
  readonly saved: SavedSummary | null;
}

export const NO_SESSION: SessionSlice = {
  ...{ info: null, models: [], model: null, modelTrigger: null, loading: null, unloaded: null },
  ...{
    error: null,
    notices: [],
    recorded: [],
    viewOnly: false,
    study: null,
    saved: null,
    studying: null,
  },
};
