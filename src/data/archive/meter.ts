import { FmpError } from '../../core/errors.ts';

/** The part of an AbortSignal that is needed. */
export interface Abort {
  readonly aborted: boolean;
}

export interface ReadOptions {
  readonly signal?: Abort;
  /** Bytes read of the files given, never less than before, and bytes in all. */
  readonly onProgress?: (read: number, total: number) => void;
}

/** Counts what has been read, says so, and stops where that was asked for. */
export class Meter {
  private done = 0;
  private readonly total: number;
  private readonly options: ReadOptions;

  constructor(total: number, options: ReadOptions) {
    this.total = total;
    this.options = options;
  }

  /** @throws FmpError cancelled */
  advance(bytes: number): void {
    this.check();
    this.done = Math.min(this.total, this.done + bytes);
    this.options.onProgress?.(this.done, this.total);
  }

  /** @throws FmpError cancelled */
  check(): void {
    if (this.options.signal?.aborted === true)
      throw new FmpError('reading the data was cancelled', { code: 'cancelled' });
  }
}
