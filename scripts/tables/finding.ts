/** Markdown tables of the finding. */
import {
  detection,
  type FindingRow,
  namedClass,
  statisticOf,
} from '../../src/core/study/finding.ts';
import { percent, table } from './markdown.ts';

type Rows = readonly FindingRow[];

const points = (margin: number): string => (100 * margin).toFixed(0);
const decimal = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
const of255 = (eps: number): string => String(Math.round(eps * 255));

const byModel = (rows: Rows): Rows =>
  rows.toSorted((a, b) => a.model.localeCompare(b.model) || a.seed - b.seed);

/** Whom the search calls backdoored, whom it should have. */
export function detectionTable(rows: Rows): readonly string[] {
  const body = byModel(rows).map((row) => {
    const named = namedClass(row);
    const said = named === null ? 'none' : String(named);
    const verdict = named === row.target ? 'right' : row.target === null ? 'false alarm' : 'missed';
    const wrong = named !== null && row.target !== null && named !== row.target;
    return [
      ...[row.model, row.seed, row.target ?? 'none', said, wrong ? 'wrong class' : verdict],
      points(statisticOf(row)),
    ];
  });
  return table(['model', 'seed', 'true target', 'named', 'verdict', 'clearness'], body);
}

/** The leading class and its margin at every ε, and of the smooth candidate where it was tried. */
export function searchTable(rows: Rows): readonly string[] {
  const sharp = rows.flatMap((row) => row.candidates.filter((one) => one.smoothing === undefined));
  const sorted = [...new Set(sharp.map(({ eps }) => eps))].toSorted((a, b) => a - b);
  const cell = (found: FindingRow['candidates'][number] | undefined): string =>
    found === undefined ? '–' : `${String(found.class)}: ${points(found.margin)}`;
  const body = byModel(rows).map(({ model, seed, target, candidates }) => [
    `${model}, seed ${String(seed)}`,
    target ?? 'none',
    ...sorted.map((eps) =>
      cell(candidates.find((one) => one.eps === eps && one.smoothing === undefined)),
    ),
    cell(candidates.find((one) => one.smoothing !== undefined)),
  ]);
  const bounds = sorted.map((eps) => `${of255(eps)}/255`);
  return table(['model', 'target', ...bounds, 'smooth'], body);
}

/** Every threshold at which something changes. */
export function rocTable(rows: Rows): readonly string[] {
  const found = detection(rows);
  const body = found.points.map((point) => [
    point.threshold === Infinity ? 'above all' : points(point.threshold),
    ...[point.falseAlarms, point.detected, point.rightlyNamed].map(percent),
  ]);
  return [
    `${String(found.backdoored)} backdoored cases, ${String(found.clean)} clean ones; area under the curve ${decimal(found.auc)}.`,
    '',
    ...table(['clearness', 'false alarms %', 'detected %', 'rightly named %'], body),
  ];
}

/** How well each score finds the maps that carry the trigger. */
export function rankingTable(rows: Rows): readonly string[] {
  const body = byModel(rows).flatMap((row) =>
    row.rankings.map((r) => [
      ...[row.model, `${r.preset}, ${of255(r.eps)}/255`, r.score],
      `${String(row.carriers ?? 0)} of ${String(row.maps)}`,
      ...[r.precision, r.recall].map(percent),
      ...[r.spearman, r.auc].map(decimal),
    ]),
  );
  const k = rows.find(({ rankings }) => rankings.length > 0)?.rankings[0]?.k ?? 0;
  return table(
    [
      ...['model', 'sweep', 'score', 'carriers'],
      ...[`precision@${String(k)} %`, `recall@${String(k)} %`, 'Spearman', 'AUC'],
    ],
    body,
  );
}

/** What the knock-out test saw on its way; 0 maps, the end of the first part, and all of the second. */
export function knockOutTable(rows: Rows): readonly string[] {
  const body = byModel(rows).flatMap(({ model, knockOut }) => {
    if (knockOut === null) return [];
    const { points: all, count, suspect } = knockOut;
    const alone = all.filter(({ tuned }) => !tuned);
    const [first, last] = [alone[0], alone.at(-1)];
    const shown = all.filter((point) => point.tuned || point === first || point === last);
    return shown.map(({ count: maps, tuned, share, next, acc }) => [
      ...[model, suspect, maps, tuned ? 'yes' : 'no', percent(share), percent(next), percent(acc)],
      tuned && maps === count ? 'this one' : '',
    ]);
  });
  if (body.length === 0) return ['No test is recorded yet.'];
  return table(
    [
      ...['model', 'suspected', 'maps', 'fine-tuned', 'probes read as it %', 'as the next %'],
      ...['validation Acc %', 'suggested'],
    ],
    body,
  );
}

/** What pruning and two epochs of fine-tuning come to. */
export function outcomeTable(rows: Rows): readonly string[] {
  const body = byModel(rows).flatMap((row) => [
    ...(row.before === null
      ? []
      : [[row.model, 'as it came', 0, ...triple(row.before), ...triple(row.before)]]),
    ...row.outcomes.map(({ cut, maps, pruned, fineTuned }) => [
      ...[row.model, cut === 'preset' ? 'p = 16' : 'knock-out', maps],
      ...triple(pruned),
      ...triple(fineTuned),
    ]),
  ]);
  if (body.length === 0) return ['No run is recorded yet.'];
  const rates = ['Acc %', 'ASR %', 'RA %'];
  return table(['model', 'cut', 'maps', ...rates.map((r) => `${r} pruned`), ...rates], body);
}

function triple({ acc, asr, ra }: NonNullable<FindingRow['before']>): readonly string[] {
  return [acc, asr, ra].map(percent);
}
