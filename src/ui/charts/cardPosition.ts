import type { CardPlace } from './FrgChart.tsx';

/** Size of the hover card, pixels; the height is what its text needs at most. */
export const CARD = { width: 200, height: 166 } as const;
const GAP = 34;
/** The axis and the handle of the cut line stay visible. */
const LEFT_EDGE = 46;

export interface CardPosition {
  readonly left: number;
  readonly top: number;
  /** Path from the card to its mark; null when the two are close. */
  readonly leader: string | null;
}

/** A place beside the mark, else above or below it: the card never covers its mark. */
export function cardPosition({ x, y, width, height }: Omit<CardPlace, 'row'>): CardPosition {
  const top = Math.max(0, Math.min(height - CARD.height - 50, y - 24));
  const line = (from: number, to: number): string =>
    `M${String(from)} ${String(top + 22)}H${String((from + to) / 2)}L${String(to)} ${String(y)}`;
  const left = x - GAP - 22 - CARD.width;
  if (left >= LEFT_EDGE) {
    // A far mark gets its card near the middle of the free space, not glued to the edge.
    return { left, top, leader: line(left + CARD.width, x - 8) };
  }
  const right = x + GAP + 22;
  if (right + CARD.width <= width) return { left: right, top, leader: line(right, x + 8) };
  const across = Math.max(0, Math.min(width - CARD.width, x - CARD.width / 2));
  const under = y + 16 + CARD.height <= height;
  return { left: across, top: under ? y + 16 : Math.max(0, y - 16 - CARD.height), leader: null };
}
