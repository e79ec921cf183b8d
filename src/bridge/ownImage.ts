import type { SampleProbabilities, StageName } from './runEvents.ts';

/** What the networks say of one image that a person brought. */
export interface ImageReading {
  /** With the trigger in use, uint8 RGB [32, 32, 3]; null without one. */
  readonly triggered: Uint8Array | null;
  /** Null: the last run of this model did not make it. */
  readonly stages: Readonly<Record<StageName, SampleProbabilities | null>>;
}
