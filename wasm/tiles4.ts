/**
 * First and last stage of F(4x4, 3x3) and F(4x2, 3x3): the 6 x (across + 2) pixels around a tile to as
 * many positions, and those to its 4 x across outputs.
 */
import { madd } from './madd';
import { A, A2, B, B2 } from './points';
import { put, storeRow } from './tiles';

/** Bytes of a line of the working space, of up to 6 vectors. */
const LINE: i32 = 6 * 16;
/** Bytes of working space. */
export const SPACE: i32 = 6 * LINE;

/**
 * B' d B of the pixels around (r, c) to (r + 3, c + across - 1), to 6 (across + 2) rows `gap` bytes apart.
 * Pixels outside the image are zeros; h is a multiple of 4 and w of `across`, which is 2 or 4.
 */
@inline
function tileIn4(
  image: usize,
  h: i32,
  w: i32,
  ci: i32,
  across: i32,
  r: i32,
  c: i32,
  to: usize,
  gap: i32,
  space: usize,
): void {
  const step = ci << 2;
  const line = w * step;
  // Lines outside are read from inside and blanked.
  const up = r > 0 ? line : 0;
  const down = r + 4 < h ? 4 * line : 0;
  const top = i32x4.splat(r > 0 ? -1 : 0);
  const low = i32x4.splat(r + 4 < h ? -1 : 0);
  const first = c > 0 ? 0 : 1;
  const columns = across + 2;
  const last = c + across < w ? columns : columns - 1;
  if (first == 1) blankColumn(space);
  if (last < columns) blankColumn(space + (last << 4));
  const corner = image + r * line + (c - 1) * step;
  for (let i = 0; i < step; i += 16) {
    for (let column = first; column < last; column++) {
      const p = corner + column * step + i;
      const t = space + (column << 4);
      const d1 = v128.load(p);
      const d2 = v128.load(p + line);
      const d3 = v128.load(p + 2 * line);
      const d4 = v128.load(p + 3 * line);
      const d0 = v128.and(v128.load(p - up), top);
      const d5 = v128.and(v128.load(p + down), low);
      storeIn(t, LINE, d0, d1, d2, d3, d4, d5);
    }
    for (let row = 0; row < 6; row++) {
      const t = space + row * LINE;
      const at = to + i + row * columns * gap;
      const d0 = v128.load(t);
      const d1 = v128.load(t, 16);
      const d2 = v128.load(t, 32);
      const d3 = v128.load(t, 48);
      if (across == 2) storeRow(at, gap, d0, d1, d2, d3);
      else storeIn(at, gap, d0, d1, d2, d3, v128.load(t, 64), v128.load(t, 80));
    }
  }
}

function blankColumn(t: usize): void {
  for (let row = 0; row < 6; row++) v128.store(t + row * LINE, f32x4.splat(0));
}

/** B' d: six values to six, `gap` bytes apart. */
@inline
function storeIn(
  t: usize,
  gap: i32,
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
): void {
  const sum = f32x4.splat(-(A2 + B2));
  const product = f32x4.splat(A2 * B2);
  v128.store(t, madd(d0, product, madd(d2, sum, d4)));
  const evenA = madd(d2, f32x4.splat(-B2), d4);
  const oddA = madd(d1, f32x4.splat(-B2), d3);
  v128.store(t + gap, madd(oddA, f32x4.splat(A), evenA));
  v128.store(t + 2 * gap, madd(oddA, f32x4.splat(-A), evenA));
  const evenB = madd(d2, f32x4.splat(-A2), d4);
  const oddB = madd(d1, f32x4.splat(-A2), d3);
  v128.store(t + 3 * gap, madd(oddB, f32x4.splat(B), evenB));
  v128.store(t + 4 * gap, madd(oddB, f32x4.splat(-B), evenB));
  v128.store(t + 5 * gap, madd(d1, product, madd(d3, sum, d5)));
}

