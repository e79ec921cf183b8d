/** What batch norm does besides: the affine map of each channel. x [rows, channels], float32. */
import { madd } from './madd';

/**
 * y = x·scale + shift, plus other·otherScale where there is one, optionally through a ReLU. Pointers are
 * multiples of 4, 0 stands for what is absent.
 */
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
