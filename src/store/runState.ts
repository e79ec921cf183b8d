/** The controls, and the run under way. */
import type { Until } from '../bridge/protocol.ts';
import type { Phase, ProgressUnit, RunEvent, StageName } from '../bridge/runEvents.ts';
import type { EpsFinding } from '../core/frg/epsSearch.ts';
import { presetSpec } from '../core/presets.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { Stages } from './resultsState.ts';

export type RunStatus =
  'empty' | 'loading' | 'running' | 'paused' | 'cancelled' | 'failed' | 'done';

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: ProgressUnit;
  readonly elapsedSeconds: number;
  readonly etaSeconds: number | null;
}

/** Work that was lost with a worker or a device, and taken up again. */
export type Recovery = Extract<RunEvent, { readonly kind: 'recovered' }>;

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

/** Before the engine has answered. */
export const FIRST_RUN: RunSlice = {
  status: 'loading',
  spec: presetSpec('lab', 'unknown'),
  until: 'fineTuned',
  ...{ phase: null, stage: null, progress: null, epsCandidates: [], seconds: null },
  ...{ informed: false, held: {}, recovery: null },
};
