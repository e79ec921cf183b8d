import type { MarkPen } from '../charts/frgPaint.ts';

const DIGITS = 2;

/** Writes what is painted as SVG paths; equal styles in a row become one path. */
export class SvgPen implements MarkPen {
  fillStyle: MarkPen['fillStyle'] = '';
  strokeStyle: MarkPen['strokeStyle'] = '';
  lineWidth = 1;
  globalAlpha = 1;
  private path = '';
  private dash = '';
  private readonly runs: { style: string; d: string }[] = [];

  setLineDash(lengths: number[]): void {
    this.dash = lengths.length === 0 ? '' : ` stroke-dasharray="${lengths.join(' ')}"`;
  }

  beginPath(): void {
    this.path = '';
  }

  closePath(): void {
    this.path += 'Z';
  }

  moveTo(x: number, y: number): void {
    this.path += `M${place(x, y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `L${place(x, y)}`;
  }

  /** Whole circles only: that is all that marks are made of. */
  arc(x: number, y: number, radius: number): void {
    const r = short(radius);
    const across = short(2 * radius);
    this.path += `M${place(x - radius, y)}a${r} ${r} 0 1 0 ${across} 0a${r} ${r} 0 1 0 -${across} 0Z`;
  }

  fill(): void {
    this.add(`fill="${named(this.fillStyle)}" fill-opacity="${short(this.globalAlpha)}"`);
  }

  stroke(): void {
    this.add(
      `fill="none" stroke="${named(this.strokeStyle)}" stroke-width="${short(this.lineWidth)}" stroke-opacity="${short(this.globalAlpha)}"${this.dash}`,
    );
  }

  clearRect(): void {
    this.runs.length = 0;
  }

  /** The paths in the order in which they were painted. */
  toString(): string {
    return this.runs.map(({ style, d }) => `<path ${style} d="${d}"/>`).join('');
  }

  private add(style: string): void {
    const last = this.runs.at(-1);
    if (last?.style === style) last.d += this.path;
    else this.runs.push({ style, d: this.path });
  }
}

function short(value: number): string {
  return String(Number(value.toFixed(DIGITS)));
}

function place(x: number, y: number): string {
  return `${short(x)} ${short(y)}`;
}

/** A colour; gradients and patterns are no part of a mark. */
function named(style: MarkPen['fillStyle']): string {
  return typeof style === 'string' ? style : 'none';
}
