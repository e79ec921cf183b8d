import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { chartIsHidden } from '../../store/lessonView.ts';
import type { Scored } from '../../store/scoring.ts';
import { useApp, useAppState } from '../AppContext.ts';
import { Segmented } from '../controls/Segmented.tsx';
import { telling } from '../text/mapText.ts';
import { useCut } from '../useCut.ts';
import { useNames } from '../useNames.ts';
import { useScored, useScoredBefore } from '../useScored.ts';
import { MapPanel } from './MapPanel.tsx';
import { ScaleBar } from './ScaleBar.tsx';
import { useCards, valueRange, type CardWish } from './useCards.ts';

/** The pinned maps that have a score, with the image that tells most of each. */
function wishesOf(scored: Scored | null, pins: readonly number[]): readonly CardWish[] {
  if (scored === null) return [];
  const { maps, rows } = scored.table;
  return pins
    .map((map) => ({ map, row: maps.indexOf(map) }))
    .filter(({ row }) => row >= 0 && row < rows)
    .map(({ map, row }) => ({ map, row, image: telling(scored, row) }));
}

/** The cards that were pinned, side by side below the chart. */
export function MapTray(): ReactNode {
  const { maps } = useApp();
  const list = useRef<HTMLUListElement>(null);
  const pins = useAppState((state) => state.view.pins);
  const focusMap = useAppState((state) => state.view.focusMap);
  const model = useAppState((state) => state.session.model);
  const sweep = useAppState((state) => state.results.sweep);
  const veiled = useAppState(chartIsHidden);
  const names = useNames(model?.manifest ?? null);
  const scored = useScored();
  const cut = useCut();
  const before = useScoredBefore();
  const [scale, setScale] = useState<'one' | 'own'>('one');
  const wishes = useMemo(() => wishesOf(scored, pins), [scored, pins]);
  const cards = useCards(wishes);
  const newest = pins.at(-1);
  useEffect(() => {
    list.current
      ?.querySelector(`[data-map="${String(newest)}"]`)
      ?.scrollIntoView({ block: 'nearest' });
  }, [newest]);
  if (model === null || sweep === null || scored === null || wishes.length === 0 || veiled)
    return null;
  const shown = wishes.flatMap(({ map }) => cards.get(map) ?? []);
  const all = valueRange(shown);
  const looked = focusMap !== null && pins.includes(focusMap) ? focusMap : newest;
  const unpin = (map: number): void => {
    // Whoever closes a card by keyboard goes on at its neighbour, or at the chart.
    const at = pins.indexOf(map);
    const neighbour = pins[at + 1] ?? pins[at - 1];
    const next = `[data-map="${String(neighbour)}"] button`;
    const to = list.current?.querySelector<HTMLElement>(next);
    (to ?? document.querySelector<HTMLElement>('#pin-map'))?.focus();
    maps.unpin(map);
  };
  return (
    <section className="tray" aria-labelledby="h-tray">
      <div className="ph">
        <h2 id="h-tray">Pinned maps</h2>
        <div className="end">
          {all !== null && scale === 'one' && <ScaleBar range={all} />}
          {wishes.length > 1 && (
            <Segmented
              label="Colour scale of the maps"
              className="s"
              value={scale}
              options={[
                { id: 'one', label: 'One scale' },
                { id: 'own', label: 'Each its own' },
              ]}
              onChange={setScale}
            />
          )}
        </div>
      </div>
      <ul ref={list} className="mcs">
        {wishes.map(({ map, row }) => {
          const data = cards.get(map);
          const own = data === undefined ? null : valueRange([data]);
          return (
            <MapPanel
              key={map}
              {...{ model, sweep, scored, cut, before, row, data, names }}
              range={(scale === 'one' ? all : own) ?? [0, 1]}
              active={map === looked}
              onUnpin={() => {
                unpin(map);
              }}
            />
          );
        })}
      </ul>
    </section>
  );
}
