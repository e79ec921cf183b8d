/** Groups of Winograd's tiles. Tiles of all images are counted through, row by row. */
import { GROUP } from './panels';
import { tileIn } from './tiles';
import { tileIn42, tileIn44 } from './tiles4';

/** Floats between the positions: a group's rows, and a cache line so that they do not share its place. */
@inline
export function apart(channels: i32): i32 {
  return GROUP * channels + 16;
}

/**
 * B' d B of `count` tiles of `down` x `across` outputs of x [n,h,w,ci] from tile `first` on: tile by tile
 * to rows of ci, the positions `gap` bytes apart.
 */
export function tilesIn(
  x: usize,
  h: i32,
  w: i32,
  ci: i32,
  down: i32,
  across: i32,
  first: i32,
  count: i32,
  to: usize,
  gap: i32,
  space: usize,
): void {
  const perRow = w / across;
  const rows = h / down;
  for (const end = first + count; first < end; first++, to += ci << 2) {
    const line = first / perRow;
    const image = line / rows;
    const r = down * (line - image * rows);
    const c = across * (first - line * perRow);
    const corner = x + ((image * h * w * ci) << 2);
    if (down == 2) tileIn(corner, h, w, ci, r, c, to, gap);
    else if (across == 2) tileIn42(corner, h, w, ci, r, c, to, gap, space);
    else tileIn44(corner, h, w, ci, r, c, to, gap, space);
  }
}

/** The first pixel of a tile, the pixels of all images counted through. */
@inline
export function pixelOf(tile: i32, down: i32, across: i32, w: i32): i32 {
  const perRow = w / across;
  const line = tile / perRow;
  return down * line * w + across * (tile - line * perRow);
}
