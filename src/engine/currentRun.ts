import type { RunEvent } from '../bridge/runEvents.ts';
import { FmpError } from '../core/errors.ts';
import { RunControl } from './runControl.ts';

/** The run under way, if any: what pauses, steps and cancels it. */
export class CurrentRun {
  private control: RunControl | null = null;
  private report: ((event: RunEvent) => void) | null = null;

  get isUnderWay(): boolean {
    return this.control !== null;
  }

  /** @throws FmpError badInput while another one is under way */
  begin(report: (event: RunEvent) => void): RunControl {
    this.refuse();
    this.control = new RunControl(false);
    this.report = report;
    return this.control;
  }

  end(): void {
    this.control = null;
    this.report = null;
  }

  /** @throws FmpError badInput while one is under way */
  refuse(): void {
    if (this.control === null) return;
    throw new FmpError('a run is already under way', {
      code: 'badInput',
      remedy: 'wait for it to end, or cancel it first',
    });
  }

  /** @throws FmpError badInput while one is under way that is not paused */
  refuseUnlessPaused(): void {
    if (this.control?.isPaused !== true) this.refuse();
  }

  pause(): Promise<void> {
    this.control?.pause();
    this.report?.({ kind: 'paused' });
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.control?.resume();
    this.report?.({ kind: 'resumed' });
    return Promise.resolve();
  }

  step(): Promise<void> {
    this.control?.step();
    return Promise.resolve();
  }

  cancel(): Promise<void> {
    this.control?.cancel();
    return Promise.resolve();
  }
}
