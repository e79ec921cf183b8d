import { frgAccuracy, classShares, type ScoreName } from '../core/frg/score.ts';
import { locateMap, type NetworkPlan } from '../core/network/plan.ts';
import type { Fact } from './exportFacts.ts';
import { type Cut, PRUNED, type Scored, SPARED } from './scoring.ts';

/** Digits that a float32 share needs to be told from its neighbours. */
const DIGITS = 9;

interface Scores {
  readonly plan: NetworkPlan;
  readonly classNames: readonly string[];
  readonly scored: Scored;
  readonly score: ScoreName;
  readonly cut: Cut | null;
  /** What made them. */
  readonly facts: readonly Fact[];
}

/**
 * The FRG scores as CSV (RFC 4180), one row per scored feature map in the order of the network.
 * Rank, pruned and kept by hand are empty until every map is scored.
 * After them: the share of images read as each class, or for the accuracy score FRG accuracy; then
 * the facts, alike in every row, for the format has no other place for them.
 */
export function scoresCsv({ plan, classNames, scored, score, cut, facts }: Scores): string {
  const { table, suspicion, rank } = scored;
  const values = score === 'accuracy' ? frgAccuracy(table) : classShares(table);
  const columns = score === 'accuracy' ? 1 : table.classes;
  const names =
    score === 'accuracy'
      ? ['FRG accuracy']
      : Array.from({ length: columns }, (_, k) => `share ${String(k)} ${classNames[k] ?? ''}`);
  const head = [
    'map',
    'layer',
    'channel',
    'score name',
    'score',
    'rank',
    'pruned',
    'kept by hand',
    ...names,
    ...facts.map(([name]) => name),
  ];
  const lines = Array.from({ length: table.rows }, (_, row) => {
    const map = table.maps[row] ?? 0;
    const { conv, channel } = locateMap(plan, map);
    const verdict =
      cut === null
        ? ['', '', '']
        : [rank[row] ?? '', ...[PRUNED, SPARED].map((kind) => (cut.verdict[row] === kind ? 1 : 0))];
    const shares = values.subarray(row * columns, (row + 1) * columns);
    return [
      ...[map, conv.name, channel, score, number(suspicion[row] ?? 0), ...verdict],
      ...Array.from(shares, number),
      ...facts.map(([, value]) => value),
    ];
  });
  return [head, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** Text that reads back as the same float32. */
function number(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
