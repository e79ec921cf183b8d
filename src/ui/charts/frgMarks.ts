/** From scored rows to places on the FRG chart. */
import { PRUNED, SPARED, type Cut, type Scored } from '../../store/scoring.ts';
import type { CutSegment } from './CutLine.tsx';
import type { FrgLayout, LayerBox, Marks } from './frgLayout.ts';
import type { LayerSummary } from './FrgOverlay.tsx';

/** Marks of one level spread over this part of the step to the next, so none hides another. */
const SPREAD = 0.76;
const GOLDEN = 0.618033988749895;

/**
 * Where a mark stands inside its level, as a part of the step in (-0.5, 0.5): the same for a map
 * whenever it is drawn, and never far enough to change sides of the cut line.
 */
export function offsetInStep(map: number, suspicion: number): number {
  const offset = SPREAD * (((map * GOLDEN) % 1) - 0.5);
  if (suspicion <= 0) return Math.abs(offset);
  return suspicion >= 1 ? -Math.abs(offset) : offset;
}

/** One mark per scored row; those at the level of the cut stand exactly on it. */
export function placeMarks(layout: FrgLayout, scored: Scored, cut: Cut | null): Marks {
  const { maps, rows } = scored.table;
  const step = 1 / Math.max(1, scored.table.labels.length);
  const exact = cut !== null && cut.ties > 0 ? cut.lowest : null;
  const x = new Float32Array(rows);
  const y = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    x[row] = layout.x(maps[row] ?? 0, scored.rank[row] ?? 1);
    const level = scored.suspicion[row] ?? 0;
    const offset = level === exact ? 0 : step * offsetInStep(maps[row] ?? 0, level);
    y[row] = layout.y(level + offset);
  }
  return { x, y };
}

/** Rows of the table that belong to a layer; tables list whole layers in order. */
function rowsOf({ conv }: LayerBox, scored: Scored): number[] {
  const rows: number[] = [];
  for (let row = 0; row < scored.table.rows; row++) {
    const map = scored.table.maps[row] ?? -1;
    if (map >= conv.offset && map < conv.offset + conv.outChannels) rows.push(row);
  }
  return rows;
}

/** Median and number of pruned maps of every layer. */
export function layerSummaries(
  layout: FrgLayout,
  scored: Scored,
  cut: Cut | null,
): readonly LayerSummary[] {
  return layout.layers.map((layer) => {
    const rows = rowsOf(layer, scored);
    const values = rows.map((row) => scored.suspicion[row] ?? 0).sort((a, b) => a - b);
    return {
      median: values[values.length >> 1] ?? null,
      pruned: rows.filter((row) => cut?.verdict[row] === PRUNED).length,
      spared: rows.filter((row) => cut?.verdict[row] === SPARED).length,
    };
  });
}

/** Where each layer's own threshold lies: at its least suspicious pruned map. */
export function cutSegments(layout: FrgLayout, scored: Scored, cut: Cut): readonly CutSegment[] {
  return layout.layers.flatMap((layer) => {
    const pruned = rowsOf(layer, scored).filter((row) => cut.verdict[row] === PRUNED);
    if (pruned.length === 0) return [];
    const lowest = Math.min(...pruned.map((row) => scored.suspicion[row] ?? 0));
    return [{ x: layer.x, width: layer.width, y: layout.y(lowest) }];
  });
}
