/** Markdown table of the recorded runs. */
import type { RecordedRun } from '../../src/formats/recorded.ts';
import { recordedRows, type Summary } from '../../src/store/recorded.ts';
import { percent, table, type Table } from './markdown.ts';

const NAMES: Readonly<Record<string, string>> = {
  lab: '**lab preset**',
  fineTuneOnly: 'fine-tuning only',
  random: 'random pruning, as many maps',
  oracle: 'oracle pruning, as many maps',
  paper: '`paper` preset',
  released: '`released` preset',
};
const HEAD = [
  ...['model', 'what was done', 'maps', 'Acc %'],
  ...['ASR % after pruning', 'ASR % at the end', 'RA % at the end'],
];

const cell = (summary: Summary | null): string =>
  summary === null
    ? '–'
    : `${percent(summary.mean)} (${percent(summary.low)}–${percent(summary.high)})`;

/** What each way makes of these models. */
export function recordedTable(runs: readonly RecordedRun[], models: readonly string[]): Table {
  const body = models.flatMap((model) => {
    const rows = recordedRows(runs, model);
    const before = rows[0]?.runs[0]?.result.stages.backdoored;
    if (before === undefined) return [];
    const start = [before.acc, before.asr, before.asr, before.ra].map(percent);
    return [
      [model, 'as it came', 0, ...start],
      ...rows.map((row) => {
        const seeds = row.runs.length > 1 ? `, ${String(row.runs.length)} seeds` : '';
        const name = `${NAMES[row.label] ?? row.label}${seeds}`;
        return [model, name, row.pruned, ...[row.acc, row.asrPruned, row.asr, row.ra].map(cell)];
      }),
    ];
  });
  return table(HEAD, body);
}
