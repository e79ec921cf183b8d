/**
 * 3x3 convolution of stride 1 and symmetric padding 1 as Winograd's F(2x2, 3x3) (Lavin and Gray,
 * 2016, section 4.1): 16 products for 4 outputs instead of 36. AssemblyScript; works on the memory of
 * tfjs's WASM backend, so tensors are pointers. It has no data and no stack of its own.
 *
 * Shapes: x [n,h,w,ci], filter [3,3,ci,co], y [n,h,w,co], float32, channels last; h and w even,
 * ci a multiple of 4. All pointers are multiples of 4.
 */

/** Tiles (2x2 outputs) that go through the three stages together: they stay in the cache. */
const TILES: i32 = 24;
/** Rows of the matrix product that stay in registers. */
const ROWS: i32 = 6;

/** Columns of the transformed filter: co rounded up to 4. */
@inline
function columns(co: i32): i32 {
  return (co + 3) & ~3;
}

/** Bytes that `transformFilter` writes. */
export function filterBytes(ci: i32, co: i32): i32 {
  return 16 * ci * columns(co) * 4;
}

/** Bytes of working space that `convolve` needs. */
export function scratchBytes(ci: i32, co: i32): i32 {
  return 16 * TILES * (ci + columns(co)) * 4;
}

/**
 * u = G g G', for each of the 16 positions a matrix [ci, co] in panels of 8 columns (the last one of
 * 4 where co needs it), each panel row by row.
 */
export function transformFilter(filter: usize, ci: i32, co: i32, u: usize): void {
  const wide = columns(co);
  const position = ci * wide * 4;
  for (let i = 0; i < ci; i++) {
    for (let o = 0; o < wide; o++) {
      const panel = o & ~7;
      const width = min(8, wide - panel);
      const to = u + ((panel * ci + i * width + (o - panel)) << 2);
      for (let a = 0; a < 4; a++) {
        // One row of G g, then that row times G'.
        let r0: f32 = 0;
        let r1: f32 = 0;
        let r2: f32 = 0;
        if (o < co) {
          r0 = filterRow(filter, ci, co, i, o, a, 0);
          r1 = filterRow(filter, ci, co, i, o, a, 1);
          r2 = filterRow(filter, ci, co, i, o, a, 2);
        }
        const at = to + 4 * a * position;
        f32.store(at, r0);
        f32.store(at + position, 0.5 * (r0 + r1 + r2));
        f32.store(at + 2 * position, 0.5 * (r0 - r1 + r2));
        f32.store(at + 3 * position, r2);
      }
    }
  }
}

/** (G g)[a, column]: G is [1 0 0; ½ ½ ½; ½ -½ ½; 0 0 1]. */
@inline
function filterRow(filter: usize, ci: i32, co: i32, i: i32, o: i32, a: i32, column: i32): f32 {
  const row = 3 * ci * co * 4;
  const at = filter + (((column * ci + i) * co + o) << 2);
  const g0 = f32.load(at);
  const g1 = f32.load(at + row);
  const g2 = f32.load(at + 2 * row);
  if (a == 0) return g0;
  if (a == 1) return 0.5 * (g0 + g1 + g2);
  if (a == 2) return 0.5 * (g0 - g1 + g2);
  return g2;
}

/** y = x * filter (+ bias) (then ReLU); bias 0 stands for none. u is the transformed filter. */
export function convolve(
  x: usize,
  n: i32,
  h: i32,
  w: i32,
  ci: i32,
  u: usize,
  co: i32,
  bias: usize,
  relu: bool,
  y: usize,
  scratch: usize,
): void {
  const wide = columns(co);
  const perRow = w >> 1;
  const perImage = (h >> 1) * perRow;
  const total = n * perImage;
  const v = scratch;
  const m = scratch + 16 * TILES * ci * 4;
  for (let first = 0; first < total; first += TILES) {
    const count = min(TILES, total - first);
    for (let t = 0; t < count; t++) {
      const image = (first + t) / perImage;
      const rest = (first + t) - image * perImage;
      const row = rest / perRow;
      const column = rest - row * perRow;
      const corner = x + ((image * h * w * ci) << 2);
      tileIn(corner, h, w, ci, 2 * row, 2 * column, v + ((t * ci) << 2));
    }
    for (let position = 0; position < 16; position++) {
      product(
        v + ((position * TILES * ci) << 2),
        u + ((position * ci * wide) << 2),
        m + ((position * TILES * wide) << 2),
        count,
        ci,
        wide,
      );
    }
    for (let t = 0; t < count; t++) {
      const image = (first + t) / perImage;
      const rest = (first + t) - image * perImage;
      const row = rest / perRow;
      const column = rest - row * perRow;
      const to = y + ((((image * h + 2 * row) * w + 2 * column) * co) << 2);
      tileOut(m + ((t * wide) << 2), wide, co, w, bias, relu, to);
    }
  }
}

