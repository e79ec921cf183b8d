import type { CardPlace } from './FrgChart.tsx';

/** Size of the hover card, pixels; the height is what its text needs at most. */
export const CARD = { width: 224, height: 190 } as const;
const GAP = 56;
/** The axis and the handle of the cut line stay visible. */
const LEFT_EDGE = 46;
/** Left of this stand the counts of the cut line; a card goes there only if it must. */
const LABELS_END = 150;

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
  const left = x - GAP - CARD.width;
  const right = x + GAP;
  const rightFits = right + CARD.width <= width;
  if (left >= LABELS_END || (left >= LEFT_EDGE && !rightFits))
    return { left, top, leader: line(left + CARD.width, x - 8) };
  if (rightFits) return { left: right, top, leader: line(right, x + 8) };
  const across = Math.max(0, Math.min(width - CARD.width, x - CARD.width / 2));
  const under = y + 16 + CARD.height <= height;
  return { left: across, top: under ? y + 16 : Math.max(0, y - 16 - CARD.height), leader: null };
}
