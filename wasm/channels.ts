/**
 * What batch norm does besides: sums over batch and positions, and the affine map of each channel. x [rows,
 * channels], float32; pointers are multiples of 4, 0 stands for what is absent.
 */
import { madd } from './madd';
import { blank } from './panels';

/** Rows whose sum stays in float32; what they come to is added up in float64. */
const BLOCK: i32 = 32;
/** Floats that are read once for each four channels, so they should stay in the cache. */
const CACHED: i32 = 32768;

/**
 * Σ x; with `centre` Σ (x − centre)²; with `dz` Σ dz and behind it Σ dz·(x − centre)·inverse. To [c], or
 * [2c].
 */
export function channelSums(
  x: usize,
  rows: i32,
  c: i32,
  centre: usize,
  inverse: usize,
  dz: usize,
  to: usize,
): void {
  blank(to, dz == 0 ? c : 2 * c);
  const most = max(BLOCK, CACHED / c);
  for (let first = 0; first < rows; first += most) {
    const count = min(most, rows - first);
    const skip = (first * c) << 2;
    let o = 0;
    for (; o + 4 <= c; o += 4) {
      const at = o << 2;
      fourSums(x + skip + at, dz == 0 ? 0 : dz + skip + at, count, c, centre, inverse, at, to);
    }
    for (; o < c; o++) {
      const at = o << 2;
      oneSum(x + skip + at, dz == 0 ? 0 : dz + skip + at, count, c, centre, inverse, at, to);
    }
  }
}

@inline
function fourSums(
  x: usize,
  dz: usize,
  rows: i32,
  c: i32,
  centre: usize,
  inverse: usize,
  at: i32,
  to: usize,
): void {
  const zero = f32x4.splat(0);
  const step = c << 2;
  const mean = centre == 0 ? zero : v128.load(centre + at);
  const end = x + rows * step;
  let low = f64x2.splat(0);
  let high = low;
  let otherLow = low;
  let otherHigh = low;
  while (x < end) {
    const stop = min(x + BLOCK * step, end);
    let sum = zero;
    let other = zero;
    if (dz != 0) {
      for (; x < stop; x += step, dz += step) {
        const g = v128.load(dz);
        sum = f32x4.add(sum, g);
        other = madd(g, f32x4.sub(v128.load(x), mean), other);
      }
      otherLow = f64x2.add(otherLow, f64x2.promote_low_f32x4(other));
      otherHigh = f64x2.add(otherHigh, f64x2.promote_low_f32x4(upper(other)));
    } else if (centre != 0) {
      for (; x < stop; x += step) {
        const d = f32x4.sub(v128.load(x), mean);
        sum = madd(d, d, sum);
      }
    } else for (; x < stop; x += step) sum = f32x4.add(sum, v128.load(x));
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upper(sum)));
  }
  v128.store(to + at, f32x4.add(v128.load(to + at), joined(low, high)));
  if (dz == 0) return;
  const behind = to + step + at;
  const other = f32x4.mul(joined(otherLow, otherHigh), v128.load(inverse + at));
  v128.store(behind, f32x4.add(v128.load(behind), other));
}

/** Its upper two values, below. */
@inline
function upper(v: v128): v128 {
  return v128.shuffle<i32>(v, v, 2, 3, 2, 3);
}

/** Four values in float32. */
@inline
function joined(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

@inline
function oneSum(
  x: usize,
  dz: usize,
  rows: i32,
  c: i32,
  centre: usize,
  inverse: usize,
  at: i32,
  to: usize,
): void {
  let sum: f64 = 0;
  let other: f64 = 0;
  const step = c << 2;
  const mean: f32 = centre == 0 ? 0 : f32.load(centre + at);
  for (const end = x + rows * step; x < end; x += step) {
    const d: f32 = f32.load(x) - mean;
    if (dz != 0) {
      sum += <f64>f32.load(dz);
      other += <f64>(f32.load(dz) * d);
      dz += step;
    } else sum += <f64>(centre == 0 ? d : d * d);
  }
  if (dz != 0) {
    const behind = to + step + at;
    f32.store(behind, f32.load(behind) + <f32>other * f32.load(inverse + at));
  }
  f32.store(to + at, f32.load(to + at) + <f32>sum);
}

/** y = x·scale + shift, plus other·otherScale where there is one, optionally through a ReLU. */
export function affine(
  x: usize,
  rows: i32,
  c: i32,
  scale: usize,
  shift: usize,
  other: usize,
  otherScale: usize,
  relu: bool,
  y: usize,
): void {
  const whole = (c & ~3) << 2;
  const lowest = f32x4.splat(relu ? 0 : -Infinity);
  const line = c << 2;
  for (const end = y + rows * line; y < end; y += line, x += line) {
    for (let o = 0; o < whole; o += 16) {
      let v = madd(v128.load(x + o), v128.load(scale + o), v128.load(shift + o));
      if (other != 0) v = madd(v128.load(other + o), v128.load(otherScale + o), v);
      v128.store(y + o, f32x4.pmax(v, lowest));
    }
    for (let o = whole; o < line; o += 4) {
      let v: f32 = f32.load(x + o) * f32.load(scale + o) + f32.load(shift + o);
      if (other != 0) v += f32.load(other + o) * f32.load(otherScale + o);
      f32.store(y + o, relu && v < 0 ? 0 : v);
    }
    if (other != 0) other += line;
  }
}
