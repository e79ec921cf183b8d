import type { ReactNode } from 'react';
import type { CompareRow } from '../../core/study/recorded.ts';

/** Longest list that is shown in full. */
const SHOWN = 6;

const number = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toPrecision(3);

/** A fact as people read it: three digits, long lists by their range. */
export function factText(value: CompareRow['outcome']['facts'][string]): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return number(value);
  if (value.length <= SHOWN) return value.map(number).join(', ');
  const ends = [Math.min(...value), Math.max(...value)].map(number);
  return `${String(value.length)} values, ${ends.join(' to ')}`;
}

/** What a method says of itself beside its rates, seed by seed. */
export function Facts({ rows }: { rows: readonly CompareRow[] }): ReactNode {
  const told = rows.filter(({ outcome }) => Object.keys(outcome.facts).length > 0);
  if (told.length === 0) return null;
  return (
    <details className="facts">
      <summary>Details</summary>
      {told.map(({ seed, outcome }) => (
        <dl key={seed}>
          <div>
            <dt>seed</dt>
            <dd>{seed}</dd>
          </div>
          {Object.entries(outcome.facts).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{factText(value)}</dd>
            </div>
          ))}
        </dl>
      ))}
    </details>
  );
}
