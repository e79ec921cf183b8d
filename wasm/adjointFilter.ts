/** The filter of a convolution's way back, see `FmpAdjointFilter`. */

/** Filter rows that an output row of phase a meets at distance u: [u, a]; 3 stands for none. */
@inline
function tapOf(u: i32, a: i32): i32 {
  return u == 0 ? 1 + a : a == 0 ? 3 : 0;
}

/** filter [k,k,ci,co]; to [k,k,co,ci] at stride 1, [k',k',co,4·ci] at stride 2, k' = 2 for k = 3, else 1. */
export function adjointFilter(
  filter: usize,
  k: i32,
  ci: i32,
  co: i32,
  stride: i32,
  to: usize,
): void {
  const tap = (ci * co) << 2;
  if (stride == 1) {
    for (let from = filter + (k * k - 1) * tap; from >= filter; from -= tap, to += tap)
      swap(from, ci, co, to, ci);
    return;
  }
  const side = k == 3 ? 2 : 1;
  for (let u = 0; u < side; u++)
    for (let v = 0; v < side; v++, to += 4 * tap)
      for (let phase = 0; phase < 4; phase++) {
        const row = k == 3 ? tapOf(u, phase >> 1) : phase > 0 ? 3 : 0;
        const column = k == 3 ? tapOf(v, phase & 1) : 0;
        const from: usize = row == 3 || column == 3 ? 0 : filter + (row * k + column) * tap;
        swap(from, ci, co, to + ((phase * ci) << 2), 4 * ci);
      }
}

/** to[o, i] = from[i, o], rows of `to` `apart` floats from each other; zeros where there is nothing. */
function swap(from: usize, ci: i32, co: i32, to: usize, apart: i32): void {
  for (let o = 0; o < co; o++, to += apart << 2)
    for (let i = 0; i < ci; i++)
      f32.store(to + (i << 2), from == 0 ? 0 : f32.load(from + ((i * co + o) << 2)));
}
