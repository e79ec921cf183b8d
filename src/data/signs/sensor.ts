/** Lens and sensor: blur, lost resolution, noise, soft colour, tone curve, 8-bit rounding. */
import { AREA, type Frame, SIDE, VALUES } from './frame.ts';
import type { Random } from './random.ts';
import { cos, sin } from './trig.ts';

const spare = new Float32Array(VALUES);

/** Weighted sum along rows (stride 3) or columns (stride 3 * SIDE), edges repeated. */
function convolve(from: Frame, to: Frame, stride: number, side: number, inner: number): void {
  const far = (1 - inner - 2 * side) / 2;
  for (let at = 0; at < VALUES; at++) {
    const place = Math.floor(at / stride) % SIDE;
    const back = place > 0 ? at - stride : at;
    const next = place < SIDE - 1 ? at + stride : at;
    const back2 = place > 1 ? back - stride : back;
    const next2 = place < SIDE - 2 ? next + stride : next;
    to[at] =
      (from[at] ?? 0) * inner +
      ((from[back] ?? 0) + (from[next] ?? 0)) * side +
      ((from[back2] ?? 0) + (from[next2] ?? 0)) * far;
  }
}

/** Blur with a round kernel of the given radius, 1..3 pixels. */
export function defocus(frame: Frame, radius: number): void {
  const bell = (distance: number): number => {
    const t = Math.max(0, 1 - (distance * distance) / (radius * radius));
    return t * t;
  };
  const sum = 1 + 2 * bell(1) + 2 * bell(2);
  convolve(frame, spare, 3, bell(1) / sum, 1 / sum);
  convolve(spare, frame, 3 * SIDE, bell(1) / sum, 1 / sum);
}

/** Average of 5 bilinear samples on a line of the given length (pixels) and angle (radians). */
export function smear(frame: Frame, length: number, angle: number): void {
  const stepX = (cos(angle) * length) / 4;
  const stepY = (sin(angle) * length) / 4;
  spare.fill(0);
  for (let tap = -2; tap <= 2; tap++) {
    const shiftX = tap * stepX;
    const shiftY = tap * stepY;
    for (let pixel = 0; pixel < AREA; pixel++) {
      const px = pixel % SIDE;
      const x = Math.min(SIDE - 1.001, Math.max(0, px + shiftX));
      const y = Math.min(SIDE - 1.001, Math.max(0, (pixel - px) / SIDE + shiftY));
      const left = Math.floor(x);
      const top = Math.floor(y);
      const fx = x - left;
      const fy = y - top;
      const from = (top * SIDE + left) * 3;
      const below = from + SIDE * 3;
      for (let c = 0; c < 3; c++) {
        const p = frame[from + c] ?? 0;
        const q = frame[below + c] ?? 0;
        const upper = p + ((frame[from + 3 + c] ?? 0) - p) * fx;
        const lower = q + ((frame[below + 3 + c] ?? 0) - q) * fx;
        const to = pixel * 3 + c;
        spare[to] = (spare[to] ?? 0) + (upper + (lower - upper) * fy) * 0.2;
      }
    }
  }
  frame.set(spare);
}

/** One pass of {@link lowerResolution}: along lines of SIDE values that lie `stride` apart. */
function resampleLine(frame: Frame, start: number, stride: number, count: number): void {
  const width = SIDE / count;
  for (let cell = 0; cell < count; cell++) {
    const low = cell * width;
    const high = low + width;
    let sum = 0;
    for (let at = Math.floor(low); at < high && at < SIDE; at++) {
      const overlap = Math.min(high, at + 1) - Math.max(low, at);
      sum += (frame[start + at * stride] ?? 0) * overlap;
    }
    spare[cell] = sum / width;
  }
  for (let at = 0; at < SIDE; at++) {
    const place = Math.min(count - 1, Math.max(0, (at + 0.5) / width - 0.5));
    const left = Math.min(count - 2, Math.floor(place));
    const p = spare[left] ?? 0;
    frame[start + at * stride] = p + ((spare[left + 1] ?? 0) - p) * (place - left);
  }
}

/** Averages down to count x count pixels (2..32) and stretches back bilinearly. */
export function lowerResolution(frame: Frame, count: number): void {
  for (let line = 0; line < SIDE; line++) {
    for (let c = 0; c < 3; c++) {
      resampleLine(frame, line * SIDE * 3 + c, 3, count);
    }
  }
  for (let line = 0; line < SIDE; line++) {
    for (let c = 0; c < 3; c++) {
      resampleLine(frame, line * 3 + c, SIDE * 3, count);
    }
  }
}

/** Shares the colour difference among 2 x 2 pixels, as JPEG does; brightness stays sharp. */
export function softenColour(frame: Frame): void {
  for (let y = 0; y < SIDE; y += 2) {
    for (let x = 0; x < SIDE; x += 2) {
      const first = (y * SIDE + x) * 3;
      const corners = [first, first + 3, first + SIDE * 3, first + SIDE * 3 + 3];
      let redness = 0;
      let blueness = 0;
      for (const at of corners) {
        redness += (frame[at] ?? 0) - (frame[at + 1] ?? 0);
        blueness += (frame[at + 2] ?? 0) - (frame[at + 1] ?? 0);
      }
      redness /= 4;
      blueness /= 4;
      for (const at of corners) {
        const red = frame[at] ?? 0;
        const green = frame[at + 1] ?? 0;
        const luma = 0.3 * red + 0.59 * green + 0.11 * (frame[at + 2] ?? 0);
        const base = luma - 0.3 * redness - 0.11 * blueness;
        frame[at] = base + redness;
        frame[at + 1] = base;
        frame[at + 2] = base + blueness;
      }
    }
  }
}

/** Shoulder: straight up to 0.75, then bends so that 1 is approached but hardly ever reached. */
function tone(value: number): number {
  if (value <= 0.75) {
    return value;
  }
  const over = (value - 0.75) / 0.25;
  return 0.75 + (0.25 * over) / (1 + over * 0.9);
}

/**
 * Adds noise, applies the tone curve and rounds to bytes.
 * @param grain spread of the noise on the 0..1 scale; 40 % of it is common to all three channels
 */
export function develop(
  frame: Frame,
  random: Random,
  grain: number,
  out: Uint8Array,
  offset: number,
): void {
  // Four bytes summed have a spread of 147.8, and are bell-shaped enough for noise.
  const scale = grain / 147.8;
  const bell = (): number => {
    const bits = random.u32();
    return (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510;
  };
  for (let pixel = 0; pixel < AREA; pixel++) {
    const common = bell() * 0.8;
    for (let at = pixel * 3; at < pixel * 3 + 3; at++) {
      const value = tone((frame[at] ?? 0) + (common + bell() * 0.6) * scale) * 255;
      out[offset + at] = value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5);
    }
  }
}
