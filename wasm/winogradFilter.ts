/** Filters as the middle stage of Winograd's convolutions reads them, made once in double precision. */
import { fours, inPanels } from './panels';
import { A, A2, B, B2 } from './points';

/** Bytes that `transformWinograd` writes, for tiles of `down` x `across` outputs, each 2 or 4. */
export function winogradFilterBytes(down: i32, across: i32, ci: i32, co: i32): i32 {
  return (down + 2) * (across + 2) * ci * fours(co) * 4;
}

/**
 * u = G g G', for each of the (down + 2) (across + 2) positions a matrix [ci, co] in panels of 8 columns (the last
 * one of 4 where co needs it), each panel row by row. Four columns at a time, two in a vector.
 */
export function transformWinograd(
  filter: usize,
  down: i32,
  across: i32,
  ci: i32,
  co: i32,
  u: usize,
): void {
  const wide = fours(co);
  const position = (ci * wide) << 2;
  const tap = (ci * co) << 2;
  for (let i = 0; i < ci; i++) {
    for (let o = 0; o < wide; o += 4) {
      const g = filter + ((i * co + o) << 2);
      const known = co - o;
      const g00 = four(g, known), g01 = four(g + tap, known), g02 = four(g + 2 * tap, known);
      const g10 = four(g + 3 * tap, known), g11 = four(g + 4 * tap, known);
      const g12 = four(g + 5 * tap, known), g20 = four(g + 6 * tap, known);
      const g21 = four(g + 7 * tap, known), g22 = four(g + 8 * tap, known);
      let to = u + (inPanels(ci, wide, i, o) << 2);
      for (let a = 0; a < down + 2; a++) {
        // One row of G g, then that row times G'.
        const low0 = atPoint(down, a, low(g00), low(g10), low(g20));
        const low1 = atPoint(down, a, low(g01), low(g11), low(g21));
        const low2 = atPoint(down, a, low(g02), low(g12), low(g22));
        const high0 = atPoint(down, a, high(g00), high(g10), high(g20));
        const high1 = atPoint(down, a, high(g01), high(g11), high(g21));
        const high2 = atPoint(down, a, high(g02), high(g12), high(g22));
        for (let b = 0; b < across + 2; b++, to += position) {
          const left = f32x4.demote_f64x2_zero(atPoint(across, b, low0, low1, low2));
          const right = f32x4.demote_f64x2_zero(atPoint(across, b, high0, high1, high2));
          v128.store(to, v128.shuffle<i32>(left, right, 0, 1, 4, 5));
        }
      }
    }
  }
}

/** Four values, zeros behind the last known one. */
@inline
function four(at: usize, known: i32): v128 {
  return known >= 4 ? v128.load(at) : upTo(at, known);
}

function upTo(at: usize, known: i32): v128 {
  let v = v128.load32_zero(at);
  if (known > 1) v = f32x4.replace_lane(v, 1, f32.load(at, 4));
  if (known > 2) v = f32x4.replace_lane(v, 2, f32.load(at, 8));
  return v;
}

@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 2, 3));
}

/**
 * Row a of G for `side` outputs times three values, which is their polynomial at a point over the product of its distances
 * to the others. F(2, 3): 0, 1, -1 and infinity; F(4, 3): 0, ±3/4, ±3/2 and infinity.
 */
@inline
function atPoint(side: i32, a: i32, g0: v128, g1: v128, g2: v128): v128 {
  if (a == side + 1) return g2;
  if (a == 0) return side == 2 ? g0 : f64x2.div(g0, f64x2.splat(A2 * B2));
  const square: f64 = side == 2 ? 1 : a < 3 ? A2 : B2;
  const point: f64 = side == 2 ? 1 : a < 3 ? A : B;
  const odd = f64x2.mul(f64x2.splat(a & 1 ? point : -point), g1);
  const value = f64x2.add(f64x2.add(g0, f64x2.mul(f64x2.splat(square), g2)), odd);
  const distances = side == 2 ? 2 : 2 * square * (a < 3 ? A2 - B2 : B2 - A2);
  return f64x2.div(value, f64x2.splat(distances));
}
