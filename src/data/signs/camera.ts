/** Where the sign stands in the image, and its projection onto the pixels. */
import { AREA, SIDE } from './frame.ts';
import type { SpriteAtlas } from './atlas.ts';
import type { Random } from './random.ts';
import { cos, sin } from './trig.ts';

/** Sprites of one resolution as premultiplied RGBA, 0..1. */
interface Level {
  readonly size: number;
  readonly values: Float32Array;
}

/** Full-size sprites and their halved version for distant signs. */
export type SpriteLevels = readonly [full: Level, half: Level];

/** Position of a sign. Lengths in image pixels. */
export interface Pose {
  readonly cx: number;
  readonly cy: number;
  /** Half of the sign's side. */
  readonly half: number;
  /** Row-major 3 x 3 map from image pixels to sprite coordinates -1..1. */
  readonly map: Float64Array;
}

/** Builds the resolutions that {@link drawSign} reads. */
export function spriteLevels(atlas: SpriteAtlas): SpriteLevels {
  const full = new Float32Array(atlas.rgba.length);
  for (let at = 0; at < full.length; at += 4) {
    const alpha = (atlas.rgba[at + 3] ?? 0) / 255;
    for (let c = 0; c < 3; c++) {
      full[at + c] = ((atlas.rgba[at + c] ?? 0) / 255) * alpha;
    }
    full[at + 3] = alpha;
  }
  const size = atlas.size;
  const small = size >> 1;
  const half = new Float32Array(atlas.count * small * small * 4);
  for (let at = 0; at < half.length; at++) {
    const texel = at >> 2;
    const x = texel % small;
    const row = Math.floor(texel / small);
    const y = row % small;
    const sprite = Math.floor(row / small);
    const from = ((sprite * size + y * 2) * size + x * 2) * 4 + (at & 3);
    const below = from + size * 4;
    half[at] =
      ((full[from] ?? 0) + (full[from + 4] ?? 0) + (full[below] ?? 0) + (full[below + 4] ?? 0)) / 4;
  }
  return [
    { size, values: full },
    { size: small, values: half },
  ];
}

/** Draws a random pose: the sign fills 50..97 % of the image, off-centre, turned and tilted. */
export function randomPose(random: Random): Pose {
  const half = (SIDE / 2) * random.range(0.5, 0.97);
  const slack = (SIDE / 2 - half) * 0.85 + 1;
  const cx = SIDE / 2 + random.around(slack);
  const cy = SIDE / 2 + random.around(slack);
  const angle = random.around(0.29);
  const stretchX = 1 + random.range(0, 0.22);
  const stretchY = 1 + random.range(0, 0.06);
  const shear = random.around(0.12);
  const tiltX = random.around(0.16);
  const tiltY = random.around(0.16);
  const c = cos(angle) / half;
  const s = sin(angle) / half;
  const a = (c + shear * s) * stretchX;
  const b = (shear * c - s) * stretchX;
  const d = s * stretchY;
  const e = c * stretchY;
  const g = tiltX / half;
  const h = tiltY / half;
  const map = Float64Array.of(
    a,
    b,
    -(a * cx + b * cy),
    d,
    e,
    -(d * cx + e * cy),
    g,
    h,
    1 - (g * cx + h * cy),
  );
  return { cx, cy, half, map };
}

/**
 * Projects one sprite.
 * @param layer receives AREA * 4 values, premultiplied RGBA, averaged over 2 x 2 points a pixel
 */
export function drawSign(
  layer: Float32Array,
  levels: SpriteLevels,
  sprite: number,
  pose: Pose,
): void {
  // Two points a pixel must not step over more than about 1.5 texels, or fine strokes alias.
  const level = pose.half * 6 < levels[0].size ? levels[1] : levels[0];
  const { size, values } = level;
  const base = sprite * size * size * 4;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = pose.map;
  layer.fill(0);
  for (let point = 0; point < AREA * 4; point++) {
    const column = point % (SIDE * 2);
    const row = (point - column) / (SIDE * 2);
    const x = column * 0.5 + 0.25;
    const y = row * 0.5 + 0.25;
    const w = g * x + h * y + i;
    const u = (((a * x + b * y + c) / w + 1) * size) / 2 - 0.5;
    const v = (((d * x + e * y + f) / w + 1) * size) / 2 - 0.5;
    if (!(u > 0 && v > 0 && u < size - 1 && v < size - 1)) {
      continue;
    }
    const left = Math.floor(u);
    const top = Math.floor(v);
    const fx = u - left;
    const fy = v - top;
    const from = base + (top * size + left) * 4;
    const below = from + size * 4;
    const to = ((row >> 1) * SIDE + (column >> 1)) * 4;
    for (let k = 0; k < 4; k++) {
      const p = values[from + k] ?? 0;
      const q = values[below + k] ?? 0;
      const upper = p + ((values[from + 4 + k] ?? 0) - p) * fx;
      const lower = q + ((values[below + 4 + k] ?? 0) - q) * fx;
      layer[to + k] = (layer[to + k] ?? 0) + (upper + (lower - upper) * fy) * 0.25;
    }
  }
}