/** B' d B of the 4x4 pixels around (r, c) to (r + 1, c + 1), to 16 rows TILES·ci apart. */
function tileIn(image: usize, h: i32, w: i32, ci: i32, r: i32, c: i32, to: usize): void {
  const step = ci << 2;
  const line = w * step;
  const at = image + r * line + c * step;
  if (r > 0 && c > 0 && r + 2 < h && c + 2 < w) {
    for (let i = 0; i < step; i += 16) insideTile(at + i, line, step, to + i, ci);
    return;
  }
  // Pixels outside are read from inside and blanked.
  const up = r > 0 ? line : 0;
  const down = r + 2 < h ? 2 * line : line;
  const left = c > 0 ? step : 0;
  const right = c + 2 < w ? 2 * step : step;
  const top = i32x4.splat(r > 0 ? -1 : 0);
  const low = i32x4.splat(r + 2 < h ? -1 : 0);
  const west = i32x4.splat(c > 0 ? -1 : 0);
  const east = i32x4.splat(c + 2 < w ? -1 : 0);
  for (let i = 0; i < step; i += 16) {
    const p = at + i;
    const gap = (TILES * ci) << 2;
    const t = to + i;
    const b0 = v128.and(v128.load(p + line - left), west);
    const b1 = v128.load(p + line);
    const b2 = v128.load(p + line + step);
    const b3 = v128.and(v128.load(p + line + right), east);
    const m0 = v128.and(v128.load(p - left), west);
    const m1 = v128.load(p);
    const m2 = v128.load(p + step);
    const m3 = v128.and(v128.load(p + right), east);
    const a0 = v128.and(v128.and(v128.load(p - up - left), west), top);
    const a1 = v128.and(v128.load(p - up), top);
    const a2 = v128.and(v128.load(p - up + step), top);
    const a3 = v128.and(v128.and(v128.load(p - up + right), east), top);
    storeRow(t, gap, f32x4.sub(a0, b0), f32x4.sub(a1, b1), f32x4.sub(a2, b2), f32x4.sub(a3, b3));
    middleRows(t, gap, m0, m1, m2, m3, b0, b1, b2, b3);
    const z0 = v128.and(v128.and(v128.load(p + down - left), west), low);
    const z1 = v128.and(v128.load(p + down), low);
    const z2 = v128.and(v128.load(p + down + step), low);
    const z3 = v128.and(v128.and(v128.load(p + down + right), east), low);
    const d = t + 12 * gap;
    storeRow(d, gap, f32x4.sub(m0, z0), f32x4.sub(m1, z1), f32x4.sub(m2, z2), f32x4.sub(m3, z3));
  }
}

/**
 * Four channels of a tile whose pixels are all inside, p being its pixel (1, 1).
 * B' is [1 0 -1 0; 0 1 1 0; 0 -1 1 0; 0 1 0 -1].
 */
@inline
function insideTile(p: usize, line: i32, step: i32, t: usize, ci: i32): void {
  const gap = (TILES * ci) << 2;
  const b = p + line;
  const b0 = v128.load(b - step);
  const b1 = v128.load(b);
  const b2 = v128.load(b + step);
  const b3 = v128.load(b + 2 * step);
  const a = p - line;
  storeRow(
    t,
    gap,
    f32x4.sub(v128.load(a - step), b0),
    f32x4.sub(v128.load(a), b1),
    f32x4.sub(v128.load(a + step), b2),
    f32x4.sub(v128.load(a + 2 * step), b3),
  );
  const m0 = v128.load(p - step);
  const m1 = v128.load(p);
  const m2 = v128.load(p + step);
  const m3 = v128.load(p + 2 * step);
  middleRows(t, gap, m0, m1, m2, m3, b0, b1, b2, b3);
  const z = b + line;
  storeRow(
    t + 12 * gap,
    gap,
    f32x4.sub(m0, v128.load(z - step)),
    f32x4.sub(m1, v128.load(z)),
    f32x4.sub(m2, v128.load(z + step)),
    f32x4.sub(m3, v128.load(z + 2 * step)),
  );
}

/** Rows 1 and 2 of B' d B, from rows 1 and 2 of d. */
@inline
function middleRows(
  t: usize,
  gap: i32,
  m0: v128,
  m1: v128,
  m2: v128,
  m3: v128,
  b0: v128,
  b1: v128,
  b2: v128,
  b3: v128,
): void {
  storeRow(
    t + 4 * gap,
    gap,
    f32x4.add(m0, b0),
    f32x4.add(m1, b1),
    f32x4.add(m2, b2),
    f32x4.add(m3, b3),
  );
  storeRow(
    t + 8 * gap,
    gap,
    f32x4.sub(b0, m0),
    f32x4.sub(b1, m1),
    f32x4.sub(b2, m2),
    f32x4.sub(b3, m3),
  );
}

