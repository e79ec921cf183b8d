/** Results as CSV (RFC 4180), one row per job. */
import type { Rates, StudyOutcome } from './job.ts';

/** What a row begins with, by column. */
export type CsvKeys = Readonly<Record<string, string | number>>;

const RATES = ['acc', 'asr', 'ra'] as const;

/** @param rows all with the same keys; rates in [0, 1], empty where nothing was measured */
export function outcomesCsv(
  rows: readonly { readonly keys: CsvKeys; readonly outcome: StudyOutcome }[],
): string {
  const keys = Object.keys(rows[0]?.keys ?? {});
  const head = [
    ...keys,
    ...['before', 'after'].flatMap((stage) => RATES.map((name) => `${name} ${stage}`)),
    ...['clean images', 'triggered images', 'pruned', 'unit', 'seconds', 'threads', 'backend'],
  ];
  const lines = rows.map(({ keys: values, outcome }) => {
    const { before, after, pruned, seconds, threads, backend } = outcome;
    const rates = (of: Rates): (number | string)[] => RATES.map((name) => of[name] ?? '');
    return [
      ...keys.map((key) => values[key] ?? ''),
      ...[...rates(before), ...rates(after), after.nClean, after.nTriggered],
      ...[pruned.count, pruned.unit ?? '', Number(seconds.toFixed(2)), threads, backend],
    ];
  });
  return [head, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
