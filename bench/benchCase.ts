/** What a benchmark case is given and what it reports. */
import type { Timing } from './measure.ts';

export interface BenchOptions {
  readonly repeats: number;
  /** Only every k-th block of maps, times are scaled to all of them; null: the case's own choice. */
  readonly every: number | null;
  readonly threads: number;
  /** Of the GPU, TFLOP/s fp32; absent: no share of peak is reported. */
  readonly peak: number | null;
  /** That a case should take, seconds: it samples less and repeats less; null: no limit. */
  readonly seconds: number | null;
  readonly log: (line: string) => void;
}

interface Common {
  /** What was measured, with its sizes. */
  readonly title: string;
  readonly backend: string;
  /** Why a competitor is missing or sizes are small. */
  readonly notes: readonly string[];
}

/** Ours and the competitors. */
export interface Measured extends Common {
  readonly kind: 'times';
  /** Ours first. Seconds for `work`, after `scale`. */
  readonly timings: readonly Timing[];
  /** How much more the whole is than what ran; 1 where all ran. */
  readonly scale: number;
  /** FLOPs of the whole, or null where they are not the point. */
  readonly flops: number | null;
}

/** Time against a size, and the straight line through it. */
export interface Growth extends Common {
  readonly kind: 'growth';
  /** What grows, with its unit. */
  readonly against: string;
  readonly points: readonly { readonly x: number; readonly timing: Timing }[];
}

/** Numbers with a limit. */
export interface Figures extends Common {
  readonly kind: 'figures';
  readonly rows: readonly {
    readonly name: string;
    /** Median of the repeats, and all of them. */
    readonly value: number;
    readonly values: readonly number[];
    readonly unit: string;
    readonly limit: number | null;
  }[];
}

export type Result = Measured | Growth | Figures;

export interface BenchCase {
  readonly name: string;
  readonly title: string;
  run(options: BenchOptions): Promise<readonly Result[]>;
}
