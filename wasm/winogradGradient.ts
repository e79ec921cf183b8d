/**
 * Gradient of a 3x3 filter of stride 1 and padding 1 by F(4x4, 3x3) read backwards: y = A' (U . B' d B) A is
 * linear in the transformed filter U = G g G', so dg = G' (Σ A dy A' . B' d B) G, summed over all tiles:
 * 36 products for a tile and a pair of channels instead of 144.
 *
 * x [n,h,w,ci], dy [n,h,w,co], dw [3,3,ci,co]; h, w and the channels are multiples of 4.
 */
import { madd } from './madd';
import { blank, GROUP } from './panels';
import { A, A2, B, B2 } from './points';
import { apart, pixelOf, tilesIn } from './tileGroups';
import { SPACE, tileBack44 } from './tiles4';

const POSITIONS: i32 = 36;

/** Bytes of working space that `winogradGradient` needs. */
export function winogradGradientScratchBytes(ci: i32, co: i32): i32 {
  return POSITIONS * (apart(ci) + apart(co) + ci * co) * 4 + SPACE;
}

export function winogradGradient(
  x: usize,
  n: i32,
  h: i32,
  w: i32,
  ci: i32,
  dy: usize,
  co: i32,
  dw: usize,
  scratch: usize,
): void {
  const total = n * (h >> 2) * (w >> 2);
  const gapIn = apart(ci) << 2;
  const gapBack = apart(co) << 2;
  const v = scratch + SPACE;
  const back = v + POSITIONS * gapIn;
  const sums = back + POSITIONS * gapBack;
  blank(sums, POSITIONS * ci * co);
  for (let first = 0; first < total; first += GROUP) {
    const count = min(GROUP, total - first);
    tilesIn(x, h, w, ci, 4, 4, first, count, v, gapIn, scratch);
    for (let t = 0; t < count; t++) {
      const from = dy + ((pixelOf(first + t, 4, 4, w) * co) << 2);
      tileBack44(from, w, co, back + ((t * co) << 2), gapBack, scratch);
    }
    for (let position = 0; position < POSITIONS; position++) {
      const to = sums + ((position * ci * co) << 2);
      addOuter(v + position * gapIn, back + position * gapBack, to, count, ci, co);
    }
  }
  for (let i = 0; i < ci; i++)
    for (let o = 0; o < co; o += 4) {
      const at = (i * co + o) << 2;
      filterOut(sums + at, (ci * co) << 2, dw + at, scratch);
    }
}

/** c [rows, columns] += a' b, a [count, rows], b [count, columns]. */
function addOuter(a: usize, b: usize, c: usize, count: i32, rows: i32, columns: i32): void {
  const down = rows << 2;
  const across = columns << 2;
  const end = a + count * down;
  for (let o = 0; o < across; o += 32)
    for (let i = 0; i < down; i += 16) {
      const to = c + (i >> 2) * across + o;
      if (o + 32 <= across) outer8(a + i, end, down, b + o, across, to);
      else outer4(a + i, end, down, b + o, across, to);
    }
}

/** Four rows times 8 columns; steps in bytes. */
@inline
function outer8(a: usize, end: usize, stepA: i32, b: usize, stepB: i32, c: usize): void {
  let s = f32x4.splat(0);
  let c00 = s, c01 = s;
  let c10 = s, c11 = s;
  let c20 = s, c21 = s;
  let c30 = s, c31 = s;
  for (; a < end; a += stepA, b += stepB) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    s = v128.load32_splat(a);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a, 4);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a, 8);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a, 12);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
  }
  addTwo(c, c00, c01);
  addTwo(c + stepB, c10, c11);
  addTwo(c + 2 * stepB, c20, c21);
  addTwo(c + 3 * stepB, c30, c31);
}

@inline
function addTwo(to: usize, low: v128, high: v128): void {
  v128.store(to, f32x4.add(v128.load(to), low));
  v128.store(to, f32x4.add(v128.load(to, 16), high), 16);
}

/** Four rows times 4 columns. */
@inline
function outer4(a: usize, end: usize, stepA: i32, b: usize, stepB: i32, c: usize): void {
  const zero = f32x4.splat(0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero;
  for (; a < end; a += stepA, b += stepB) {
    const right = v128.load(b);
    c0 = madd(v128.load32_splat(a), right, c0);
    c1 = madd(v128.load32_splat(a, 4), right, c1);
    c2 = madd(v128.load32_splat(a, 8), right, c2);
    c3 = madd(v128.load32_splat(a, 12), right, c3);
  }
  v128.store(c, f32x4.add(v128.load(c), c0));
  v128.store(c + stepB, f32x4.add(v128.load(c + stepB), c1));
  v128.store(c + 2 * stepB, f32x4.add(v128.load(c + 2 * stepB), c2));
  v128.store(c + 3 * stepB, f32x4.add(v128.load(c + 3 * stepB), c3));
}

/** G' m G of four neighbouring filters: 6 x 6 positions to 3 x 3, `gap` bytes apart both. */
function filterOut(m: usize, gap: i32, to: usize, space: usize): void {
  for (let column = 0; column < 6; column++)
    threeOf(m + column * gap, 6 * gap, space + (column << 4), 96);
  for (let row = 0; row < 3; row++) threeOf(space + row * 96, 16, to + 3 * row * gap, gap);
}

/** G' of six vectors `stepIn` bytes apart, to three. */
@inline
function threeOf(m: usize, stepIn: i32, to: usize, stepOut: i32): void {
  // The rows of G: the filter's polynomial at a point over the product of its distances to the others.
  const byA: f32 = 1 / (2 * A2 * (A2 - B2));
  const byB: f32 = 1 / (2 * B2 * (B2 - A2));
  const m0 = v128.load(m);
  const m1 = v128.load(m + stepIn);
  const m2 = v128.load(m + 2 * stepIn);
  const m3 = v128.load(m + 3 * stepIn);
  const m4 = v128.load(m + 4 * stepIn);
  const m5 = v128.load(m + 5 * stepIn);
  const sumA = f32x4.mul(f32x4.add(m1, m2), f32x4.splat(byA));
  const sumB = f32x4.mul(f32x4.add(m3, m4), f32x4.splat(byB));
  const gapA = f32x4.mul(f32x4.sub(m1, m2), f32x4.splat(byA * A));
  const gapB = f32x4.mul(f32x4.sub(m3, m4), f32x4.splat(byB * B));
  v128.store(to, madd(m0, f32x4.splat(1 / (A2 * B2)), f32x4.add(sumA, sumB)));
  v128.store(to + stepOut, f32x4.add(gapA, gapB));
  v128.store(
    to + 2 * stepOut,
    madd(sumA, f32x4.splat(A2), madd(sumB, f32x4.splat(B2), m5)),
  );
}
