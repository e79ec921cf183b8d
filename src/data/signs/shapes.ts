/** Boxes and ellipses with soft edges. */
import { blend, type Colour, type Frame, SIDE, smooth } from './frame.ts';
import { cos, sin } from './trig.ts';

/**
 * A soft-edged box or ellipse, turned by an angle.
 * @param rx half width, ry half height, edge width of the soft rim, all in pixels
 */
export function paintShape(
  frame: Frame,
  colour: Colour,
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  options: { readonly angle: number; readonly edge: number; readonly round: boolean },
): void {
  const c = cos(options.angle);
  const s = sin(options.angle);
  const reach = rx + ry + options.edge;
  const top = Math.max(0, Math.floor(cy - reach));
  const bottom = Math.min(SIDE - 1, Math.floor(cy + reach + 1));
  const left = Math.max(0, Math.floor(cx - reach));
  const right = Math.min(SIDE - 1, Math.floor(cx + reach + 1));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const dx = x + 0.5 - cx;
      const dy = y + 0.5 - cy;
      const u = Math.abs(dx * c + dy * s);
      const v = Math.abs(dy * c - dx * s);
      let inside: number;
      if (options.round) {
        const radius = Math.sqrt((u / rx) * (u / rx) + (v / ry) * (v / ry));
        inside = (1 - radius) * Math.min(rx, ry);
      } else {
        inside = Math.min(rx - u, ry - v);
      }
      const cover = smooth(inside / options.edge + 0.5);
      if (cover > 0) {
        blend(frame, y * SIDE + x, colour, cover);
      }
    }
  }
}
