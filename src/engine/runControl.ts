import { FmpError } from '../core/errors.ts';

/** Pause, step and cancel of one run. Work asks for a turn; partial results are never undone. */
export class RunControl {
  private paused: boolean;
  private credits = 0;
  private wake: (() => void)[] = [];
  private readonly onCancel: (error: FmpError) => void;
  /** Rejects once the run is cancelled; never resolves. */
  readonly cancelled: Promise<never>;
  private ended = false;

  constructor(startPaused: boolean) {
    this.paused = startPaused;
    let reject: (error: FmpError) => void = () => undefined;
    this.cancelled = new Promise<never>((_, no) => (reject = no));
    this.cancelled.catch(() => undefined);
    this.onCancel = reject;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  get isCancelled(): boolean {
    return this.ended;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.credits = 0;
    this.release();
  }

  /** Lets one turn pass while paused; nothing otherwise. */
  step(): void {
    if (!this.paused) return;
    this.credits++;
    this.release();
  }

  cancel(): void {
    this.ended = true;
    this.onCancel(
      new FmpError('the run was cancelled', {
        code: 'cancelled',
        remedy: 'results so far are kept; run again when you are ready',
      }),
    );
    this.release();
  }

  /** Resolves when work may start; one step's credit is used up. @throws FmpError cancelled */
  async turn(): Promise<void> {
    while (this.paused && this.credits === 0 && !this.ended)
      await new Promise<void>((resolve) => this.wake.push(resolve));
    if (this.ended) await this.cancelled;
    if (this.paused) this.credits--;
  }

  private release(): void {
    const waiting = this.wake;
    this.wake = [];
    for (const resolve of waiting) resolve();
  }
}