/** A row of B' d times B. */
@inline
function storeRow(t: usize, gap: i32, p0: v128, p1: v128, p2: v128, p3: v128): void {
  v128.store(t, f32x4.sub(p0, p2));
  v128.store(t + gap, f32x4.add(p1, p2));
  v128.store(t + 2 * gap, f32x4.sub(p2, p1));
  v128.store(t + 3 * gap, f32x4.sub(p1, p3));
}

/** c = a b, a [rows, k] row by row, b [k, columns] in panels, c [rows, columns]. */
function product(a: usize, b: usize, c: usize, rows: i32, k: i32, wide: i32): void {
  for (let panel = 0; panel < wide; panel += 8) {
    const right = b + ((panel * k) << 2);
    const narrow = panel + 8 > wide;
    // Rows past the last tile are computed, too; nobody reads them.
    for (let row = 0; row < rows; row += ROWS) {
      const left = a + ((row * k) << 2);
      const to = c + ((row * wide + panel) << 2);
      if (narrow) product4(left, right, to, k, wide << 2);
      else product8(left, right, to, k, wide << 2);
    }
  }
}

/** ROWS rows times a panel of 8 columns: 12 sums, 2 columns and a product fit the 16 registers. */
function product8(a0: usize, b: usize, c: usize, k: i32, row: i32): void {
  const stride = k << 2;
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
  for (let end = a0 + stride; a0 < end; ) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    s = v128.load32_splat(a0);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    s = v128.load32_splat(a4);
    c40 = f32x4.add(c40, f32x4.mul(s, b0));
    c41 = f32x4.add(c41, f32x4.mul(s, b1));
    s = v128.load32_splat(a5);
    c50 = f32x4.add(c50, f32x4.mul(s, b0));
    c51 = f32x4.add(c51, f32x4.mul(s, b1));
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    s = v128.load32_splat(a0, 4);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load32_splat(a1, 4);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load32_splat(a2, 4);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load32_splat(a3, 4);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    s = v128.load32_splat(a4, 4);
    c40 = f32x4.add(c40, f32x4.mul(s, b0));
    c41 = f32x4.add(c41, f32x4.mul(s, b1));
    s = v128.load32_splat(a5, 4);
    c50 = f32x4.add(c50, f32x4.mul(s, b0));
    c51 = f32x4.add(c51, f32x4.mul(s, b1));
    b0 = v128.load(b, 64);
    b1 = v128.load(b, 80);
    s = v128.load32_splat(a0, 8);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load32_splat(a1, 8);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load32_splat(a2, 8);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load32_splat(a3, 8);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    s = v128.load32_splat(a4, 8);
    c40 = f32x4.add(c40, f32x4.mul(s, b0));
    c41 = f32x4.add(c41, f32x4.mul(s, b1));
    s = v128.load32_splat(a5, 8);
    c50 = f32x4.add(c50, f32x4.mul(s, b0));
    c51 = f32x4.add(c51, f32x4.mul(s, b1));
    b0 = v128.load(b, 96);
    b1 = v128.load(b, 112);
    s = v128.load32_splat(a0, 12);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load32_splat(a1, 12);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load32_splat(a2, 12);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load32_splat(a3, 12);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    s = v128.load32_splat(a4, 12);
    c40 = f32x4.add(c40, f32x4.mul(s, b0));
    c41 = f32x4.add(c41, f32x4.mul(s, b1));
    s = v128.load32_splat(a5, 12);
    c50 = f32x4.add(c50, f32x4.mul(s, b0));
    c51 = f32x4.add(c51, f32x4.mul(s, b1));
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
function product4(a0: usize, b: usize, c: usize, k: i32, row: i32): void {
  const stride = k << 2;
  let a1 = a0 + stride;
  let a2 = a1 + stride;
  let a3 = a2 + stride;
  let a4 = a3 + stride;
  let a5 = a4 + stride;
  let s = f32x4.splat(0);
  let c00 = s;
  let c10 = s;
  let c20 = s;
  let c30 = s;
  let c40 = s;
  let c50 = s;
  for (let end = a0 + stride; a0 < end; ) {
    let b0 = v128.load(b);
    s = v128.load32_splat(a0);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    s = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    s = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    s = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    s = v128.load32_splat(a4);
    c40 = f32x4.add(c40, f32x4.mul(s, b0));
    s = v128.load32_splat(a5);
    c50 = f32x4.add(c50, f32x4.mul(s, b0));
    b0 = v128.load(b, 16);
    s = v128.load32_splat(a0, 4);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    s = v128.load32_splat(a1, 4);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    s = v128.load32_splat(a2, 4);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    s = v128.load32_splat(a3, 4);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    s = v128.load32_splat(a4, 4);
    c40 = f32x4.add(c40, f32x4.mul(s, b0));
    s = v128.load32_splat(a5, 4);
    c50 = f32x4.add(c50, f32x4.mul(s, b0));
    b0 = v128.load(b, 32);
    s = v128.load32_splat(a0, 8);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    s = v128.load32_splat(a1, 8);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    s = v128.load32_splat(a2, 8);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    s = v128.load32_splat(a3, 8);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    s = v128.load32_splat(a4, 8);
    c40 = f32x4.add(c40, f32x4.mul(s, b0));
    s = v128.load32_splat(a5, 8);
    c50 = f32x4.add(c50, f32x4.mul(s, b0));
    b0 = v128.load(b, 48);
    s = v128.load32_splat(a0, 12);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    s = v128.load32_splat(a1, 12);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    s = v128.load32_splat(a2, 12);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    s = v128.load32_splat(a3, 12);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    s = v128.load32_splat(a4, 12);
    c40 = f32x4.add(c40, f32x4.mul(s, b0));
    s = v128.load32_splat(a5, 12);
    c50 = f32x4.add(c50, f32x4.mul(s, b0));
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    a4 += 16;
    a5 += 16;
    b += 64;
  }
  v128.store(c, c00);
  c += row;
  v128.store(c, c10);
  c += row;
  v128.store(c, c20);
  c += row;
  v128.store(c, c30);
  c += row;
  v128.store(c, c40);
  c += row;
  v128.store(c, c50);
}

/** A' m A (+ bias) (then ReLU) of one tile, to its 2x2 pixels. */
function tileOut(
  m: usize,
  wide: i32,
  co: i32,
  w: i32,
  bias: usize,
  relu: bool,
  to: usize,
): void {
  const gap = (TILES * wide) << 2;
  const right = co << 2;
  const down = (w * co) << 2;
  const zero = f32x4.splat(0);
  for (let o = 0; o < wide; o += 4) {
    const at = m + (o << 2);
    const t0 = top(at, gap);
    const l0 = low(at, gap);
    const t1 = top(at + gap, gap);
    const l1 = low(at + gap, gap);
    const t2 = top(at + 2 * gap, gap);
    const l2 = low(at + 2 * gap, gap);
    const t3 = top(at + 3 * gap, gap);
    const l3 = low(at + 3 * gap, gap);
    let y0 = f32x4.add(f32x4.add(t0, t1), t2);
    let y1 = f32x4.sub(f32x4.sub(t1, t2), t3);
    let y2 = f32x4.add(f32x4.add(l0, l1), l2);
    let y3 = f32x4.sub(f32x4.sub(l1, l2), l3);
    if (bias != 0) {
      const b = o + 4 <= co ? v128.load(bias + (o << 2)) : part(bias + (o << 2), co - o);
      y0 = f32x4.add(y0, b);
      y1 = f32x4.add(y1, b);
      y2 = f32x4.add(y2, b);
      y3 = f32x4.add(y3, b);
    }
    if (relu) {
      y0 = f32x4.max(y0, zero);
      y1 = f32x4.max(y1, zero);
      y2 = f32x4.max(y2, zero);
      y3 = f32x4.max(y3, zero);
    }
    const pixel = to + (o << 2);
    if (o + 4 <= co) {
      v128.store(pixel, y0);
      v128.store(pixel + right, y1);
      v128.store(pixel + down, y2);
      v128.store(pixel + down + right, y3);
    } else {
      storePart(pixel, y0, co - o);
      storePart(pixel + right, y1, co - o);
      storePart(pixel + down, y2, co - o);
      storePart(pixel + down + right, y3, co - o);
    }
  }
}

/** A column of A' m, A' being [1 1 1 0; 0 1 -1 -1]: its upper and its lower value. */
@inline
function top(m: usize, gap: i32): v128 {
  return f32x4.add(
    v128.load(m),
    f32x4.add(v128.load(m + 4 * gap), v128.load(m + 8 * gap)),
  );
}

@inline
function low(m: usize, gap: i32): v128 {
  return f32x4.sub(
    f32x4.sub(v128.load(m + 4 * gap), v128.load(m + 8 * gap)),
    v128.load(m + 12 * gap),
  );
}

/** The first one to three floats, and zeros. */
function part(from: usize, count: i32): v128 {
  let v = v128.load32_zero(from);
  if (count > 1) v = f32x4.replace_lane(v, 1, f32.load(from, 4));
  if (count > 2) v = f32x4.replace_lane(v, 2, f32.load(from, 8));
  return v;
}

function storePart(to: usize, v: v128, count: i32): void {
  f32.store(to, f32x4.extract_lane(v, 0));
  if (count > 1) f32.store(to, f32x4.extract_lane(v, 1), 4);
  if (count > 2) f32.store(to, f32x4.extract_lane(v, 2), 8);
}
