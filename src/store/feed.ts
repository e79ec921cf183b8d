import { smoothnessOf } from '../core/frg/bound.ts';
import type { FrgTable } from '../core/frg/score.ts';

/** Milliseconds between repaints: ten a second, fewer where one repaint scores many maps. */
const REPAINT_MS = 100;
const LARGE_REPAINT_MS = 250;
const LARGE = 2000;

type Later = (callback: () => void, milliseconds: number) => void;

/**
 * The FRG table while it streams in. It lives outside the store: rows land in one typed array, and
 * listeners hear of them at most ten times a second.
 */
export class FrgFeed {
  private table: FrgTable | null = null;
  private view: FrgTable | null = null;
  private waiting = false;
  private readonly listeners = new Set<() => void>();
  private readonly later: Later;

  constructor(later: Later = (callback, milliseconds) => void setTimeout(callback, milliseconds)) {
    this.later = later;
  }

  /** For useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The table as of the last repaint; a new object whenever rows were added. */
  readonly snapshot = (): FrgTable | null => this.view;

  /** Begins an empty table for these maps and image labels. */
  start({ maps, labels, classes, ...rest }: Omit<FrgTable, 'predictions' | 'rows'>): void {
    const predictions = new Int16Array(maps.length * labels.length);
    this.table = { maps, labels, predictions, classes, rows: 0, ...smoothnessOf(rest) };
    this.flush();
  }

  /** Adds rows `from`… in order; rows that do not follow on are refused. */
  append(from: number, predictions: Int16Array): void {
    const { table } = this;
    if (table === null || table.labels.length === 0)
      throw new RangeError('FRG rows arrived before the start of their table');
    const rows = predictions.length / table.labels.length;
    if (from > table.rows || from + rows > table.maps.length)
      throw new RangeError(
        `FRG rows: expected from row ${String(table.rows)}, got ${String(from)}`,
      );
    table.predictions.set(predictions, from * table.labels.length);
    this.table = { ...table, rows: Math.max(table.rows, from + rows) };
    if (this.waiting) return;
    this.waiting = true;
    this.later(
      () => {
        this.flush();
      },
      table.maps.length > LARGE ? LARGE_REPAINT_MS : REPAINT_MS,
    );
  }

  /** Shows this table, in place of the one before. */
  put({ predictions, rows, ...about }: FrgTable): void {
    this.start(about);
    this.append(0, predictions.subarray(0, rows * about.labels.length));
    this.flush();
  }

  /** Shows everything that has arrived, now. */
  flush(): void {
    this.waiting = false;
    this.view = this.table;
    for (const listener of this.listeners) listener();
  }

  clear(): void {
    this.table = null;
    this.flush();
  }
}
