/** How the three rates are named and coloured, on every chart of comparisons and sweeps. */
import type { Metric } from '../../core/study/statistics.ts';

export const METRIC_NAMES: Readonly<Record<Metric, readonly [short: string, what: string]>> = {
  acc: ['Acc', 'clean images read right'],
  asr: ['ASR', 'triggered images fooled'],
  ra: ['RA', 'triggered images read right'],
};

export const METRIC_TONES: Readonly<Record<Metric, string>> = {
  acc: 'var(--ink)',
  asr: 'var(--cut-mark)',
  ra: 'var(--kept-mark)',
};
