/** Filters as the middle stage of Winograd's convolutions reads them, made once in double precision. */
import { fours, inPanels } from './panels';

/** Squares of the points 3/4 and 3/2. */
const A2: f64 = 0.5625;
const B2: f64 = 2.25;

/** Bytes that `transformWinograd` writes, for tiles of `down` x `across` outputs, each 2 or 4. */
export function winogradFilterBytes(down: i32, across: i32, ci: i32, co: i32): i32 {
  return (down + 2) * (across + 2) * ci * fours(co) * 4;
}

/**
 * u = G g G', for each of the (down + 2) (across + 2) positions a matrix [ci, co] in panels of 8 columns (the last
 * one of 4 where co needs it), each panel row by row.
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
  for (let i = 0; i < ci; i++) {
    for (let o = 0; o < wide; o++) {
      let to = u + (inPanels(ci, wide, i, o) << 2);
      for (let a = 0; a < down + 2; a++) {
        // One row of G g, then that row times G'.
        let g0: f64 = 0;
        let g1: f64 = 0;
        let g2: f64 = 0;
        if (o < co) {
          g0 = filterRow(filter, down, ci, co, i, o, a, 0);
          g1 = filterRow(filter, down, ci, co, i, o, a, 1);
          g2 = filterRow(filter, down, ci, co, i, o, a, 2);
        }
        for (let b = 0; b < across + 2; b++, to += position)
          f32.store(to, <f32>atPoint(across, b, g0, g1, g2));
      }
    }
  }
}

/** (G g)[a, column]. */
@inline
function filterRow(
  filter: usize,
  side: i32,
  ci: i32,
  co: i32,
  i: i32,
  o: i32,
  a: i32,
  column: i32,
): f64 {
  const row = 3 * ci * co * 4;
  const at = filter + (((column * ci + i) * co + o) << 2);
  return atPoint(side, a, f32.load(at), f32.load(at + row), f32.load(at + 2 * row));
}

/**
 * Row a of G for `side` outputs times three values, which is their polynomial at a point over the product of its distances
 * to the others. F(2, 3): 0, 1, -1 and infinity; F(4, 3): 0, ±3/4, ±3/2 and infinity.
 */
function atPoint(side: i32, a: i32, g0: f64, g1: f64, g2: f64): f64 {
  if (a == side + 1) return g2;
  if (side == 2) {
    if (a == 0) return g0;
    return 0.5 * (a == 1 ? g0 + g1 + g2 : g0 - g1 + g2);
  }
  if (a == 0) return g0 / (A2 * B2);
  const square = a < 3 ? A2 : B2;
  const point = a < 3 ? 0.75 : 1.5;
  const value = g0 + square * g2 + (a & 1 ? point * g1 : -point * g1);
  return value / (2 * square * (a < 3 ? A2 - B2 : B2 - A2));
}
