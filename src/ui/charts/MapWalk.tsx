import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { MapRange } from '../../store/viewState.ts';
import type { FrgLayout } from './frgLayout.ts';
import { nearestPlace, stepOf, type WalkPlace } from './walk.ts';

interface Props {
  readonly layout: FrgLayout;
  /** The marks from left to right. */
  readonly places: readonly WalkPlace[];
  readonly focusMap: number | null;
  /** Null: none is marked. */
  readonly range: MapRange | null;
  /** Ranked maps are no neighbours: there a range means nothing. */
  readonly canMark: boolean;
  /** The spoken value of the map that is looked at. */
  readonly spoken: string;
  readonly onFocusMap: (map: number) => void;
  readonly onRange: (range: MapRange | null) => void;
  readonly onPin: (map: number) => void;
}

/** High enough for a finger; the strip of the layers shows through. */
const [ABOVE, HEIGHT] = [1, 26];

/** The strip below the chart: from map to map by keyboard, and a range of them by dragging. */
export function MapWalk(props: Props): ReactNode {
  const { layout, places, focusMap, range, canMark, onFocusMap, onRange, onPin } = props;
  const [anchor, setAnchor] = useState<WalkPlace | null>(null);
  const at = places.findIndex(({ map }) => map === focusMap);
  const here = places[at];
  const placeAt = (event: PointerEvent): WalkPlace | null => {
    const rect = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - rect.left) / Math.max(1, rect.width);
    return nearestPlace(places, layout.left + share * (layout.right - layout.left));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.key === 'Enter' || event.key === ' ') && here !== undefined) {
      event.preventDefault();
      onPin(here.map);
      return;
    }
    if (event.key === 'Escape' && range !== null) {
      event.stopPropagation();
      onRange(null);
      return;
    }
    const next = places[stepOf(event.key, places, at) ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    if (event.shiftKey && canMark) {
      const start = here?.map ?? next.map;
      const from = range === null ? start : range.from === start ? range.to : range.from;
      onRange({ from, to: next.map });
    } else if (range !== null && !event.shiftKey) onRange(null);
    onFocusMap(next.map);
  };
  const onPointerDown = (event: PointerEvent): void => {
    const place = placeAt(event);
    if (place === null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setAnchor(place);
    onRange(null);
    onFocusMap(place.map);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (anchor === null) return;
    event.stopPropagation();
    const place = placeAt(event);
    if (place === null || place.map === focusMap) return;
    if (canMark) onRange({ from: anchor.map, to: place.map });
    onFocusMap(place.map);
  };
  const stop = (): void => {
    setAnchor(null);
  };
  const ends =
    range === null ? [] : places.filter(({ map }) => map >= range.from && map <= range.to);
  const [first, last] = [ends[0], ends.at(-1)];
  const y = layout.bottom + ABOVE;
  return (
    <g
      className="walk"
      tabIndex={0}
      role="slider"
      aria-label={
        canMark
          ? 'Feature maps: arrows go on, Shift with arrows marks a range, Enter pins'
          : 'Feature maps by rank: arrows go on, Enter pins'
      }
      aria-valuemin={1}
      aria-valuemax={Math.max(1, places.length)}
      aria-valuenow={at + 1}
      aria-valuetext={props.spoken}
      onKeyDown={onKeyDown}
      {...{ onPointerDown, onPointerMove, onPointerUp: stop, onPointerCancel: stop }}
    >
      <rect
        className="walk-t"
        x={layout.left}
        y={y}
        width={Math.max(0, layout.right - layout.left)}
        height={HEIGHT}
        rx="3"
        fill="transparent"
      />
      {canMark && first !== undefined && last !== undefined && (
        <rect
          x={first.x - 2}
          y={y}
          width={last.x - first.x + 4}
          height={HEIGHT - 2}
          rx="3"
          fill="none"
          stroke="var(--ink)"
          strokeWidth="1.5"
        />
      )}
      {here !== undefined && (
        <path d={`M${String(here.x)} ${String(y + 1)}l4 -7h-8Z`} fill="var(--ink)" />
      )}
    </g>
  );
}
