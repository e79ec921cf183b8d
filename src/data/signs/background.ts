/** What stands behind the sign: two surfaces with texture, then loose shapes. */
import { AREA, blend, type Colour, type Frame, SIDE, smooth } from './frame.ts';
import type { Pose } from './camera.ts';
import type { Random } from './random.ts';
import { cos, sin } from './trig.ts';

interface Surface {
  readonly near: Colour;
  readonly far: Colour;
  /** Strength of the texture, 0..1. */
  readonly texture: number;
  /** Cells of the fine texture across the image. */
  readonly cells: number;
}

const SKIES: readonly Surface[] = [
  { near: [0.8, 0.86, 0.92], far: [0.42, 0.6, 0.85], texture: 0.06, cells: 4 },
  { near: [0.9, 0.9, 0.9], far: [0.78, 0.8, 0.83], texture: 0.05, cells: 5 },
  { near: [0.55, 0.58, 0.62], far: [0.4, 0.44, 0.52], texture: 0.1, cells: 4 },
  { near: [0.88, 0.78, 0.66], far: [0.6, 0.66, 0.8], texture: 0.07, cells: 4 },
];
const LEAVES: readonly Surface[] = [
  { near: [0.2, 0.32, 0.12], far: [0.28, 0.4, 0.18], texture: 0.75, cells: 13 },
  { near: [0.1, 0.17, 0.08], far: [0.14, 0.22, 0.11], texture: 0.8, cells: 11 },
  { near: [0.38, 0.33, 0.14], far: [0.5, 0.38, 0.14], texture: 0.7, cells: 13 },
  { near: [0.22, 0.18, 0.13], far: [0.3, 0.26, 0.2], texture: 0.7, cells: 16 },
  { near: [0.42, 0.52, 0.24], far: [0.3, 0.42, 0.2], texture: 0.35, cells: 9 },
];
const WALLS: readonly Surface[] = [
  { near: [0.62, 0.56, 0.46], far: [0.7, 0.64, 0.54], texture: 0.14, cells: 8 },
  { near: [0.46, 0.26, 0.2], far: [0.52, 0.32, 0.24], texture: 0.25, cells: 14 },
  { near: [0.5, 0.5, 0.52], far: [0.58, 0.58, 0.6], texture: 0.14, cells: 7 },
  { near: [0.78, 0.77, 0.72], far: [0.7, 0.7, 0.68], texture: 0.1, cells: 6 },
  { near: [0.22, 0.24, 0.3], far: [0.3, 0.33, 0.4], texture: 0.2, cells: 6 },
];
const ROADS: readonly Surface[] = [
  { near: [0.3, 0.3, 0.31], far: [0.42, 0.42, 0.43], texture: 0.16, cells: 15 },
  { near: [0.4, 0.38, 0.35], far: [0.5, 0.49, 0.47], texture: 0.2, cells: 12 },
  { near: [0.18, 0.18, 0.2], far: [0.26, 0.26, 0.28], texture: 0.2, cells: 14 },
];
const UPPER = [SKIES, SKIES, LEAVES, LEAVES, WALLS] as const;
const LOWER = [LEAVES, WALLS, WALLS, ROADS, LEAVES] as const;

const THINGS: readonly Colour[] = [
  [0.12, 0.12, 0.13],
  [0.3, 0.31, 0.33],
  [0.6, 0.61, 0.62],
  [0.82, 0.82, 0.8],
  [0.36, 0.25, 0.16],
  [0.16, 0.25, 0.1],
  [0.62, 0.14, 0.12],
  [0.16, 0.26, 0.5],
  [0.78, 0.6, 0.16],
  [0.5, 0.34, 0.26],
];
const POSTS: readonly Colour[] = [
  [0.5, 0.51, 0.53],
  [0.34, 0.35, 0.37],
  [0.66, 0.67, 0.68],
];

const MAX_CELLS = 18;
const lattice = new Float32Array(MAX_CELLS * MAX_CELLS);

/** Smooth noise 0..1: random values on a grid of `cells` squares, blended in between. */
function noise(random: Random, cells: number): (x: number, y: number) => number {
  const across = cells + 2;
  for (let at = 0; at < across * across; at++) {
    lattice[at] = random.unit();
  }
  const scale = cells / SIDE;
  return (x, y) => {
    const u = x * scale;
    const v = y * scale;
    const left = Math.floor(u);
    const top = Math.floor(v);
    const fx = smooth(u - left);
    const fy = smooth(v - top);
    const at = top * across + left;
    const p = lattice[at] ?? 0;
    const q = lattice[at + across] ?? 0;
    const upper = p + ((lattice[at + 1] ?? 0) - p) * fx;
    const lower = q + ((lattice[at + across + 1] ?? 0) - q) * fx;
    return upper + (lower - upper) * fy;
  };
}

