/** The states that one can go back to. */
import type { RunResult } from '../bridge/runEvents.ts';
import type { FrgTable } from '../core/frg/score.ts';
import type { RunSpec } from '../core/runSpec.ts';
import type { EpochRecord, PreviousSweep, ResultsSlice, Stages } from './resultsState.ts';
import type { RunSlice } from './runState.ts';

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

export const NO_HISTORY: HistorySlice = { past: [], future: [] };
