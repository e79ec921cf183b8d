/** When fine-tuning ends before its last epoch, and which weights it then gives. */
import type { FineTuneSpec } from './runSpec.ts';

/** What an epoch means for the training. */
export interface Verdict {
  /** Its weights are the ones to give, as far as is known. */
  readonly keep: boolean;
  /** No further epoch follows. */
  readonly end: boolean;
}

/**
 * Counts epochs. With a patience, training ends after so many epochs in a row without a better
 * validation Acc than before, and the best epoch's weights count, the earliest on a draw. Without one,
 * all epochs are run and the last one's weights count.
 */
export class StopRule {
  private readonly epochs: number;
  private readonly patience: number | null;
  private seen = 0;
  private best = -1;
  private bestAt = 0;

  constructor({ epochs, patience }: Pick<FineTuneSpec, 'epochs' | 'patience'>) {
    this.epochs = epochs;
    this.patience = patience ?? null;
  }

  /** To be asked once after every epoch. @param hits validation images read right */
  after(hits: number): Verdict {
    this.seen++;
    const isLast = this.seen >= this.epochs;
    if (this.patience === null) return { keep: true, end: isLast };
    const keep = hits > this.best;
    if (keep) {
      this.best = hits;
      this.bestAt = this.seen;
    }
    return { keep, end: isLast || this.seen - this.bestAt >= this.patience };
  }
}
