/** Light on the scene: paint and dirt of the sign, things in front of it, shadow, exposure. */
import type { Pose } from './camera.ts';
import { AREA, type Colour, type Frame, SIDE, smooth } from './frame.ts';
import type { Random } from './random.ts';
import { paintShape } from './shapes.ts';
import { cos, sin } from './trig.ts';

/** How bright the scene is; the sensor scales its noise with it. */
export interface Exposure {
  /** Factor on the reflectance of the sign. */
  readonly sign: number;
  /** Factor on the reflectance of the background. */
  readonly background: number;
}

/** Draws an exposure: dark ones are common, and the background is often brighter or darker. */
export function randomExposure(random: Random): Exposure {
  const u = random.unit();
  const sign = 0.2 + 0.9 * u * Math.sqrt(u);
  const against = random.unit();
  const ratio = 0.35 + 1.15 * against * (random.chance(0.12) ? 2.2 : 1);
  return { sign, background: Math.min(1.15, sign * ratio) };
}

/**
 * Lays the projected sign over the background and applies the exposure to both.
 * @param layer AREA * 4 values, premultiplied RGBA
 */
export function mountSign(
  frame: Frame,
  layer: Float32Array,
  random: Random,
  exposure: Exposure,
): void {
  const fade = random.unit() * random.unit() * 0.5;
  const dark = random.range(0.02, 0.16);
  const dirt = random.range(0, 0.25);
  const sheenX = random.around(0.4) / SIDE;
  const sheenY = random.around(0.4) / SIDE;
  for (let pixel = 0; pixel < AREA; pixel++) {
    const from = pixel * 4;
    const to = pixel * 3;
    const alpha = layer[from + 3] ?? 0;
    const x = pixel % SIDE;
    const y = (pixel - x) / SIDE;
    const sheen = 1 + sheenX * (x - 16) + sheenY * (y - 16);
    const red = layer[from] ?? 0;
    const green = layer[from + 1] ?? 0;
    const blue = layer[from + 2] ?? 0;
    const grey = (red + green + blue) / 3;
    const gain = exposure.sign * sheen * (1 - dirt);
    // Even black paint reflects some light; `dark` lifts it.
    const lift = dark * alpha;
    const keep = exposure.background * (1 - alpha);
    frame[to] = (frame[to] ?? 0) * keep + (red + (grey - red) * fade + lift) * gain;
    frame[to + 1] = (frame[to + 1] ?? 0) * keep + (green + (grey - green) * fade + lift) * gain;
    frame[to + 2] = (frame[to + 2] ?? 0) * keep + (blue + (grey - blue) * fade + lift) * gain;
  }
}

/** Leaves over the rim of the sign, or a twig across it; at most about a fifth is hidden. */
export function occlude(frame: Frame, random: Random, pose: Pose, exposure: Exposure): void {
  const level = exposure.background;
  const leaf: Colour = [
    random.range(0.08, 0.35) * level,
    random.range(0.14, 0.42) * level,
    random.range(0.05, 0.18) * level,
  ];
  if (random.chance(0.16)) {
    const count = 1 + random.below(4);
    const start = random.range(0, 2 * Math.PI);
    for (let n = 0; n < count; n++) {
      const angle = start + random.around(0.7);
      const x = pose.cx + cos(angle) * pose.half * random.range(0.8, 1.1);
      const y = pose.cy + sin(angle) * pose.half * random.range(0.8, 1.1);
      const size = pose.half * random.range(0.12, 0.26);
      paintShape(frame, leaf, x, y, size, size * random.range(0.5, 1), {
        angle: random.range(0, Math.PI),
        edge: 1,
        round: true,
      });
    }
  }
  if (random.chance(0.08)) {
    const offset = random.around(pose.half * 0.8);
    const options = { angle: random.range(0, Math.PI), edge: 1, round: false };
    paintShape(frame, leaf, pose.cx + offset, pose.cy + offset, 40, 0.45, options);
  }
}

/** Cast shadow with a straight edge, uneven light, colour cast and haze. */
export function illuminate(frame: Frame, random: Random, exposure: Exposure): void {
  const shadow = random.chance(0.25) ? random.range(0.4, 0.8) : 1;
  const angle = random.range(0, 2 * Math.PI);
  const nx = cos(angle);
  const ny = sin(angle);
  const offset = random.around(11);
  const edge = random.range(1, 4);
  const slope = random.around(0.5) / SIDE;
  const warm = random.around(0.16);
  const tint = random.around(0.07);
  const haze = random.chance(0.35) ? random.range(0, 0.5) : random.range(0, 0.06);
  const veil = exposure.sign * random.range(0.3, 0.9);
  const cast: Colour = [1 + warm, 1 + tint, 1 - warm];
  for (let pixel = 0; pixel < AREA; pixel++) {
    const x = (pixel % SIDE) - 15.5;
    const y = Math.floor(pixel / SIDE) - 15.5;
    const lit = smooth((x * nx + y * ny - offset) / edge + 0.5);
    const gain = (shadow + (1 - shadow) * lit) * (1 + slope * (y * nx - x * ny)) * (1 - haze);
    const to = pixel * 3;
    for (let c = 0; c < 3; c++) {
      frame[to + c] = ((frame[to + c] ?? 0) * gain + veil * haze) * (cast[c] ?? 1);
    }
  }
}
