/** Acc, ASR and RA of stored predictions; exact. */
import { accuracy, attackRates } from '../../src/core/metrics.ts';
import { same, worstOf } from './check.ts';
import type { OracleContext, SyncChecks } from './context.ts';

const ARRAYS = 'metrics/arrays.safetensors';

interface Expected {
  readonly target: number;
  readonly clean_count: number;
  readonly bd_count: number;
  readonly acc: number;
  readonly asr: number;
  readonly ra: number;
  readonly clean_correct: number;
  readonly asr_hits: number;
  readonly ra_hits: number;
}

export function* metricsChecks({ folder }: OracleContext): SyncChecks {
  const cases = Object.entries(folder.json('metrics/expected.json') as Record<string, Expected>);
  const results = cases.map(([name, e]) => {
    const read = (part: string) => folder.integers(ARRAYS, `${name}.${part}`);
    const acc = accuracy(read('clean_pred'), read('clean_label'));
    const { asr, ra } = attackRates(read('bd_pred'), read('bd_original_label'), e.target);
    return same(
      name,
      [acc, asr, ra].flatMap(({ hits, n, value }) => [hits, n, value]),
      [
        ...[e.clean_correct, e.clean_count, e.acc],
        ...[e.asr_hits, e.bd_count, e.asr],
        ...[e.ra_hits, e.bd_count, e.ra],
      ],
    );
  });
  yield worstOf('metrics: Acc, ASR, RA and their counts', results);
}
