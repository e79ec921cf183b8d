/** From one mark of the FRG chart to the next, from left to right. */
import type { Scored } from '../../store/scoring.ts';
import type { Marks } from './frgLayout.ts';

export interface WalkPlace {
  readonly map: number;
  readonly x: number;
  /** Order of its convolution. */
  readonly layer: number;
}

/** Every mark that is on show, by its place on the axis. */
export function walkPlaces(
  { table }: Scored,
  marks: Marks,
  layerOf: (map: number) => number,
): readonly WalkPlace[] {
  return Array.from(marks.x, (x, row) => {
    const map = table.maps[row] ?? 0;
    return { map, x, layer: layerOf(map) };
  })
    .filter(({ x }) => !Number.isNaN(x))
    .sort((a, b) => a.x - b.x || a.map - b.map);
}

/** The place nearest to x; null where there is none. */
export function nearestPlace(places: readonly WalkPlace[], x: number): WalkPlace | null {
  return places.reduce<WalkPlace | null>(
    (best, place) => (best === null || Math.abs(place.x - x) < Math.abs(best.x - x) ? place : best),
    null,
  );
}

/** The index that a key leads to from `at`; −1 stands before the first. Null for other keys. */
export function stepOf(key: string, places: readonly WalkPlace[], at: number): number | null {
  const last = places.length - 1;
  const layer = places[at]?.layer ?? -1;
  const clamp = (index: number): number => Math.max(0, Math.min(last, index));
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return clamp(at + 1);
    case 'ArrowLeft':
    case 'ArrowDown':
      return clamp(at - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'PageDown': {
      const next = places.findIndex((place, index) => index > at && place.layer !== layer);
      return next < 0 ? last : next;
    }
    case 'PageUp': {
      const before = places.findLastIndex((place, index) => index < at && place.layer !== layer);
      return places.findIndex((place) => place.layer === (places[before]?.layer ?? layer));
    }
    default:
      return null;
  }
}
