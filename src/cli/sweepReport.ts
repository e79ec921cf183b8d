/** A sweep for people: a row per value, the mean over the seeds, the paper's beside it. */
import { paperCurve } from '../core/study/paper.ts';
import type { SweepRecord, Subject } from '../core/study/recorded.ts';
import { groupBy, METRICS, spread } from '../core/study/statistics.ts';
import type { Axis } from '../core/study/sweepSpec.ts';
import { percent, pixels } from './format.ts';
import { textTable } from './textTable.ts';

export const AXIS_NAMES: Readonly<Record<Axis, string>> = {
  eps: 'eps',
  p: 'p',
  retrain: 'retraining ratio',
  rate: 'poisoning rate',
};

/** A value as its axis shows it: "4/255", "16", "10 %". */
export function axisValue(over: Axis, value: number): string {
  if (over === 'eps') return pixels(value);
  return over === 'p' ? String(value) : percent(value, value < 0.01 ? 1 : 0);
}

export function sweepReport(record: SweepRecord, subject: Subject): string {
  const { over, rows, base } = record;
  const { source, points } = paperCurve(over, subject.attack);
  const byValue = groupBy(rows, ({ value }) => value);
  const values = [...byValue.keys()].sort((a, b) => a - b);
  const lines = values.map((value) => {
    const of = byValue.get(value) ?? [];
    const after = of.map(({ outcome }) => outcome.after);
    const paper = points.find((point) => Math.abs(point.value - value) < 1e-9);
    const quoted = paper === undefined ? [] : [paper.acc, paper.asr, paper.ra];
    const counts = [...new Set(of.map(({ outcome }) => outcome.pruned.count))].join('–');
    return [
      axisValue(over, value),
      ...METRICS.map((metric) => cell(spread(after, metric))),
      counts,
      quoted.map((share) => (share === null ? '–' : (100 * share).toFixed(2))).join('/'),
    ];
  });
  const head = [AXIS_NAMES[over], 'Acc %', 'ASR %', 'RA %', 'pruned', 'paper Acc/ASR/RA %'];
  const seeds = [...new Set(rows.map(({ seed }) => seed))].join(', ');
  return [
    `${record.model}, preset ${base.preset}, over ${AXIS_NAMES[over]}; seeds ${seeds}`,
    ...textTable([head, ...lines], new Set([4])),
    'in brackets: 95 % interval (Wilson)',
    `paper: FMP on ${source.data} under ${source.attack}, Table ${source.table}`,
    '',
  ].join('\n');
}

function cell(found: ReturnType<typeof spread>): string {
  if (found === null) return '–';
  const [value, low, high] = [found.mean, ...found.interval].map((x) => (100 * x).toFixed(2));
  return `${value ?? ''} [${low ?? ''}, ${high ?? ''}]`;
}
