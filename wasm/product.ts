/** The matrix product of what was gathered, in registers: six rows of one matrix at a time. */
import { madd } from './madd';

/** Rows of the product that stay in registers. */
const ROWS: i32 = 6;

/**
 * c = a b, a [rows, k] with rows `apart` floats from each other, b [k, wide] in panels, c [rows, wide];
 * k and wide are multiples of 4.
 */
export function product(
  a: usize,
  apart: i32,
  b: usize,
  c: usize,
  rows: i32,
  k: i32,
  wide: i32,
): void {
  for (let panel = 0; panel < wide; panel += 8) {
    const right = b + ((panel * k) << 2);
    const narrow = panel + 8 > wide;
    // Rows past the last tile are computed, too; nobody reads them.
    for (let row = 0; row < rows; row += ROWS) {
      const left = a + ((row * apart) << 2);
      const to = c + ((row * wide + panel) << 2);
      if (narrow) product4(left, apart << 2, right, to, k << 2, wide << 2);
      else product8(left, apart << 2, right, to, k << 2, wide << 2);
    }
  }
}

/** ROWS rows times a panel of 8 columns: 12 sums, 2 columns and a product fit the 16 registers; in bytes. */
function product8(a0: usize, stride: i32, b: usize, c: usize, k: i32, row: i32): void {
  let a1 = a0 + stride;
  let a2 = a1 + stride;
  let a3 = a2 + stride;
  let a4 = a3 + stride;
  let a5 = a4 + stride;
  let s = f32x4.splat(0);
  let c00 = s, c01 = s;
  let c10 = s, c11 = s;
  let c20 = s, c21 = s;
  let c30 = s, c31 = s;
  let c40 = s, c41 = s;
  let c50 = s, c51 = s;
  for (let end = a0 + k; a0 < end; ) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    s = v128.load32_splat(a0);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a1);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a2);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a3);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load32_splat(a4);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    s = v128.load32_splat(a5);
    c50 = madd(s, b0, c50);
    c51 = madd(s, b1, c51);
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    s = v128.load32_splat(a0, 4);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a1, 4);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a2, 4);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a3, 4);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load32_splat(a4, 4);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    s = v128.load32_splat(a5, 4);
    c50 = madd(s, b0, c50);
    c51 = madd(s, b1, c51);
    b0 = v128.load(b, 64);
    b1 = v128.load(b, 80);
    s = v128.load32_splat(a0, 8);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a1, 8);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a2, 8);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a3, 8);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load32_splat(a4, 8);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    s = v128.load32_splat(a5, 8);
    c50 = madd(s, b0, c50);
    c51 = madd(s, b1, c51);
    b0 = v128.load(b, 96);
    b1 = v128.load(b, 112);
    s = v128.load32_splat(a0, 12);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a1, 12);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a2, 12);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a3, 12);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
    s = v128.load32_splat(a4, 12);
    c40 = madd(s, b0, c40);
    c41 = madd(s, b1, c41);
    s = v128.load32_splat(a5, 12);
    c50 = madd(s, b0, c50);
    c51 = madd(s, b1, c51);
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    a4 += 16;
    a5 += 16;
    b += 128;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += row;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += row;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += row;
  v128.store(c, c30);
  v128.store(c, c31, 16);
  c += row;
  v128.store(c, c40);
  v128.store(c, c41, 16);
  c += row;
  v128.store(c, c50);
  v128.store(c, c51, 16);
}

/** ROWS rows times a panel of 4 columns. */
function product4(a0: usize, stride: i32, b: usize, c: usize, k: i32, row: i32): void {
  let a1 = a0 + stride;
  let a2 = a1 + stride;
  let a3 = a2 + stride;
  let a4 = a3 + stride;
  let a5 = a4 + stride;
  const zero = f32x4.splat(0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero, c4 = zero, c5 = zero;
  for (let end = a0 + k; a0 < end; ) {
    const right = v128.load(b);
    c0 = madd(v128.load32_splat(a0), right, c0);
    c1 = madd(v128.load32_splat(a1), right, c1);
    c2 = madd(v128.load32_splat(a2), right, c2);
    c3 = madd(v128.load32_splat(a3), right, c3);
    c4 = madd(v128.load32_splat(a4), right, c4);
    c5 = madd(v128.load32_splat(a5), right, c5);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    a4 += 4;
    a5 += 4;
    b += 16;
  }
  v128.store(c, c0);
  v128.store(c + row, c1);
  v128.store(c + 2 * row, c2);
  v128.store(c + 3 * row, c3);
  v128.store(c + 4 * row, c4);
  v128.store(c + 5 * row, c5);
}
