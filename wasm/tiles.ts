/** F(2x2, 3x3)'s first and last stage: pixels to the 16 positions of a tile and back. */

/** B' d B of the 4x4 pixels around (r, c) to (r + 1, c + 1), to 16 rows `gap` bytes apart. */
export function tileIn(
  image: usize,
  h: i32,
  w: i32,
  ci: i32,
  r: i32,
  c: i32,
  to: usize,
  gap: i32,
): void {
  const step = ci << 2;
  const line = w * step;
  const at = image + r * line + c * step;
  if (r > 0 && c > 0 && r + 2 < h && c + 2 < w) {
    for (let i = 0; i < step; i += 16) insideTile(at + i, line, step, to + i, gap);
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
function insideTile(p: usize, line: i32, step: i32, t: usize, gap: i32): void {
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
export function storeRow(t: usize, gap: i32, p0: v128, p1: v128, p2: v128, p3: v128): void {
  v128.store(t, f32x4.sub(p0, p2));
  v128.store(t + gap, f32x4.add(p1, p2));
  v128.store(t + 2 * gap, f32x4.sub(p2, p1));
  v128.store(t + 3 * gap, f32x4.sub(p1, p3));
}

/** A' m A of one tile, its positions `gap` bytes apart, to its 2x2 pixels, the first one at y. */
export function tileOut(m: usize, gap: i32, co: i32, w: i32, y: usize): void {
  const right = co << 2;
  const down = (w * co) << 2;
  for (let o = 0; o < co; o += 4) {
    const at = m + (o << 2);
    const t0 = top(at, gap);
    const l0 = low(at, gap);
    const t1 = top(at + gap, gap);
    const l1 = low(at + gap, gap);
    const t2 = top(at + 2 * gap, gap);
    const l2 = low(at + 2 * gap, gap);
    const t3 = top(at + 3 * gap, gap);
    const l3 = low(at + 3 * gap, gap);
    const pixel = y + (o << 2);
    put(pixel, f32x4.add(f32x4.add(t0, t1), t2), co - o);
    put(pixel + right, f32x4.sub(f32x4.sub(t1, t2), t3), co - o);
    put(pixel + down, f32x4.add(f32x4.add(l0, l1), l2), co - o);
    put(pixel + down + right, f32x4.sub(f32x4.sub(l1, l2), l3), co - o);
  }
}

/** Stores up to four channels. */
@inline
export function put(to: usize, v: v128, left: i32): void {
  if (left >= 4) {
    v128.store(to, v);
  } else if (left == 1) {
    v128.store32_lane(to, v, 0);
  } else {
    v128.store64_lane(to, v, 0);
    if (left == 3) v128.store32_lane(to, v, 2, 8);
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
