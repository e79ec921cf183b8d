/**
 * 3x3 convolution of stride 1 and symmetric padding 1 as Winograd's F(2x2, 3x3) (Lavin and Gray,
 * 2016, section 4.1): 16 products for 4 outputs instead of 36. AssemblyScript; works on the memory of
 * tfjs's WASM backend, so tensors are pointers. It has no data and no stack of its own.
 *
 * Shapes: x [n,h,w,ci], filter [3,3,ci,co], y [n,h,w,co], float32, channels last; h and w even,
 * ci a multiple of 4. All pointers are multiples of 4.
 */
import { finishTiles } from './epilogue';
import { fours, inPanels } from './panels';
import { product } from './product';
import { TILES, tileIn, tileOut } from './tiles';

/** Bytes that `transformWinograd` writes. */
export function winogradFilterBytes(ci: i32, co: i32): i32 {
  return 16 * ci * fours(co) * 4;
}

/** Bytes of working space that `convolveWinograd` needs. */
export function winogradScratchBytes(ci: i32, co: i32): i32 {
  return 16 * TILES * (ci + fours(co)) * 4;
}

/**
 * u = G g G', for each of the 16 positions a matrix [ci, co] in panels of 8 columns (the last one of
 * 4 where co needs it), each panel row by row.
 */
export function transformWinograd(filter: usize, ci: i32, co: i32, u: usize): void {
  const wide = fours(co);
  const position = ci * wide * 4;
  for (let i = 0; i < ci; i++) {
    for (let o = 0; o < wide; o++) {
      const to = u + (inPanels(ci, wide, i, o) << 2);
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

/** y = x * filter, then the epilogue. u is the transformed filter. */
export function convolveWinograd(
  x: usize,
  n: i32,
  h: i32,
  w: i32,
  ci: i32,
  u: usize,
  co: i32,
  y: usize,
  scratch: usize,
): void {
  const wide = fours(co);
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
        ci,
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
      tileOut(m + ((t * wide) << 2), wide, co, w, to);
    }
    finishTiles(y, first, count, h >> 1, perRow, co);
  }
}
