/** The scores of the sweep before, thin and grey behind the marks. */
import type { Scored } from '../../store/scoring.ts';
import type { Order } from '../../store/viewState.ts';
import type { FrgLayout, Marks } from './frgLayout.ts';
import { offsetInStep } from './frgMarks.ts';
import type { MarkPen } from './frgPaint.ts';

export interface Ghost {
  /** Per row of the table before; NaN where the layout has no place for a map. */
  readonly marks: Marks;
  /** Rows in the order in which one line goes through them; null: a tick for each map. */
  readonly path: Int32Array | null;
}

const TICK = 1.9;

/** By layer every map keeps its place, so that a tick is what this map scored; ranked it is a line. */
export function placeGhost(layout: FrgLayout, before: Scored, order: Order): Ghost {
  const { maps, rows, labels } = before.table;
  const step = 1 / Math.max(1, labels.length);
  const x = new Float32Array(rows);
  const y = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const map = maps[row] ?? -1;
    const level = before.suspicion[row] ?? 0;
    const at = layout.x(map, before.rank[row] ?? 1);
    x[row] = at <= layout.right ? at : NaN;
    y[row] = layout.y(order === 'rank' ? level : level + step * offsetInStep(map, level));
  }
  return { marks: { x, y }, path: order === 'rank' ? before.ranked : null };
}

/** Strokes one path: a line through the ranks, or a tick per map. */
export function paintGhost(pen: MarkPen, { marks: { x, y }, path }: Ghost, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = path === null ? 1 : 1.4;
  pen.globalAlpha = path === null ? 0.42 : 0.9;
  pen.beginPath();
  let isBegun = false;
  for (const row of path ?? x.keys()) {
    const [cx, cy] = [x[row] ?? NaN, y[row] ?? 0];
    if (Number.isNaN(cx)) continue;
    if (path === null) {
      pen.moveTo(cx - TICK, cy);
      pen.lineTo(cx + TICK, cy);
    } else if (isBegun) pen.lineTo(cx, cy);
    else pen.moveTo(cx, cy);
    isBegun = true;
  }
  pen.stroke();
  pen.globalAlpha = 1;
}
