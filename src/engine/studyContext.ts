import type { StudyEvent, StudyJob } from '../core/study/job.ts';
import type { Pool } from './pool.ts';
import type { RunCache } from './runContext.ts';
import type { RunControl } from './runControl.ts';
import type { Session } from './session.ts';

/** What the jobs of a study share. */
export interface StudyContext {
  readonly pool: Pool;
  readonly control: RunControl;
  /** Seconds, monotonic. */
  readonly now: () => number;
  readonly emit: (event: StudyEvent) => void;
}

/** A study of one model. */
export interface ModelStudy extends StudyContext {
  readonly session: Session;
  /** Of these jobs alone: what the page exports stays what its last run made. */
  readonly cache: RunCache;
}

/** A job with its place in the list. */
export interface Numbered<J extends StudyJob> {
  readonly job: number;
  readonly task: J;
}
