import type { Phase, ProgressUnit, RunEvent } from '../bridge/protocol.ts';

/** Share of the work after which an ETA means something. */
const ETA_FROM = 0.02;
/** Progress events come at most this often, seconds. */
const INTERVAL = 0.1;

/** Counts work and estimates the rest from the pace so far. */
export class Progress {
  private readonly begin: number;
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

  at(done: number): void {
    const { total } = this;
    const time = this.now();
    if (done < total && time - this.last < INTERVAL) return;
    this.last = time;
    const elapsedSeconds = time - this.begin;
    const etaSeconds =
      done / total < ETA_FROM ? null : (elapsedSeconds * (total - done)) / Math.max(done, 1e-9);
    const { phase, unit } = this;
    this.emit({ kind: 'progress', phase, unit, done, total, elapsedSeconds, etaSeconds });
  }
}
