import { useMemo, useState, type ReactNode } from 'react';
import type { LoadedModel } from '../../bridge/protocol.ts';
import { locateMap } from '../../core/network/plan.ts';
import { CARRIER, findCarriers } from '../../core/frg/carriers.ts';
import { compareCut } from '../../store/carriers.ts';
import { isBusy, isReady } from '../../store/selectors.ts';
import type { Cut, Scored } from '../../store/scoring.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { CarrierScatter } from '../charts/CarrierScatter.tsx';
import { leaving } from '../leave.ts';
import { count, percentText } from '../text/format.ts';

interface Props {
  readonly model: LoadedModel;
  readonly scored: Scored;
  readonly cut: Cut;
}

/** Misses listed before they are asked for. */
const LISTED = 8;

function share(value: number | null): string {
  return value === null ? 'not defined' : percentText(value, 0);
}

/** What the cut found of the maps that the trigger works through. */
function Comparison({ model, scored, cut, change }: Props & { change: Float32Array }): ReactNode {
  const app = useApp();
  const focusMap = useAppState((state) => state.view.focusMap);
  const theme = useAppState((state) => state.view.theme);
  const [all, setAll] = useState(false);
  const carriers = useMemo(
    () => findCarriers(model.plan, scored.table.maps, change),
    [model, scored, change],
  );
  const found = useMemo(() => compareCut(carriers, scored, cut), [carriers, scored, cut]);
  const { maps } = scored.table;
  const focusRow = focusMap === null ? -1 : maps.indexOf(focusMap);
  const facts: readonly (readonly [string, string, string])[] = [
    [
      'Precision',
      share(found.precision),
      `${count(found.hits)} of ${count(found.k)} cut maps carry it`,
    ],
    [
      'Recall',
      share(found.recall),
      `${count(found.hits)} of ${count(carriers.total)} carriers are cut`,
    ],
    [
      'Rank correlation',
      found.spearman === null ? 'not defined' : found.spearman.toFixed(2),
      'over all maps',
    ],
  ];
  const focus = (row: number): void => {
    app.setView({ focusMap: maps[row] ?? null });
  };
  return (
    <div className="carriers">
      <p className="find">
        {carriers.total === 0
          ? 'No map carries the trigger clearly'
          : `The cut meets ${count(found.hits)} of the ${count(carriers.total)} maps that carry the trigger`}
      </p>
      <p className="note">
        Suspicion, %, against the activation change by the trigger. A map carries it at {CARRIER}{' '}
        times the mean of its layer or more.
      </p>
      <CarrierScatter
        {...{ carriers, scored, cut, theme }}
        focusRow={focusRow >= 0 ? focusRow : null}
        summary={facts.map(([name, value, what]) => `${name} ${value}, ${what}`).join('. ')}
        onFocusRow={focus}
      />
      <dl className="facts num">
        {facts.map(([name, value, what]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b>{value}</b> <small>{what}</small>
            </dd>
          </div>
        ))}
      </dl>
      {found.misses.length > 0 && (
        <>
          <p className="note">Missed, the strongest first:</p>
          <ul className="misses">
            {found.misses.slice(0, all ? undefined : LISTED).map((row) => {
              const { conv, channel } = locateMap(model.plan, maps[row] ?? 0);
              return (
                <li key={row}>
                  <button
                    type="button"
                    className="link sm num"
                    aria-pressed={row === focusRow}
                    onClick={() => {
                      focus(row);
                    }}
                  >
                    {conv.name} · {channel}, {(carriers.change[row] ?? 0).toFixed(1)}×
                  </button>
                </li>
              );
            })}
          </ul>
          {!all && found.misses.length > LISTED && (
            <button
              type="button"
              className="link sm"
              onClick={({ currentTarget }) => {
                // This button goes: on from the last of those that were listed.
                const listed = currentTarget.previousElementSibling;
                listed?.querySelector<HTMLElement>('li:last-child button')?.focus();
                setAll(true);
              }}
            >
              All {count(found.misses.length)}
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** Oracle view: asks the engine how much the trigger changes each map, and compares. */
export function CarrierPanel(props: Props): ReactNode {
  const { oracle } = useApp();
  const change = useAppState((state) => state.results.change);
  const ready = useAppState((state) => isReady(state) && !isBusy(state));
  if (props.model.samples.triggered === null) return null;
  if (change !== null) return <Comparison {...props} change={change} />;
  if (!oracle.canMeasure) return null;
  return (
    <button
      type="button"
      className="btn"
      disabled={!ready}
      onClick={leaving(() => oracle.measure())}
    >
      Where does the trigger live?
    </button>
  );
}
