/** What a benchmark case is given and what it reports. */
import type { Timing } from './measure.ts';

export interface BenchOptions {
  readonly repeats: number;
  /** Only every k-th block of maps; times are scaled to all of them. */
  readonly every: number;
  readonly threads: number;
  /** Of the GPU, TFLOP/s fp32; absent: no share of peak is reported. */
  readonly peak: number | null;
  readonly log: (line: string) => void;
}

export interface Measured {
  /** What was measured, with its sizes. */
  readonly title: string;
  /** Ours first. Seconds for `work`, after `scale`. */
  readonly timings: readonly Timing[];
  /** How much more the whole is than what ran; 1 where all ran. */
  readonly scale: number;
  /** FLOPs of the whole, or null where they are not the point. */
  readonly flops: number | null;
  readonly backend: string;
  /** Why a competitor is missing or sizes are small. */
  readonly notes: readonly string[];
}

export interface BenchCase {
  readonly name: string;
  readonly title: string;
  run(options: BenchOptions): Promise<readonly Measured[]>;
}
