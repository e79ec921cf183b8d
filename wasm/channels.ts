/**
 * What batch norm does besides: sums over batch and positions, and the affine map of each channel. x [rows,
 * channels], float32; pointers are multiples of 4, 0 stands for what is absent.
 */
import { madd } from './madd';
import { blank } from './panels';

/** Rows that are summed by themselves, so that a long sum loses no digits; they stay in the cache. */
const BLOCK: i32 = 128;

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
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
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
  let sum = f32x4.splat(0);
  let other = sum;
  const step = c << 2;
  const mean = centre == 0 ? sum : v128.load(centre + at);
  const end = x + rows * step;
  if (dz != 0) {
    for (; x < end; x += step, dz += step) {
      const g = v128.load(dz);
      sum = f32x4.add(sum, g);
      other = madd(g, f32x4.sub(v128.load(x), mean), other);
    }
    const behind = to + step + at;
    other = f32x4.mul(other, v128.load(inverse + at));
    v128.store(behind, f32x4.add(v128.load(behind), other));
  } else if (centre != 0) {
    for (; x < end; x += step) {
      const d = f32x4.sub(v128.load(x), mean);
      sum = madd(d, d, sum);
    }
  } else for (; x < end; x += step) sum = f32x4.add(sum, v128.load(x));
  v128.store(to + at, f32x4.add(v128.load(to + at), sum));
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
  let sum: f32 = 0;
  let other: f32 = 0;
  const step = c << 2;
  const mean: f32 = centre == 0 ? 0 : f32.load(centre + at);
  for (const end = x + rows * step; x < end; x += step) {
    const d: f32 = f32.load(x) - mean;
    if (dz != 0) {
      sum += f32.load(dz);
      other += f32.load(dz) * d;
      dz += step;
    } else sum += centre == 0 ? d : d * d;
  }
  if (dz != 0) {
    const behind = to + step + at;
    f32.store(behind, f32.load(behind) + other * f32.load(inverse + at));
  }
  f32.store(to + at, f32.load(to + at) + sum);
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
