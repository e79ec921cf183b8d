/** Recorded runs of one model, grouped by what was done, for a table. */
import { rate, wilson95 } from '../core/metrics.ts';
import type { RecordedRun } from '../formats/recorded.ts';

export interface RecordedRow {
  readonly label: string;
  readonly runs: readonly RecordedRun[];
  /** Feature maps pruned, of the candidates; the same in every run of a row. */
  readonly pruned: number;
  readonly acc: Summary;
  /** Right after pruning, and at the end. Null for a clean model. */
  readonly asrPruned: Summary | null;
  readonly asr: Summary | null;
  readonly ra: Summary | null;
}

/** Mean over the seeds and its range; for one run the Wilson interval. Fractions of 1. */
export interface Summary {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Order of the rows: ours first, then its controls, then the recipes as published. */
const ORDER = ['lab', 'fineTuneOnly', 'random', 'oracle', 'paper', 'released'];

/** One row per label that was recorded for this model. */
export function recordedRows(recorded: readonly RecordedRun[], model: string): RecordedRow[] {
  return ORDER.flatMap((label) => {
    const runs = recorded.filter((r) => r.label === label && r.result.spec.model === model);
    const [first] = runs;
    if (first === undefined) return [];
    const stages = runs.map((run) => run.result.stages);
    const clean = first.result.stages.fineTuned.asr === null;
    const over = (
      stage: 'pruned' | 'fineTuned',
      key: 'acc' | 'asr' | 'ra',
      n: 'nClean' | 'nTriggered',
    ): Summary => summarise(stages.map((s) => ({ value: s[stage][key] ?? 0, n: s[stage][n] })));
    return [
      {
        ...{ label, runs, pruned: first.result.pruned.count },
        acc: over('fineTuned', 'acc', 'nClean'),
        asrPruned: clean ? null : over('pruned', 'asr', 'nTriggered'),
        asr: clean ? null : over('fineTuned', 'asr', 'nTriggered'),
        ra: clean ? null : over('fineTuned', 'ra', 'nTriggered'),
      },
    ];
  });
}

function summarise(values: readonly { readonly value: number; readonly n: number }[]): Summary {
  const shares = values.map(({ value }) => value);
  const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
  const [only] = values;
  if (values.length === 1 && only !== undefined) {
    const [low, high] = wilson95(rate(Math.round(only.value * only.n), only.n));
    return { mean, low, high };
  }
  return { mean, low: Math.min(...shares), high: Math.max(...shares) };
}
