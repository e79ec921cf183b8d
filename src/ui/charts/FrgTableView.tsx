import { useEffect, useRef, useState, type ReactNode } from 'react';
import { locateMap, type NetworkPlan } from '../../core/network/plan.ts';
import { PRUNED, SPARED, TIED, type Cut, type Scored } from '../../store/scoring.ts';
import type { MapRange } from '../../store/viewState.ts';
import { count, percentText } from '../text/format.ts';

interface Props {
  readonly plan: NetworkPlan;
  readonly scored: Scored;
  readonly cut: Cut | null;
  /** Order of the one layer that is listed; null: all. */
  readonly layer: number | null;
  /** Maps that are listed; null: all. */
  readonly range: MapRange | null;
  readonly focusRow: number | null;
  readonly onFocusRow: (row: number) => void;
}

const PAGE = 100;
const KINDS = ['all', 'pruned', 'kept by hand', 'tied, kept', 'kept'];
const VERDICTS: Readonly<Record<number, string>> = {
  [PRUNED]: 'pruned',
  [SPARED]: 'kept by hand',
  [TIED]: 'tied, kept',
};

/** The chart as a table, most suspicious first. Choosing a map opens its card in the chart. */
export function FrgTableView(props: Props): ReactNode {
  const { plan, scored, cut, layer, range, focusRow, onFocusRow } = props;
  const [shown, setShown] = useState(PAGE);
  const { table, ranked, suspicion } = scored;
  const [kind, setKind] = useState('all');
  const verdictOf = (row: number): string => {
    if (cut === null) return 'not yet';
    return VERDICTS[cut.verdict[row] ?? 0] ?? 'kept';
  };
  const listed = Array.from(ranked).filter((row) => {
    const map = table.maps[row] ?? 0;
    const { conv } = locateMap(plan, map);
    if (range !== null && (map < range.from || map > range.to)) return false;
    if (layer !== null && conv.order !== layer) return false;
    return kind === 'all' || verdictOf(row) === kind;
  });
  // A map that was searched for may stand far down.
  const place = focusRow === null ? -1 : listed.indexOf(focusRow);
  const upTo = Math.max(shown, place + 1);
  const at = useRef<HTMLTableRowElement>(null);
  const isPointed = useRef(false);
  useEffect(() => {
    if (!isPointed.current) at.current?.scrollIntoView({ block: 'nearest' });
    isPointed.current = false;
  }, [focusRow]);
  return (
    <div className="tv" tabIndex={0} role="region" aria-label="FRG scores as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Rank</th>
            <th scope="col">Feature map</th>
            <th scope="col">Share</th>
            <th scope="col">
              <select
                className="sel"
                aria-label="Which verdict"
                value={kind}
                disabled={cut === null}
                onChange={({ currentTarget }) => {
                  setKind(currentTarget.value);
                }}
              >
                {KINDS.map((name) => (
                  <option key={name} value={name}>
                    {name === 'all' ? 'Any verdict' : name}
                  </option>
                ))}
              </select>
            </th>
          </tr>
        </thead>
        <tbody>
          {listed.slice(0, upTo).map((row) => {
            const { conv, channel } = locateMap(plan, table.maps[row] ?? 0);
            return (
              <tr
                key={row}
                ref={row === focusRow ? at : null}
                className={row === focusRow ? 'on' : ''}
                // Not on entering: rows also come under a pointer that rests while they scroll.
                onPointerMove={() => {
                  if (row === focusRow) return;
                  isPointed.current = true;
                  onFocusRow(row);
                }}
              >
                <td>{scored.rank[row]}</td>
                <td>
                  <button
                    type="button"
                    className="link"
                    aria-pressed={row === focusRow}
                    onFocus={() => {
                      onFocusRow(row);
                    }}
                    onClick={() => {
                      onFocusRow(row);
                    }}
                  >
                    {conv.name} · {channel}
                  </button>
                </td>
                <td>{percentText(suspicion[row] ?? 0)}</td>
                <td>{verdictOf(row)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {listed.length === 0 && <p className="note">No feature map is {kind} here.</p>}
      {upTo < listed.length && (
        <button
          type="button"
          className="btn"
          onClick={() => {
            setShown(upTo + 4 * PAGE);
          }}
        >
          Show more of {count(listed.length)}
        </button>
      )}
    </div>
  );
}