/** A' m A of one tile, its positions `gap` bytes apart, to its 4 x across pixels, the first one at y. */
@inline
function tileOut4(
  m: usize,
  gap: i32,
  co: i32,
  across: i32,
  w: i32,
  y: usize,
  space: usize,
): void {
  const right = co << 2;
  const down = (w * co) << 2;
  const columns = across + 2;
  const line = columns * gap;
  for (let o = 0; o < co; o += 4) {
    for (let column = 0; column < columns; column++) {
      const at = m + (o << 2) + column * gap;
      const t = space + (column << 4);
      const m0 = v128.load(at);
      const m1 = v128.load(at + line);
      const m2 = v128.load(at + 2 * line);
      const m3 = v128.load(at + 3 * line);
      const m4 = v128.load(at + 4 * line);
      const m5 = v128.load(at + 5 * line);
      const sumA = f32x4.add(m1, m2);
      const sumB = f32x4.add(m3, m4);
      const gapA = f32x4.sub(m1, m2);
      const gapB = f32x4.sub(m3, m4);
      v128.store(t, first(m0, sumA, sumB));
      v128.store(t, second(gapA, gapB), LINE);
      v128.store(t, third(sumA, sumB), 2 * LINE);
      v128.store(t, fourth(gapA, gapB, m5), 3 * LINE);
    }
    for (let row = 0; row < 4; row++) {
      const t = space + row * LINE;
      const pixel = y + (o << 2) + row * down;
      const m0 = v128.load(t);
      const m1 = v128.load(t, 16);
      const m2 = v128.load(t, 32);
      const m3 = v128.load(t, 48);
      if (across == 2) {
        put(pixel, f32x4.add(f32x4.add(m0, m1), m2), co - o);
        put(pixel + right, f32x4.sub(f32x4.sub(m1, m2), m3), co - o);
        continue;
      }
      const m4 = v128.load(t, 64);
      const sumA = f32x4.add(m1, m2);
      const sumB = f32x4.add(m3, m4);
      const gapA = f32x4.sub(m1, m2);
      const gapB = f32x4.sub(m3, m4);
      put(pixel, first(m0, sumA, sumB), co - o);
      put(pixel + right, second(gapA, gapB), co - o);
      put(pixel + 2 * right, third(sumA, sumB), co - o);
      put(pixel + 3 * right, fourth(gapA, gapB, v128.load(t, 80)), co - o);
    }
  }
}

/** The rows of A', the powers 0 to 3 of the points. */
@inline
function first(m0: v128, sumA: v128, sumB: v128): v128 {
  return f32x4.add(m0, f32x4.add(sumA, sumB));
}

@inline
function second(gapA: v128, gapB: v128): v128 {
  return madd(gapA, f32x4.splat(A), f32x4.mul(gapB, f32x4.splat(B)));
}

@inline
function third(sumA: v128, sumB: v128): v128 {
  return madd(sumA, f32x4.splat(A2), f32x4.mul(sumB, f32x4.splat(B2)));
}

@inline
function fourth(gapA: v128, gapB: v128, m5: v128): v128 {
  return madd(gapA, f32x4.splat(A * A2), madd(gapB, f32x4.splat(B * B2), m5));
}

/**
 * A d A' of the 4 x 4 pixels at d, w pixels of `co` channels a line, to 36 rows `gap` bytes apart: the
 * outputs' way back to the positions.
 */
export function tileBack44(d: usize, w: i32, co: i32, to: usize, gap: i32, space: usize): void {
  const right = co << 2;
  const down = w * right;
  for (let o = 0; o < right; o += 16) {
    for (let column = 0; column < 4; column++)
      storeBack(space + (column << 4), LINE, d + o + column * right, down);
    for (let row = 0; row < 6; row++)
      storeBack(to + o + 6 * row * gap, gap, space + row * LINE, 16);
  }
}

/** A d: four values `apart` bytes from each other to six, `gap` bytes apart. */
@inline
function storeBack(t: usize, gap: i32, d: usize, apart: i32): void {
  const d0 = v128.load(d);
  const d1 = v128.load(d + apart);
  const d2 = v128.load(d + 2 * apart);
  const d3 = v128.load(d + 3 * apart);
  v128.store(t, d0);
  const evenA = madd(d2, f32x4.splat(A2), d0);
  const oddA = f32x4.mul(madd(d3, f32x4.splat(A2), d1), f32x4.splat(A));
  v128.store(t + gap, f32x4.add(evenA, oddA));
  v128.store(t + 2 * gap, f32x4.sub(evenA, oddA));
  const evenB = madd(d2, f32x4.splat(B2), d0);
  const oddB = f32x4.mul(madd(d3, f32x4.splat(B2), d1), f32x4.splat(B));
  v128.store(t + 3 * gap, f32x4.add(evenB, oddB));
  v128.store(t + 4 * gap, f32x4.sub(evenB, oddB));
  v128.store(t + 5 * gap, d3);
}

/** Tiles of 4x2 and 4x4: `across` is known when they are compiled. */
export function tileIn42(
  image: usize,
  h: i32,
  w: i32,
  ci: i32,
  r: i32,
  c: i32,
  to: usize,
  gap: i32,
  space: usize,
): void {
  tileIn4(image, h, w, ci, 2, r, c, to, gap, space);
}

export function tileIn44(
  image: usize,
  h: i32,
  w: i32,
  ci: i32,
  r: i32,
  c: i32,
  to: usize,
  gap: i32,
  space: usize,
): void {
  tileIn4(image, h, w, ci, 4, r, c, to, gap, space);
}

export function tileOut42(m: usize, gap: i32, co: i32, w: i32, y: usize, space: usize): void {
  tileOut4(m, gap, co, 2, w, y, space);
}

export function tileOut44(m: usize, gap: i32, co: i32, w: i32, y: usize, space: usize): void {
  tileOut4(m, gap, co, 4, w, y, space);
}