function jitter(random: Random, colour: Colour, reach: number): Colour {
  const level = 1 + random.around(reach);
  return [
    colour[0] * level * (1 + random.around(reach * 0.5)),
    colour[1] * level * (1 + random.around(reach * 0.5)),
    colour[2] * level * (1 + random.around(reach * 0.5)),
  ];
}

/** Paints one surface on the side of the horizon where `side * (y - horizon)` is positive. */
function paintSurface(
  frame: Frame,
  random: Random,
  surface: Surface,
  cover: (x: number, y: number) => number,
): void {
  const near = jitter(random, surface.near, 0.3);
  const far = jitter(random, surface.far, 0.3);
  const grain = noise(random, surface.cells);
  const drift = random.range(0.6, 1.4) * surface.texture;
  for (let pixel = 0; pixel < AREA; pixel++) {
    const x = pixel % SIDE;
    const y = (pixel - x) / SIDE;
    const amount = cover(x, y);
    if (amount > 0) {
      const t = y / SIDE;
      const level = 1 + drift * (grain(x, y) * 2 - 1);
      blend(
        frame,
        pixel,
        [
          (far[0] + (near[0] - far[0]) * t) * level,
          (far[1] + (near[1] - far[1]) * t) * level,
          (far[2] + (near[2] - far[2]) * t) * level,
        ],
        amount,
      );
    }
  }
}

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

function paintThings(frame: Frame, random: Random): void {
  const count = random.below(5);
  for (let n = 0; n < count; n++) {
    const colour = jitter(random, random.pick(THINGS), 0.4);
    const pole = random.chance(0.4);
    const rx = pole ? random.range(0.5, 2) : random.range(1.5, 9);
    const ry = pole ? 40 : random.range(1.5, 9);
    paintShape(frame, colour, random.range(-2, 34), random.range(-2, 34), rx, ry, {
      angle: random.around(pole ? 0.2 : 0.6),
      edge: random.range(0.8, 3),
      round: !pole && random.chance(0.5),
    });
  }
}

/** Post, extra plate and the neighbour on the same post; their place follows the sign. */
function paintMounting(frame: Frame, random: Random, pose: Pose): void {
  const edge = random.range(0.8, 1.6);
  const crisp = { angle: random.around(0.08), edge, round: false };
  if (random.chance(0.6)) {
    const x = pose.cx + random.around(pose.half * 0.15);
    const width = pose.half * random.range(0.06, 0.13);
    const top = random.chance(0.25) ? 0 : pose.cy;
    const length = SIDE + 4 - top;
    paintShape(frame, random.pick(POSTS), x, top + length / 2, width, length / 2, crisp);
  }
  const gap = pose.half * random.range(1.02, 1.2);
  if (random.chance(0.16)) {
    const height = pose.half * random.range(0.25, 0.5);
    const y = pose.cy + gap + height;
    const tone = random.range(0.65, 0.88);
    paintShape(frame, [tone, tone, tone], pose.cx, y, pose.half * 0.9, height, crisp);
  }
  if (random.chance(0.16)) {
    const y = pose.cy + (random.chance(0.5) ? -1 : 1) * (gap + pose.half);
    const round = { angle: 0, edge, round: random.chance(0.7) };
    const rim: Colour = random.chance(0.6) ? [0.7, 0.1, 0.12] : [0.1, 0.3, 0.62];
    paintShape(frame, rim, pose.cx, y, pose.half, pose.half, round);
    const inner = pose.half * 0.74;
    paintShape(frame, [0.85, 0.85, 0.84], pose.cx, y, inner, inner, round);
  }
}

/** Fills the frame with a scene that suits a sign at the given pose. */
export function paintBackground(frame: Frame, random: Random, pose: Pose): void {
  const horizon = random.range(-14, 46);
  const slope = random.around(0.8);
  const edge = random.range(1, 8);
  paintSurface(frame, random, random.pick(random.pick(UPPER)), () => 1);
  paintSurface(frame, random, random.pick(random.pick(LOWER)), (x, y) =>
    smooth((y - horizon - slope * (x - 16)) / edge + 0.5),
  );
  paintThings(frame, random);
  paintMounting(frame, random, pose);
}
