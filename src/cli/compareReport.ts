/** A comparison for people: a table per model, the mean of the seeds and every seed. */
import type { Rates } from '../core/study/job.ts';
import { aboutMethod, METHOD_IDS } from '../core/study/methods.ts';
import { paperOnly, type PaperRates, paperRates } from '../core/study/paper.ts';
import type { CompareFile, CompareRow, Subject } from '../core/study/recorded.ts';
import { average, groupBy, METRICS, spread } from '../core/study/statistics.ts';
import { counted } from './format.ts';
import { textTable } from './textTable.ts';

const HEAD = ['method', 'seed', 'Acc %', 'ASR %', 'RA %', 's', 'pruned', 'paper Acc/ASR/RA %'];
const RIGHT = new Set([1, 2, 3, 4, 5]);

export function compareReport({ models, rows, base }: CompareFile): string {
  const { epochs, retrainRatio } = base.fineTune;
  const budget = `budget: ${counted(epochs, 'epoch')} on ${Math.round(retrainRatio * 1000) / 10} % of the training images`;
  const parts = models.flatMap((subject) => {
    const mine = rows.filter(({ model }) => model === subject.id);
    return mine.length === 0 ? [] : [modelTable(subject, mine)];
  });
  const note =
    's: seconds of the defense; FMP and its controls use all threads, the others one each.\n' +
    'paper: Huang and Bu, ICLR 2024; measured there with another network and budget.';
  return [budget, ...parts, note, ''].join('\n\n').replace(/\n\n$/, '\n');
}

function modelTable(subject: Subject, rows: readonly CompareRow[]): string {
  const byMethod = groupBy(rows, ({ method }) => method);
  const { data, attack } = subject;
  const quoted = (rates: PaperRates | null): string => (rates === null ? '' : paperText(rates));
  const before = rows.map(({ outcome }) => outcome.before);
  const lines = METHOD_IDS.flatMap((method) => {
    const of = byMethod.get(method) ?? [];
    if (of.length === 0) return [];
    const { name } = aboutMethod(method);
    return methodLines(name, of, quoted(paperRates(data, attack, method)));
  });
  const table = textTable(
    [
      HEAD,
      ['as it came', '', ...cells(before), '', '', quoted(paperRates(data, attack, null))],
      ...lines,
      ...paperOnly(data, attack).map(({ name, rates }) => [
        ...[name, '', '', '', '', '', ''],
        paperText(rates),
      ]),
    ],
    RIGHT,
  );
  const { nClean, nTriggered } = before[0] ?? { nClean: 0, nTriggered: 0 };
  const title = `${subject.id} (${attack ?? 'no attack'}, ${data}); n ${nClean} clean, ${nTriggered} triggered`;
  return [title, ...table].join('\n');
}

function methodLines(
  name: string,
  rows: readonly CompareRow[],
  paper: string,
): readonly (readonly string[])[] {
  const outcomes = rows.map(({ outcome }) => outcome);
  const [first] = outcomes;
  const after = outcomes.map((outcome) => outcome.after);
  const seconds = average(outcomes.map((outcome) => outcome.seconds)).toFixed(1);
  const counts = [...new Set(outcomes.map(({ pruned }) => pruned.count))].sort((a, b) => a - b);
  const unit = first?.pruned.unit ?? null;
  const pruned = unit === null ? '' : `${counts.join('–')} ${unit}`;
  const [only] = rows;
  if (rows.length === 1 && only !== undefined)
    return [[name, String(only.seed), ...cells(after), seconds, pruned, paper]];
  return [
    [name, 'mean', ...cells(after), seconds, pruned, paper],
    ...rows.map(({ seed, outcome }) => [
      ...['', String(seed), ...cells([outcome.after]), outcome.seconds.toFixed(1), '', ''],
    ]),
  ];
}

/** Means in per cent; a dash where nothing was measured. */
function cells(rates: readonly Rates[]): string[] {
  return METRICS.map((metric) => {
    const found = spread(rates, metric);
    return found === null ? '–' : (100 * found.mean).toFixed(2);
  });
}

/** "98.60/0.00/98.66, GTSRB, Table 1c" */
function paperText({ acc, asr, ra, data, table }: PaperRates): string {
  const shares = [acc, asr, ra].map((share) => (share === null ? '–' : (100 * share).toFixed(2)));
  return `${shares.join('/')}, ${data}, Table ${table}`;
}
