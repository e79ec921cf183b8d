/** Matrices as `product` reads them: the right one in panels of 8 columns, the last one of 4. */

/** Rows of the left matrix that are made, multiplied and stored together: they stay in the cache. */
export const GROUP: i32 = 24;

/** The next multiple of 4. */
@inline
export function fours(count: i32): i32 {
  return (count + 3) & ~3;
}

/** Where row i, column o of a matrix [k, wide] lies in its panels, in floats. */
@inline
export function inPanels(k: i32, wide: i32, i: i32, o: i32): i32 {
  const panel = o & ~7;
  return panel * k + i * min(8, wide - panel) + (o - panel);
}

/** Copies floats. */
@inline
export function copy(from: usize, to: usize, count: i32): void {
  const end = from + (count << 2);
  for (; from + 16 <= end; from += 16, to += 16) v128.store(to, v128.load(from));
  for (; from < end; from += 4, to += 4) f32.store(to, f32.load(from));
}

/** Writes zeros. */
@inline
export function blank(to: usize, count: i32): void {
  const end = to + (count << 2);
  for (; to + 16 <= end; to += 16) v128.store(to, f32x4.splat(0));
  for (; to < end; to += 4) f32.store(to, 0);
}
