import { useState, type ReactNode } from 'react';
import { locateMap, type NetworkPlan } from '../../core/network/plan.ts';
import { PRUNED, TIED, type Cut, type Scored } from '../../store/scoring.ts';
import { count, percent } from '../text/format.ts';

interface Props {
  readonly plan: NetworkPlan;
  readonly scored: Scored;
  readonly cut: Cut | null;
  readonly focusRow: number | null;
  readonly onFocusRow: (row: number) => void;
}

const PAGE = 100;

/** The chart as a table, most suspicious first. Choosing a map opens its card in the chart. */
export function FrgTableView({ plan, scored, cut, focusRow, onFocusRow }: Props): ReactNode {
  const [shown, setShown] = useState(PAGE);
  const { table, ranked, suspicion } = scored;
  const verdictOf = (row: number): string => {
    if (cut === null) return 'not yet';
    const verdict = cut.verdict[row];
    return verdict === PRUNED ? 'pruned' : verdict === TIED ? 'tied, kept' : 'kept';
  };
  return (
    <div className="tv" tabIndex={0} role="region" aria-label="FRG scores as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Rank</th>
            <th scope="col">Feature map</th>
            <th scope="col">Share</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {Array.from(ranked.subarray(0, shown), (row, index) => {
            const { conv, channel } = locateMap(plan, table.maps[row] ?? 0);
            return (
              <tr key={row}>
                <td>{index + 1}</td>
                <td>
                  <button
                    type="button"
                    className="link"
                    aria-pressed={row === focusRow}
                    onClick={() => {
                      onFocusRow(row);
                    }}
                  >
                    {conv.name} · {channel}
                  </button>
                </td>
                <td>{percent(suspicion[row] ?? 0)} %</td>
                <td>{verdictOf(row)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shown < ranked.length && (
        <button
          type="button"
          className="btn"
          onClick={() => {
            setShown(shown + 4 * PAGE);
          }}
        >
          Show more of {count(ranked.length)}
        </button>
      )}
    </div>
  );
}
