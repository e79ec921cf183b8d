/** What runs of a session share, and what they leave. */
import type { RunSpec } from '../core/runSpec.ts';
import type { StateDict } from '../core/network/stateDict.ts';
import type { Evaluation } from './evaluation.ts';
import type { RecoveryContext } from './recovery.ts';
import type { Sweep, SweepContext } from './sweep.ts';

/** Work of this session that later runs with equal settings reuse. */
export interface RunCache {
  readonly evaluation: Map<string, Evaluation>;
  readonly sweeps: Map<string, Sweep>;
  /** The first rows of sweeps that were made elsewhere. */
  readonly begun: Map<string, Sweep>;
  lastSpec?: RunSpec;
  /** The networks that the last run made. */
  outcome?: RunOutcome;
}

export const newRunCache = (): RunCache => ({
  ...{ evaluation: new Map(), sweeps: new Map(), begun: new Map() },
});

/** What can be taken home of a run. */
export interface RunOutcome {
  readonly spec: RunSpec;
  /** Global feature-map indices. */
  readonly maps: Int32Array;
  readonly pruned: StateDict;
  /** Null: the run ended before. After 0 epochs the pruned network. */
  readonly fineTuned: StateDict | null;
}

export interface RunContext extends RecoveryContext {
  readonly cache: RunCache;
  /** Stop before the first feature map is scored, and wait for `step` or `resume`. */
  readonly pauseAtSweep: boolean;
  /** See RunOptions. */
  readonly searchAll: boolean;
  readonly again: boolean;
}

/** A run that nobody watches. */
export const PLAIN = { pauseAtSweep: false, searchAll: false, again: false } as const;

/** A run with its way back from a lost worker. */
export type Running = RunContext & SweepContext;
