import { PRUNED, SPARED, TIED } from '../../store/scoring.ts';
import { paintGhost, type Ghost } from './frgGhost.ts';
import type { Marks } from './frgLayout.ts';

/** Colours by role, read from the style sheet so that themes reach the canvas. */
export interface Palette {
  readonly kept: string;
  readonly cut: string;
  readonly tie: string;
  readonly tieEdge: string;
  readonly ghost: string;
  readonly halo: string;
  readonly eye: string;
}

/** The palette that applies to an element now. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const role = (name: string): string => style.getPropertyValue(name).trim();
  return {
    kept: role('--kept-mark'),
    cut: role('--cut-mark'),
    tie: role('--tie-mark'),
    tieEdge: role('--tie-edge'),
    ghost: role('--ghost-mark'),
    halo: role('--page'),
    eye: role('--eye-mark'),
  };
}

export interface Picture {
  readonly marks: Marks;
  readonly suspicion: Float32Array;
  /** Null while the sweep is incomplete: no verdict on partial ranks. */
  readonly verdict: Uint8Array | null;
  readonly stale: boolean;
  /** 1: the trigger works through this map; absent where that is not known or not to be seen. */
  readonly carries?: Uint8Array | null;
  /** 1: outside the range that is looked at, and pale; absent: all are looked at. */
  readonly outside?: Uint8Array | null;
  /** The sweep before, behind the marks. */
  readonly ghost?: Ghost | null;
  readonly palette: Palette;
  /** The maps of a clear canvas in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** What painting needs of a canvas; a recorder that writes SVG has the same. */
export type MarkPen = Pick<
  CanvasRenderingContext2D,
  | ('fillStyle' | 'strokeStyle' | 'lineWidth' | 'globalAlpha')
  | (
      | 'setLineDash'
      | 'beginPath'
      | 'closePath'
      | 'moveTo'
      | 'lineTo'
      | 'arc'
      | 'fill'
      | 'stroke'
      | 'clearRect'
    )
>;

/** How much of a mark is left outside the range. */
const PALE = 0.14;

/** Above this a mark is drawn a little larger: it is a candidate, not the crowd. */
const NOTABLE = 0.3;

function cross(context: MarkPen, x: number, y: number, r: number): void {
  context.beginPath();
  context.moveTo(x - r, y - r);
  context.lineTo(x + r, y + r);
  context.moveTo(x + r, y - r);
  context.lineTo(x - r, y + r);
  context.stroke();
}

function diamond(context: MarkPen, x: number, y: number, r: number): void {
  context.beginPath();
  context.moveTo(x, y - r);
  context.lineTo(x + r, y);
  context.lineTo(x, y + r);
  context.lineTo(x - r, y);
  context.closePath();
  context.fill();
  context.stroke();
}

/** Paints every mark: discs first, then ties, then crosses, so that verdicts stay visible. */
export function paintMarks(context: MarkPen, picture: Picture): void {
  const { marks, suspicion, verdict, stale, palette, outside } = picture;
  const fade = (row: number, alpha: number): number =>
    outside?.[row] === 1 ? alpha * PALE : alpha;
  context.clearRect(0, 0, picture.width, picture.height);
  if (picture.ghost != null) paintGhost(context, picture.ghost, palette.ghost);
  const rowsWith = (wanted: number): number[] =>
    verdict === null ? [] : Array.from(verdict.keys()).filter((row) => verdict[row] === wanted);
  context.fillStyle = stale ? palette.ghost : palette.kept;
  for (let row = 0; row < suspicion.length; row++) {
    if (verdict !== null && verdict[row] !== 0) continue;
    const notable = (suspicion[row] ?? 0) > NOTABLE;
    context.globalAlpha = fade(row, stale ? 0.35 : notable ? 0.95 : 0.62);
    context.beginPath();
    context.arc(marks.x[row] ?? 0, marks.y[row] ?? 0, notable ? 2.1 : 1.55, 0, 7);
    context.fill();
  }
  const full = stale ? 0.6 : 1;
  context.fillStyle = stale ? palette.ghost : palette.tie;
  context.strokeStyle = stale ? palette.ghost : palette.tieEdge;
  context.lineWidth = 1.1;
  for (const row of rowsWith(TIED)) {
    context.globalAlpha = fade(row, full);
    diamond(context, marks.x[row] ?? 0, marks.y[row] ?? 0, 4.6);
  }
  for (const row of rowsWith(SPARED)) {
    context.globalAlpha = fade(row, full);
    context.beginPath();
    context.arc(marks.x[row] ?? 0, marks.y[row] ?? 0, 3.8, 0, 7);
    context.fillStyle = palette.halo;
    context.fill();
    context.lineWidth = 1.9;
    context.strokeStyle = stale ? palette.ghost : palette.kept;
    context.stroke();
  }
  for (const row of rowsWith(PRUNED)) {
    const [x, y] = [marks.x[row] ?? 0, marks.y[row] ?? 0];
    context.globalAlpha = fade(row, full);
    context.lineWidth = 4.6;
    context.strokeStyle = palette.halo;
    if (!stale) cross(context, x, y, 3.5);
    context.lineWidth = 1.9;
    context.strokeStyle = stale ? palette.ghost : palette.cut;
    cross(context, x, y, 3.3);
  }
  context.globalAlpha = 1;
  ringCarriers(context, picture);
}

/** A dotted ring around each map that carries the trigger. */
function ringCarriers(context: MarkPen, { marks, carries, palette }: Picture): void {
  if (carries == null) return;
  context.strokeStyle = palette.eye;
  context.lineWidth = 1.3;
  context.setLineDash([2, 2]);
  carries.forEach((carrying, row) => {
    if (carrying !== 1) return;
    context.beginPath();
    context.arc(marks.x[row] ?? 0, marks.y[row] ?? 0, 6, 0, 7);
    context.stroke();
  });
  context.setLineDash([]);
}
