/** What the Sweeps page shows, from its state: pure. */
import { type PaperPoint, type PaperSource, paperCurve } from '../core/study/paper.ts';
import type { SweepFile, SweepRecord, SweepRow, Subject } from '../core/study/recorded.ts';
import { average, groupBy, type Metric, spread, type Spread } from '../core/study/statistics.ts';
import type { Axis } from '../core/study/sweepSpec.ts';
import { isOf, type SweepsState, valueText } from './sweeps.ts';

export interface CurvePoint {
  readonly value: number;
  readonly rows: readonly SweepRow[];
  readonly rates: Readonly<Record<Metric, Spread | null>>;
  /** Of the network as it came, mean over the seeds; null where triggered images were not measured. */
  readonly asrBefore: number | null;
  /** Mean over the seeds. */
  readonly pruned: number;
}

export interface SweepView {
  readonly over: Axis;
  readonly subject: Subject;
  /** Null where there are no results. */
  readonly record: SweepRecord | null;
  /** Ascending. */
  readonly points: readonly CurvePoint[];
  readonly paper: readonly PaperPoint[];
  readonly paperSource: PaperSource & { readonly attack: string };
}

export function sweepView(state: SweepsState, subject: Subject): SweepView {
  const { over, source, recorded, measured, opened } = state;
  const records = { recorded: recorded?.sweeps, opened: opened?.sweeps, measured }[source] ?? [];
  const record = records.find(isOf(over, subject.id)) ?? null;
  const byValue = groupBy(record?.rows ?? [], ({ value }) => value);
  const points = [...byValue].map(([value, rows]): CurvePoint => {
    const after = rows.map(({ outcome }) => outcome.after);
    return {
      ...{ value, rows },
      rates: {
        ...{ acc: spread(after, 'acc'), asr: spread(after, 'asr'), ra: spread(after, 'ra') },
      },
      asrBefore:
        spread(
          rows.map(({ outcome }) => outcome.before),
          'asr',
        )?.mean ?? null,
      pruned: average(rows.map(({ outcome }) => outcome.pruned.count)),
    };
  });
  const { points: paper, source: paperSource } = paperCurve(over, subject.attack);
  return {
    ...{ over, subject, record, paper, paperSource },
    points: points.sort((a, b) => a.value - b.value),
  };
}

/** The record on show as a file. */
export function sweepFile({ record, subject }: SweepView): SweepFile | null {
  if (record === null) return null;
  return { version: 1, kind: 'sweeps', models: [subject], sweeps: [record] };
}

/** What the sweep says, in one sentence: the range of ASR and of Acc over the values. */
export function sweepFinding({ points, over, paper }: SweepView): string {
  const range = (metric: Metric): string | null => {
    const means = points.flatMap(({ rates }) => rates[metric]?.mean ?? []);
    if (means.length === 0) return null;
    const ends = [Math.min(...means), Math.max(...means)].map((share) => (100 * share).toFixed(1));
    return `${ends[0] ?? ''} to ${ends[1] ?? ''}\u00a0%`;
  };
  const [asr, acc] = [range('asr'), range('acc')];
  const moved = { eps: 'ε', p: 'p', retrain: 'the retraining ratio', rate: 'the poisoning rate' };
  if (acc === null) return 'Nothing has been measured yet.';
  if (asr === null) return `As ${moved[over]} moves, Acc goes from ${acc}.`;
  const quoted = paper.map((point) => 100 * point.asr);
  const [low, high] = [Math.min(...quoted), Math.max(...quoted)].map((share) => share.toFixed(1));
  const found = `As ${moved[over]} moves, ASR lies between ${asr.replace(' to ', ' and ')} here, ${low ?? ''} and ${high ?? ''}\u00a0% in the paper.`;
  return `${found}${unlearned(points, over)}`;
}

/** Below this a network does not obey the trigger. */
const OBEYS = 0.1;

/** An ASR of 0 says nothing of a defense where there was no backdoor to remove. */
function unlearned(points: readonly CurvePoint[], over: Axis): string {
  const values = points.filter(({ asrBefore }) => asrBefore !== null && asrBefore < OBEYS);
  if (values.length === 0) return '';
  const names = values.map(({ value }) => valueText(over, value)).join(' and ');
  return ` At ${names} the network had learned no backdoor.`;
}
