import type { Phase, ProgressUnit, RunEvent } from '../bridge/runEvents.ts';

/** Share of the work after which an ETA means something. */
const ETA_FROM = 0.02;
/** Progress events come at most this often, seconds. */
const INTERVAL = 0.1;

/** Counts work and estimates the rest from the pace so far. */
export class Progress {
  private readonly begin: number;
  /** Share of the work that was there before. */
  private given = 0;
  private last = -Infinity;
  private readonly phase: Phase;
  private readonly unit: ProgressUnit;
  private readonly total: number;
  private readonly emit: (event: RunEvent) => void;
  private readonly now: () => number;

  constructor(
    phase: Phase,
    unit: ProgressUnit,
    total: number,
    emit: (event: RunEvent) => void,
    now: () => number,
  ) {
    this.phase = phase;
    this.unit = unit;
    this.total = total;
    this.emit = emit;
    this.now = now;
    this.begin = now();
  }

  /** Says that this share of the work was done before the clock began. */
  startFrom(share: number): void {
    this.given = share;
  }

  /** @param share of the work that is done, [0, 1], where not all units cost the same */
  at(done: number, share = done / this.total): void {
    const { total, given } = this;
    const time = this.now();
    if (done < total && time - this.last < INTERVAL) return;
    this.last = time;
    const elapsedSeconds = time - this.begin;
    const here = share - given;
    const isEarly = here <= ETA_FROM * (1 - given);
    const etaSeconds = isEarly ? null : (elapsedSeconds * (1 - share)) / here;
    const { phase, unit } = this;
    this.emit({ kind: 'progress', phase, unit, done, total, elapsedSeconds, etaSeconds });
  }
}
