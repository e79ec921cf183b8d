/** Markdown tables of the recorded comparison and sweeps. Rates are means over seeds, in percent. */
import type { CompareFile, SweepFile } from '../../src/core/study/recorded.ts';
import type { Rates, StudyOutcome } from '../../src/core/study/job.ts';
import { aboutMethod, METHOD_IDS, type MethodId } from '../../src/core/study/methods.ts';
import { METRICS, spread, type Metric } from '../../src/core/study/statistics.ts';
import type { Axis } from '../../src/core/study/sweepSpec.ts';
import { axisValue } from '../../src/cli/sweepReport.ts';
import { percent, table, type Table } from './markdown.ts';

const means = (results: readonly Rates[], metrics: readonly Metric[]): readonly string[] =>
  metrics.map((metric) => percent(spread(results, metric)?.mean ?? null));

/** Of all seeds. */
const outcomesOf = (rows: CompareFile['rows'], model: string, method: MethodId): StudyOutcome[] =>
  rows.flatMap((row) => (row.model === model && row.method === method ? [row.outcome] : []));

/** Every method on every model of one data set: `Acc / ASR / RA`. */
export function compareTable({ models, rows }: CompareFile, data: string): Table {
  const ids = models.filter((model) => model.data === data).map(({ id }) => id);
  const cells = (name: string, results: (id: string) => readonly Rates[]): readonly string[] => [
    ...[name, ...ids.map((id) => means(results(id), METRICS).join(' / '))],
  ];
  const measured = METHOD_IDS.filter((method) =>
    ids.some((id) => outcomesOf(rows, id, method).length > 0),
  );
  return table(
    ['method', ...ids],
    [
      cells('as it came', (id) => outcomesOf(rows, id, 'fmp').map(({ before }) => before)),
      ...measured.map((method) =>
        cells(`\`${method}\``, (id) => outcomesOf(rows, id, method).map(({ after }) => after)),
      ),
    ],
  );
}

/** Every method in its name, a column for each rate of each of these models. */
export function namedTable({ rows }: CompareFile, ids: readonly string[]): Table {
  // `ft` is the same fine-tuning in one worker.
  const methods = METHOD_IDS.filter((method) => method !== 'ft');
  const body = methods.map((method) => [
    aboutMethod(method).name,
    ...ids.flatMap((id) =>
      means(
        outcomesOf(rows, id, method).map(({ after }) => after),
        METRICS,
      ),
    ),
  ]);
  return table(['method', ...ids.flatMap((id) => [`${id} Acc %`, 'ASR %', 'RA %'])], body);
}

/** One axis on every model that was swept over it: `Acc / ASR`. */
export function sweepTable({ sweeps }: SweepFile, over: Axis): Table {
  const swept = sweeps.filter((sweep) => sweep.over === over);
  const values = [...new Set(swept.flatMap(({ rows }) => rows.map(({ value }) => value)))];
  const sorted = values.toSorted((a, b) => a - b);
  const body = swept.map(({ model, rows }) => [
    model,
    ...sorted.map((value) => {
      const found = rows.filter((row) => row.value === value);
      const after = found.map(({ outcome }) => outcome.after);
      return means(after, ['acc', 'asr']).join(' / ');
    }),
  ]);
  return table(['model', ...sorted.map((value) => axisValue(over, value))], body);
}
