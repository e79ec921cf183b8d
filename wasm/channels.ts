/**
 * What batch norm does besides: sums over batch and positions, and the affine map of each channel.
 * x [rows, channels], float32. Pointers are multiples of 4, 0 stands for what is absent.
 */
import { madd } from './madd';
import { blank } from './panels';

/** Rows whose sum stays in float32; what they come to is added up in float64. */
const BLOCK: i32 = 32;

/** Bytes of working space that `channelSums` needs: two float64 for each channel. */
export function channelSumsScratchBytes(c: i32): i32 {
  return 16 * c;
}

/**
 * Σ x; with `centre` Σ (x − centre)²; with `dz` Σ dz and behind it Σ dz·(x − centre)·inverse, with `mask`
 * of those dz alone whose mask is above 0. To [c], or [2c].
 */
export function channelSums(
  x: usize,
  rows: i32,
  c: i32,
  centre: usize,
  inverse: usize,
  dz: usize,
  mask: usize,
  to: usize,
  scratch: usize,
): void {
  blank(scratch, 4 * c);
  const line = c << 2;
  const whole = (c & ~3) << 2;
  for (let first = 0; first < rows; first += BLOCK) {
    const count = min(BLOCK, rows - first);
    const skip = first * line;
    for (let o = 0; o < line; ) {
      const four = o < whole;
      const at = x + skip + o;
      const mean: usize = centre == 0 ? 0 : centre + o;
      const sums = scratch + 2 * o;
      if (dz == 0) {
        if (four) addFour(at, count, line, mean, sums);
        else addOne(at, count, line, mean, sums);
      } else {
        const g = dz + skip + o;
        const masked: usize = mask == 0 ? 0 : mask + skip + o;
        const products = sums + 8 * c;
        if (four) addFourOfGradient(at, count, line, mean, g, masked, sums, products);
        else addOneOfGradient(at, count, line, mean, g, masked, sums, products);
      }
      o += four ? 16 : 4;
    }
  }
  for (let o = 0; o < line; o += 4) {
    f32.store(to + o, <f32>f64.load(scratch + 2 * o));
    if (dz == 0) continue;
    const second = f64.load(scratch + 8 * c + 2 * o) * <f64>f32.load(inverse + o);
    f32.store(to + line + o, <f32>second);
  }
}

/** Adds four channels of some rows to their sums, or their squared distances from `centre`. */
function addFour(x: usize, rows: i32, line: i32, centre: usize, sums: usize): void {
  let sum = f32x4.splat(0);
  const end = x + rows * line;
  if (centre == 0) for (; x < end; x += line) sum = f32x4.add(sum, v128.load(x));
  else {
    const mean = v128.load(centre);
    for (; x < end; x += line) {
      const d = f32x4.sub(v128.load(x), mean);
      sum = madd(d, d, sum);
    }
  }
  addInDouble(sum, sums);
}

function addFourOfGradient(
  x: usize,
  rows: i32,
  line: i32,
  centre: usize,
  dz: usize,
  mask: usize,
  sums: usize,
  products: usize,
): void {
  const zero = f32x4.splat(0);
  const mean = v128.load(centre);
  let sum = zero;
  let product = zero;
  for (let row = 0; row < rows; row++) {
    const skip = row * line;
    let g = v128.load(dz + skip);
    if (mask != 0) g = v128.and(g, f32x4.gt(v128.load(mask + skip), zero));
    sum = f32x4.add(sum, g);
    product = madd(g, f32x4.sub(v128.load(x + skip), mean), product);
  }
  addInDouble(sum, sums);
  addInDouble(product, products);
}

/** Adds four float32 to four float64 in memory. */
@inline
function addInDouble(v: v128, to: usize): void {
  const upper = v128.shuffle<i32>(v, v, 2, 3, 2, 3);
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(v)));
  v128.store(to + 16, f64x2.add(v128.load(to + 16), f64x2.promote_low_f32x4(upper)));
}

function addOne(x: usize, rows: i32, line: i32, centre: usize, to: usize): void {
  let sum: f64 = 0;
  const mean: f32 = centre == 0 ? 0 : f32.load(centre);
  for (const end = x + rows * line; x < end; x += line) {
    const d: f32 = f32.load(x) - mean;
    sum += <f64>(centre == 0 ? d : d * d);
  }
  f64.store(to, f64.load(to) + sum);
}

function addOneOfGradient(
  x: usize,
  rows: i32,
  line: i32,
  centre: usize,
  dz: usize,
  mask: usize,
  sums: usize,
  products: usize,
): void {
  let sum: f64 = 0;
  let product: f64 = 0;
  const mean: f32 = f32.load(centre);
  for (let row = 0; row < rows; row++) {
    const skip = row * line;
    if (mask != 0 && !(f32.load(mask + skip) > 0)) continue;
    const g: f32 = f32.load(dz + skip);
    sum += <f64>g;
    product += <f64>(g * (f32.load(x + skip) - mean));
  }
  f64.store(sums, f64.load(sums) + sum);
  f64.store(products, f64.load(products) + product);
}

/**
 * y = x·scale + shift, plus other·otherScale where there is one, optionally through a ReLU; where there is
 * a mask, x counts as 0 unless the mask is above 0.
 */
export function affine(
  x: usize,
  rows: i32,
  c: i32,
  scale: usize,
  shift: usize,
  other: usize,
  otherScale: usize,
  mask: usize,
  relu: bool,
  y: usize,
): void {
  const whole = (c & ~3) << 2;
  const zero = f32x4.splat(0);
  const lowest = f32x4.splat(relu ? 0 : -Infinity);
  const line = c << 2;
  for (const end = y + rows * line; y < end; y += line, x += line) {
    for (let o = 0; o < whole; o += 16) {
      let u = v128.load(x + o);
      if (mask != 0) u = v128.and(u, f32x4.gt(v128.load(mask + o), zero));
      let v = madd(u, v128.load(scale + o), v128.load(shift + o));
      if (other != 0) v = madd(v128.load(other + o), v128.load(otherScale + o), v);
      v128.store(y + o, f32x4.pmax(v, lowest));
    }
    for (let o = whole; o < line; o += 4) {
      const u: f32 = mask != 0 && !(f32.load(mask + o) > 0) ? 0 : f32.load(x + o);
      let v: f32 = u * f32.load(scale + o) + f32.load(shift + o);
      if (other != 0) v += f32.load(other + o) * f32.load(otherScale + o);
      f32.store(y + o, relu && v < 0 ? 0 : v);
    }
    if (other != 0) other += line;
    if (mask != 0) mask += line;
  }
}
