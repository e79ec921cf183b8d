/**
 * Convolution of any size, stride and padding as a matrix product: the pixels under a filter are
 * gathered into a row, row by row of the output. x [n,h,w,ci], filter [k,k,ci,co], y [n,oh,ow,co].
 */
import { finishPixels } from './epilogue';
import { blank, copy, fours, GROUP, inPanels } from './panels';
import { product } from './product';

/** Bytes that `transformGathered` writes. */
export function gatheredFilterBytes(kernel: i32, ci: i32, co: i32): i32 {
  return fours(kernel * kernel * ci) * fours(co) * 4;
}

/** Bytes of working space that `convolveGathered` needs. */
export function gatheredScratchBytes(kernel: i32, ci: i32, co: i32): i32 {
  return GROUP * (fours(kernel * kernel * ci) + fours(co)) * 4;
}

/** The filter as a matrix [k·k·ci, co] in panels, with zeros below and to the right. */
export function transformGathered(filter: usize, kernel: i32, ci: i32, co: i32, u: usize): void {
  const rows = kernel * kernel * ci;
  const deep = fours(rows);
  const wide = fours(co);
  for (let i = 0; i < deep; i++) {
    for (let o = 0; o < wide; o++) {
      const value: f32 = i < rows && o < co ? f32.load(filter + ((i * co + o) << 2)) : 0;
      f32.store(u + (inPanels(deep, wide, i, o) << 2), value);
    }
  }
}

/** y = x * filter, then the epilogue. u is the transformed filter. */
export function convolveGathered(
  x: usize,
  n: i32,
  h: i32,
  w: i32,
  ci: i32,
  kernel: i32,
  stride: i32,
  pad: i32,
  u: usize,
  co: i32,
  y: usize,
  scratch: usize,
): void {
  const perRow = (w + 2 * pad - kernel) / stride + 1;
  const perImage = ((h + 2 * pad - kernel) / stride + 1) * perRow;
  const total = n * perImage;
  const deep = fours(kernel * kernel * ci);
  const wide = fours(co);
  const m = scratch + ((GROUP * deep) << 2);
  const spare = deep - kernel * kernel * ci;
  for (let first = 0; first < total; first += GROUP) {
    const count = min(GROUP, total - first);
    for (let t = 0; t < count; t++) {
      const image = (first + t) / perImage;
      const rest = first + t - image * perImage;
      const row = rest / perRow;
      const to = scratch + ((t * deep) << 2);
      const corner = x + ((image * h * w * ci) << 2);
      const column = (rest - row * perRow) * stride - pad;
      gather(corner, h, w, ci, kernel, row * stride - pad, column, to);
      if (spare > 0) blank(to + ((deep - spare) << 2), spare);
    }
    const to = y + ((first * co) << 2);
    if (wide == co && count == GROUP) product(scratch, deep, u, to, count, deep, wide);
    else {
      product(scratch, deep, u, m, count, deep, wide);
      for (let t = 0; t < count; t++) copy(m + ((t * wide) << 2), to + ((t * co) << 2), co);
    }
    finishPixels(y, first, count, perImage, co);
  }
}

/** The kernel × kernel pixels from (row, column) on, zeros where they are outside. */
@inline
function gather(
  image: usize,
  h: i32,
  w: i32,
  ci: i32,
  kernel: i32,
  row: i32,
  column: i32,
  to: usize,
): void {
  const line = kernel * ci;
  const inside = column >= 0 && column + kernel <= w;
  for (let a = row; a < row + kernel; a++, to += line << 2) {
    if (a < 0 || a >= h) {
      blank(to, line);
      continue;
    }
    const from = image + (((a * w + column) * ci) << 2);
    if (inside) {
      copy(from, to, line);
      continue;
    }
    for (let b = 0; b < kernel; b++) {
      const at = (b * ci) << 2;
      if (column + b < 0 || column + b >= w) blank(to + at, ci);
      else copy(from + at, to + at, ci);
    }
  }
}
