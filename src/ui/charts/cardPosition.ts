import type { CardPlace } from './FrgChart.tsx';

/** Size of the hover card, pixels; the height is what its text needs at most. */
export const CARD = { width: 224, height: 190 } as const;
/** From the mark to a card beside it, where there is room and where there is little. */
const GAPS = [56, 20] as const;
/** From the mark to a card above or below it. */
const CLEAR = 16;
/** The axis and the handle of the cut line stay visible. */
const LEFT_EDGE = 46;
/** The counts of the cut line: how far they reach to the right, and above and below the line. */
export const LABELS = { end: 150, reach: 38 } as const;
/** The strip of layers under the marks, which a card beside its mark leaves alone. */
const STRIP = 50;

export interface CardPosition {
  readonly left: number;
  readonly top: number;
  /** Path from the card to its mark; null when the two are close. */
  readonly leader: string | null;
}

type Place = Omit<CardPlace, 'row'>;
type Corner = Pick<CardPosition, 'left' | 'top'>;

function coversLabels({ left, top }: Corner, cutY: number | null): boolean {
  if (cutY === null || left >= LABELS.end) return false;
  return top < cutY + LABELS.reach && top + CARD.height > cutY - LABELS.reach;
}

/** Heights at which the counts of the line stay free. */
function freeOf(cutY: number | null): readonly number[] {
  return cutY === null ? [] : [cutY + LABELS.reach, cutY - LABELS.reach - CARD.height];
}

function beside({ x, y, width, height, cutY }: Place): CardPosition[] {
  const last = height - CARD.height - STRIP;
  const near = Math.max(0, Math.min(last, y - 24));
  const tops = [near, ...freeOf(cutY).filter((top) => top >= 0 && top <= last)];
  const at = (left: number, from: number, to: number): CardPosition[] =>
    tops.map((top) => ({
      ...{ left, top },
      leader: `M${String(from)} ${String(top + 22)}H${String((from + to) / 2)}L${String(to)} ${String(y)}`,
    }));
  return GAPS.flatMap((gap) => {
    const [left, right] = [x - gap - CARD.width, x + gap];
    return [
      ...(left >= LEFT_EDGE ? at(left, left + CARD.width, x - 8) : []),
      ...(right + CARD.width <= width ? at(right, right, x + 8) : []),
    ];
  });
}

/** Where there is no room beside the mark: below it, else above it, else below the chart. */
function across({ x, y, width, height, cutY }: Place): CardPosition[] {
  const lefts = [Math.max(0, Math.min(width - CARD.width, x - CARD.width / 2))];
  if (width - CARD.width >= LABELS.end) lefts.push(LABELS.end);
  const [below, above] = [y + CLEAR, y - CLEAR - CARD.height];
  const tops = [below, above, ...freeOf(cutY)].filter(
    (top) => top >= 0 && top + CARD.height <= height && (top >= below || top <= above),
  );
  const lowest = Math.max(below, (cutY ?? 0) + LABELS.reach);
  return [...tops, lowest].flatMap((top) =>
    lefts.map((left) => ({ left, top, leader: leaderAcross(x, y, top) })),
  );
}

/** Straight up or down to a mark that the card keeps away from. */
function leaderAcross(x: number, y: number, top: number): string | null {
  const [from, to] = top > y ? [top, y + 8] : [top + CARD.height, y - 8];
  return Math.abs(from - to) <= CLEAR ? null : `M${String(x)} ${String(from)}V${String(to)}`;
}

/** A place for the card where it covers neither its mark nor the counts of the cut line. */
export function cardPosition(place: Place): CardPosition {
  const [first, ...others] = [...beside(place), ...across(place)];
  if (first === undefined) throw new RangeError('a card below the chart is always a place');
  return [first, ...others].find((at) => !coversLabels(at, place.cutY)) ?? first;
}
