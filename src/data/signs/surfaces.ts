/** Sky, leaves, walls and roads: colours with a soft random texture. */
import { AREA, blend, type Colour, type Frame, jitter, SIDE, smooth } from './frame.ts';
import type { Random } from './random.ts';

/** A material with its colours at the bottom and the top of the image. */
export interface Surface {
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
/** Kinds of surface for the whole image; sky and leaves are likelier than walls. */
export const UPPER: readonly (readonly Surface[])[] = [SKIES, SKIES, LEAVES, LEAVES, WALLS];
/** Kinds of surface for the part below the horizon. */
export const LOWER: readonly (readonly Surface[])[] = [LEAVES, WALLS, WALLS, ROADS, LEAVES];

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

/** Paints one surface where `cover` (0..1 at a pixel) says so. */
export function paintSurface(
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
