/** Comparisons and sweeps in the tab: jobs for the engine, and what is known of them meanwhile. */
import type { EngineInfo } from '../bridge/engineInfo.ts';
import type { EngineApi } from '../bridge/protocol.ts';
import { toWire, type WireError } from '../core/errors.ts';
import {
  jobKey,
  modelOf,
  type StudyEvent,
  type StudyJob,
  type StudyOutcome,
} from '../core/study/job.ts';
import { type JobTime, remainingSeconds } from '../core/study/remaining.ts';
import type { StorePort } from './commands.ts';
import { type Occupation, occupation } from './occupation.ts';
import { isBusy } from './selectors.ts';
import type { AppState } from './state.ts';
import type { StudyKind } from './studyKind.ts';

/** What a study needs of the app. */
export interface StudyPort extends StorePort {
  readonly engine: EngineApi;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** Why no study can begin now. */
export type StudyBar = 'run' | 'loading' | Occupation;

/** Null: one can begin. */
export function studyBar(state: AppState): StudyBar | null {
  if (isBusy(state)) return 'run';
  return state.session.loading === null ? occupation(state) : 'loading';
}

/** A job and what it stands for. */
export interface StudyItem<C> {
  readonly about: C;
  readonly job: StudyJob;
  /** For people: "FMP, seed 0". */
  readonly label: string;
  /** Jobs of one kind take about as long. */
  readonly kind: string;
}

export interface StudyStatus {
  readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly done: number;
  readonly total: number;
  /** Null until the first job has ended. */
  readonly etaSeconds: number | null;
  /** What is under way: "FMP, seed 0: fine-tuning 40 %". */
  readonly doing: readonly string[];
  readonly failures: readonly { readonly label: string; readonly error: WireError }[];
  /** What ended all of it. */
  readonly error: WireError | null;
}

export const IDLE: StudyStatus = {
  ...{ status: 'idle', done: 0, total: 0, etaSeconds: null },
  ...{ doing: [], failures: [], error: null },
};

/** Status while jobs run is told at most this often, milliseconds. */
const INTERVAL = 100;

export class StudyRunner {
  private readonly port: StudyPort;
  private readonly kind: StudyKind;
  /** Outcomes of this visit by job and model: what was measured is not measured again. */
  private readonly known = new Map<string, StudyOutcome>();

  constructor(port: StudyPort, kind: StudyKind) {
    this.port = port;
    this.kind = kind;
  }

  /**
   * Hands over every outcome as it comes, known ones first. Failures end in the status. Meanwhile
   * the lab knows that the engine is taken.
   * @param print tells a model from every other, by its id; see `printsOf`
   */
  async run<C>(
    items: readonly StudyItem<C>[],
    print: (model: string) => string,
    onStatus: (status: StudyStatus) => void,
    onOutcome: (about: C, outcome: StudyOutcome) => void,
  ): Promise<void> {
    const keyOf = (job: StudyJob): string => jobKey(job, print(modelOf(job)));
    const open = items.filter((item) => {
      const outcome = this.known.get(keyOf(item.job));
      if (outcome !== undefined) onOutcome(item.about, outcome);
      return outcome === undefined;
    });
    const { engine, now } = this.port;
    const tally = new Tally(open, items.length, now);
    const tell = (patch: Partial<StudyStatus> = {}): void => {
      onStatus({ ...tally.status(), ...patch });
    };
    tell();
    this.mark(this.kind);
    try {
      tally.threads = threadsOf(await engine.info());
      let toldAt = -Infinity;
      if (open.length > 0)
        await engine.study(
          open.map(({ job }) => job),
          (event) => {
            tally.see(event);
            const item = open[event.job];
            if (event.kind === 'done' && item !== undefined) {
              this.known.set(keyOf(item.job), event.outcome);
              onOutcome(item.about, event.outcome);
            }
            if (event.kind === 'progress' && now() - toldAt < INTERVAL) return;
            toldAt = now();
            tell();
          },
        );
      tell({ status: 'done', doing: [] });
    } catch (error) {
      const wire = toWire(error);
      if (wire.code === 'cancelled') tell({ status: 'cancelled', doing: [] });
      else tell({ status: 'failed', doing: [], error: wire });
    } finally {
      this.mark(null);
    }
  }

  /** Ends the jobs under way; outcomes so far stay. */
  async cancel(): Promise<void> {
    await this.port.engine.cancel();
  }

  private mark(studying: StudyKind | null): void {
    this.port.set((s) => ({ ...s, session: { ...s.session, studying } }));
  }
}

function threadsOf({ backend, threads }: EngineInfo): number {
  return backend === 'webgpu' ? 1 : threads;
}

/** Counts the events of one call. */
class Tally {
  threads = 1;
  private readonly items: readonly StudyItem<unknown>[];
  private readonly total: number;
  private readonly now: () => number;
  private readonly began = new Map<number, number>();
  private readonly took = new Map<number, number>();
  private readonly doing = new Map<number, string>();
  private readonly failures: { label: string; error: WireError }[] = [];
  private ended = 0;

  constructor(items: readonly StudyItem<unknown>[], total: number, now: () => number) {
    this.items = items;
    this.total = total;
    this.now = now;
  }

  see(event: StudyEvent): void {
    const { job } = event;
    const label = this.items[job]?.label ?? '';
    if (event.kind === 'started') {
      this.began.set(job, this.now());
      this.doing.set(job, label);
    } else if (event.kind === 'progress') {
      const share = event.total > 0 ? Math.min(1, event.done / event.total) : 0;
      this.doing.set(job, `${label}: ${event.phase} ${String(Math.round(100 * share))}\u00a0%`);
    } else {
      this.ended++;
      this.doing.delete(job);
      const began = this.began.get(job);
      if (began !== undefined) this.took.set(job, (this.now() - began) / 1000);
      if (event.kind === 'failed') this.failures.push({ label, error: event.error });
    }
  }

  status(): StudyStatus {
    return {
      ...{ status: 'running', error: null, total: this.total },
      done: this.total - this.items.length + this.ended,
      etaSeconds: remainingSeconds(this.times()),
      doing: [...this.doing.values()],
      failures: [...this.failures],
    };
  }

  private times(): readonly JobTime[] {
    return this.items.map(({ job, kind }, index) => {
      const began = this.began.get(index);
      const took = this.took.get(index);
      const running = began === undefined ? null : (this.now() - began) / 1000;
      const share = job.kind === 'defense' ? 1 / this.threads : 1;
      return { kind, share, ended: took !== undefined, seconds: took ?? running };
    });
  }
}
