import { useState, type ReactNode } from 'react';
import type { PaperRates } from '../../core/study/paper.ts';
import { METRICS, type Spread } from '../../core/study/statistics.ts';
import {
  type CompareGroup,
  type CompareView,
  type Sort,
  sortGroups,
  type SortKey,
} from '../../store/compareView.ts';
import { Icon } from '../controls/Icon.tsx';
import { duration, percent } from '../text/format.ts';
import { Facts } from './Facts.tsx';

const COLUMNS: readonly (readonly [key: SortKey, name: string])[] = [
  ['method', 'Method'],
  ['acc', 'Acc, %'],
  ['asr', 'ASR, %'],
  ['ra', 'RA, %'],
  ['seconds', 'Time'],
  ['pruned', 'Pruned'],
];

function SortHead(props: {
  column: readonly [key: SortKey, name: string];
  sort: Sort;
  onSort: (sort: Sort) => void;
  disabled: boolean;
}): ReactNode {
  const { column, sort, onSort, disabled } = props;
  const [key, name] = column;
  const isOn = sort.key === key;
  const order = isOn ? (sort.descending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" aria-sort={order}>
      <button
        type="button"
        className="sortb"
        disabled={disabled}
        onClick={() => {
          onSort({ key, descending: isOn && !sort.descending });
        }}
      >
        {name}
        <span aria-hidden="true">{isOn ? (sort.descending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

/** A rate that was made with the trigger, in Defender view. */
export function HiddenRate(): ReactNode {
  return (
    <td className="hid">
      <Icon name="shut" />
      <span className="vh">Hidden from the defender</span>
    </td>
  );
}

function Rate({ found }: { found: Spread | null }): ReactNode {
  if (found === null) return <td className="mut">not measured</td>;
  const { mean, values, interval } = found;
  return (
    <td className="num">
      <b>{percent(mean)}</b>
      <small>
        {values.length > 1
          ? values.map((value) => percent(value)).join(', ')
          : `${percent(interval[0])} to ${percent(interval[1])}`}
      </small>
    </td>
  );
}

function Paper({ paper }: { paper: PaperRates | null }): ReactNode {
  if (paper === null) return <td className="mut">not in the paper</td>;
  const shares = METRICS.map((metric) => paper[metric]);
  return (
    <td className="num quoted">
      {shares.map((share) => (share === null ? '–' : percent(share, 2))).join(' / ')}
      <small>
        {paper.data}, Table {paper.table}
      </small>
    </td>
  );
}

function Row({ group, sees }: { group: CompareGroup; sees: boolean }): ReactNode {
  const { about, rates, rows, seconds, pruned, paper, veiled } = group;
  const first = rows[0]?.outcome;
  const seeds = rows.map(({ seed }) => seed).join(', ');
  const unit = first?.pruned.unit ?? null;
  return (
    <tr>
      <th scope="row">
        {about.name}
        <small>
          {about.what}; {rows.length > 1 ? 'seeds' : 'seed'} {seeds}
        </small>
        {!veiled && <Facts rows={rows} />}
      </th>
      {METRICS.map((metric) =>
        !veiled && (sees || metric === 'acc') ? (
          <Rate key={metric} found={rates[metric]} />
        ) : (
          <HiddenRate key={metric} />
        ),
      )}
      {veiled ? (
        <>
          <HiddenRate />
          <HiddenRate />
        </>
      ) : (
        <>
          <td className="num">
            {duration(seconds)}
            <small>
              {first?.threads === 1 ? 'one thread' : `${String(first?.threads ?? 0)} threads`}
            </small>
          </td>
          <td className="num">
            {unit === null ? '–' : String(Math.round(pruned))}
            <small>{unit ?? 'nothing'}</small>
          </td>
        </>
      )}
      <Paper paper={paper} />
    </tr>
  );
}

/**
 * Every number of the charts; the columns sort.
 * @param props.sees numbers that were made with the trigger are on show
 */
export function CompareTable({ view, sees }: { view: CompareView; sees: boolean }): ReactNode {
  const [chosen, onSort] = useState<Sort>({ key: 'method', descending: false });
  // An order by hidden numbers would tell them.
  const hides = !sees && (chosen.key === 'asr' || chosen.key === 'ra');
  const sort: Sort = hides ? { key: 'method', descending: false } : chosen;
  const { before, paperBefore, groups, quoted, subject } = view;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Table of the comparison">
      <table>
        <caption className="vh">All methods on {subject.title}</caption>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <SortHead
                key={column[0]}
                {...{ column, sort, onSort }}
                disabled={!sees && (column[0] === 'asr' || column[0] === 'ra')}
              />
            ))}
            <th scope="col">Paper: Acc / ASR / RA, %</th>
          </tr>
        </thead>
        <tbody>
          <tr className="ghost">
            <th scope="row">As it came</th>
            {METRICS.map((metric) =>
              sees || metric === 'acc' ? (
                <Rate key={metric} found={before[metric]} />
              ) : (
                <HiddenRate key={metric} />
              ),
            )}
            <td />
            <td />
            <Paper paper={paperBefore} />
          </tr>
          {sortGroups(groups, sort).map((group) => (
            <Row key={group.method} {...{ group, sees }} />
          ))}
          {quoted.map(({ name, rates }) => (
            <tr key={name} className="ghost">
              <th scope="row">
                {name}
                <small>not built here</small>
              </th>
              <td colSpan={5} className="mut">
                not measured
              </td>
              <Paper paper={rates} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
