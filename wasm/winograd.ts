/**
 * 3x3 convolution of stride 1 and symmetric padding 1 as Winograd's F(4x4, 3x3), F(4x2, 3x3) or
 * F(2x2, 3x3) (Lavin and Gray, 2016, section 4): 2¼, 3 or 4 products for an output instead of 9.
 * AssemblyScript; works on the memory of tfjs's WASM backend, so tensors are pointers. It has no data and
 * no stack of its own.
 *
 * Shapes: x [n,h,w,ci], filter [3,3,ci,co], y [n,h,w,co], float32, channels last; tiles of
 * `down` x `across` outputs, which divide h and w, ci a multiple of 4. All pointers are multiples of 4.
 */
import { finishTiles } from './epilogue';
import { fours, GROUP } from './panels';
import { product } from './product';
import { apart, pixelOf, tilesIn } from './tileGroups';
import { tileOut } from './tiles';
import { SPACE, tileOut42, tileOut44 } from './tiles4';

/** Bytes of working space that `convolveWinograd` needs. */
export function winogradScratchBytes(down: i32, across: i32, ci: i32, co: i32): i32 {
  return (down + 2) * (across + 2) * (apart(ci) + apart(fours(co))) * 4 + SPACE;
}

/** y = x * filter, then the epilogue. u is the transformed filter. */
export function convolveWinograd(
  x: usize,
  n: i32,
  h: i32,
  w: i32,
  ci: i32,
  down: i32,
  across: i32,
  u: usize,
  co: i32,
  y: usize,
  scratch: usize,
): void {
  const wide = fours(co);
  const positions = (down + 2) * (across + 2);
  const perRow = w / across;
  const rows = h / down;
  const total = n * rows * perRow;
  const gapIn = apart(ci) << 2;
  const gapOut = apart(wide) << 2;
  const v = scratch + SPACE;
  const m = v + positions * gapIn;
  for (let first = 0; first < total; first += GROUP) {
    const count = min(GROUP, total - first);
    tilesIn(x, h, w, ci, down, across, first, count, v, gapIn, scratch);
    for (let position = 0; position < positions; position++) {
      const right = u + ((position * ci * wide) << 2);
      product(v + position * gapIn, ci, right, m + position * gapOut, count, ci, wide);
    }
    for (let t = 0; t < count; t++) {
      const from = m + ((t * wide) << 2);
      const to = y + ((pixelOf(first + t, down, across, w) * co) << 2);
      if (down == 2) tileOut(from, gapOut, co, w, to);
      else if (across == 2) tileOut42(from, gapOut, co, w, to, scratch);
      else tileOut44(from, gapOut, co, w, to, scratch);
    }
    finishTiles(y, down, across, first, count, rows, perRow, co);
  }
}
