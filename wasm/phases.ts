/**
 * The way back through a convolution of stride 2 (3x3 with padding 1, or 1x1): each phase of the output,
 * rows 2i + a and columns 2j + b, is a product with its own part of the filter, of (1 + a)(1 + b)
 * positions for 3x3; of 1x1 only phase (0, 0) is not zero. x [n,h,w,c], filter [k',k',c,4·co] with
 * k' = 2 or 1, the phases side by side in the columns; y [n,2h,2w,co].
 */
import { finishTiles } from './epilogue';
import { blank, copy, fours, GROUP, inPanels } from './panels';
import { product } from './product';

/** Rows of the filter's matrices of all phases together, in channels: 2 + 1 + 4 + 2, or 1. */
@inline
function depth(kernel: i32): i32 {
  return kernel == 2 ? 9 : 1;
}

/** Bytes that `transformPhases` writes. */
export function phaseFilterBytes(kernel: i32, c: i32, co: i32): i32 {
  return depth(kernel) * fours(c) * fours(co) * 4;
}

/** Bytes of working space that `convolvePhases` needs. */
export function phaseScratchBytes(kernel: i32, c: i32, co: i32): i32 {
  return GROUP * (kernel * kernel * fours(c) + fours(co)) * 4;
}

/**
 * The four pixels under a filter are gathered as (0, 1), (0, 0), (1, 0), (1, 1): then each phase reads
 * neighbours only. The first one that phase (a, b) reads:
 */
@inline
function firstTap(a: i32, b: i32): i32 {
  return b == 1 ? 0 : 1;
}

/** Position in the filter, row · 2 + column, of a gathered pixel. */
@inline
function position(kernel: i32, tap: i32): i32 {
  if (kernel == 1) return 0;
  return tap == 0 ? 1 : tap == 1 ? 0 : tap;
}

/** The filter's matrices, phase by phase, in panels. */
export function transformPhases(filter: usize, kernel: i32, c: i32, co: i32, u: usize): void {
  const deep = fours(c);
  const wide = fours(co);
  for (let a = 0; a < kernel; a++) {
    for (let b = 0; b < kernel; b++) {
      const taps = (1 + a) * (1 + b);
      const k = taps * deep;
      const start = kernel == 1 ? 0 : firstTap(a, b);
      for (let i = 0; i < k; i++) {
        const channel = i % deep;
        const from = position(kernel, start + i / deep);
        for (let o = 0; o < wide; o++) {
          const at = (from * c + channel) * 4 * co + (2 * a + b) * co + o;
          const value: f32 = channel < c && o < co ? f32.load(filter + (at << 2)) : 0;
          f32.store(u + (inPanels(k, wide, i, o) << 2), value);
        }
      }
      u += (k * wide) << 2;
    }
  }
}

/** y from x by the filter's phases, then the epilogue. u is the transformed filter. */
export function convolvePhases(
  x: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  kernel: i32,
  u: usize,
  co: i32,
  y: usize,
  scratch: usize,
): void {
  const deep = fours(c);
  const wide = fours(co);
  const taps = kernel * kernel;
  const m = scratch + ((GROUP * taps * deep) << 2);
  const total = n * h * w;
  for (let first = 0; first < total; first += GROUP) {
    const count = min(GROUP, total - first);
    for (let t = 0; t < count; t++) {
      const pixel = first + t;
      const row = (pixel / w) % h;
      const from = x + ((pixel * c) << 2);
      const to = scratch + ((t * taps * deep) << 2);
      if (kernel == 1) {
        take(from, true, c, deep, to);
        continue;
      }
      const right = pixel % w + 1 < w;
      const below = row + 1 < h;
      take(from + (c << 2), right, c, deep, to);
      take(from, true, c, deep, to + (deep << 2));
      take(from + ((w * c) << 2), below, c, deep, to + (deep << 3));
      take(from + (((w + 1) * c) << 2), below && right, c, deep, to + ((3 * deep) << 2));
    }
    let matrix = u;
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 2; b++) {
        if (a < kernel && b < kernel) {
          const k = (1 + a) * (1 + b) * deep;
          const start = kernel == 1 ? 0 : firstTap(a, b);
          product(scratch + ((start * deep) << 2), taps * deep, matrix, m, count, k, wide);
          matrix += (k * wide) << 2;
        } else blank(m, count * wide);
        for (let t = 0; t < count; t++) store(m + ((t * wide) << 2), first + t, w, a, b, co, y);
      }
    }
    finishTiles(y, 2, 2, first, count, h, w, co);
  }
}

/** A pixel's channels, or zeros if it is outside; zeros up to a multiple of 4. */
@inline
function take(from: usize, inside: bool, c: i32, deep: i32, to: usize): void {
  if (inside) copy(from, to, c);
  else blank(to, c);
  if (deep > c) blank(to + (c << 2), deep - c);
}

/** A row of the product to pixel (2i + a, 2j + b). */
@inline
function store(from: usize, pixel: i32, w: i32, a: i32, b: i32, co: i32, y: usize): void {
  const line = pixel / w;
  const column = pixel - line * w;
  copy(from, y + ((((2 * line + a) * 2 * w + 2 * column + b) * co) << 2), co);
}
