/**
 * Gradient of a filter: dw[m, o] = Σ x[p, m]·dy[p, o] over output pixels p, m = filter position × input
 * channel. x [n,h,w,ci], dy [n,oh,ow,co], dw [k,k,ci,co]; padding 1 for k = 3, else 0; stride 1 or 2.
 *
 * For each filter position it is `product`, of x channel by channel and dy in panels, some images at a
 * time. Both lie in lines one pixel longer than dy's, and one line more per image: there dy is 0, and x has
 * the padding that neighbours share, so that a filter position is a distance. At stride 2, x lies in four
 * parts, by odd and even rows and columns.
 */
import { blank, fours } from './panels';
import { product } from './product';

/** Output pixels that are summed by one product, at least: so much is worth its start. */
const PIXELS: i32 = 256;
/** Rows of a product that are computed and nobody reads, at most, and pixels that are read behind the last. */
const SPARE: i32 = 6;

@inline
function together(oh: i32, ow: i32): i32 {
  return max(1, PIXELS / (oh * ow));
}

/** Pixels of `images`, with those that are 0. */
@inline
function pixelsOf(images: i32, oh: i32, ow: i32): i32 {
  return fours(images * (oh + 1) * (ow + 1));
}

/** Floats of one channel in one part: the last pixel meets one line and two pixels behind it. */
@inline
function planeOf(oh: i32, ow: i32): i32 {
  return pixelsOf(together(oh, ow), oh, ow) + 2 * (ow + 1) + SPARE;
}

@inline
function partsOf(kernel: i32, stride: i32): i32 {
  return kernel == 1 ? 1 : stride * stride;
}

/** Bytes of working space that `filterGradient` needs. */
export function filterGradientScratchBytes(
  kernel: i32,
  stride: i32,
  ci: i32,
  oh: i32,
  ow: i32,
  co: i32,
): i32 {
  const planes = (partsOf(kernel, stride) * ci + SPARE) * planeOf(oh, ow);
  const panels = pixelsOf(together(oh, ow), oh, ow) * fours(co);
  return 4 * (planes + panels + (kernel * kernel * ci + ci + SPARE) * fours(co));
}

export function filterGradient(
  x: usize,
  n: i32,
  h: i32,
  w: i32,
  ci: i32,
  kernel: i32,
  stride: i32,
  dy: usize,
  oh: i32,
  ow: i32,
  co: i32,
  dw: usize,
  scratch: usize,
): void {
  const wide = fours(co);
  const plane = planeOf(oh, ow);
  const some = together(oh, ow);
  const planes = (partsOf(kernel, stride) * ci + SPARE) * plane;
  const panels = scratch + (planes << 2);
  const sums = panels + ((pixelsOf(some, oh, ow) * wide) << 2);
  const one = sums + ((kernel * kernel * ci * wide) << 2);
  blank(sums, kernel * kernel * ci * wide);
  for (let first = 0; first < n; first += some) {
    const images = min(some, n - first);
    const pixels = pixelsOf(images, oh, ow);
    // What is 0 stays 0 from one group to the next, but for a last group of fewer images.
    if (first == 0 || images < some) {
      blank(scratch, planes);
      blank(panels, pixels * wide);
    }
    const from = x + ((first * h * w * ci) << 2);
    toPlanes(from, images, h, w, ci, kernel, stride, oh, ow, scratch);
    toPanels(dy + ((first * oh * ow * co) << 2), images, oh, ow, co, pixels, panels);
    for (let tap = 0; tap < kernel * kernel; tap++) {
      const row = tap / kernel;
      const column = tap - row * kernel;
      const part = (row % stride) * stride + (column % stride);
      const distance = (row / stride) * (ow + 1) + column / stride;
      const left = scratch + ((part * ci * plane + distance) << 2);
      product(left, plane, panels, one, ci, pixels, wide);
      add(one, sums + ((tap * ci * wide) << 2), ci * wide);
    }
  }
  for (let row = 0; row < kernel * kernel * ci; row++)
    for (let o = 0; o < co; o++)
      f32.store(dw + ((row * co + o) << 2), f32.load(sums + ((row * wide + o) << 2)));
}

function add(from: usize, to: usize, count: i32): void {
  for (const end = from + (count << 2); from < end; from += 16, to += 16)
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
}

/** Images channel by channel, [part, channel, image, row, column]; the padding is there already. */
function toPlanes(
  x: usize,
  images: i32,
  h: i32,
  w: i32,
  ci: i32,
  kernel: i32,
  stride: i32,
  oh: i32,
  ow: i32,
  to: usize,
): void {
  const pad = kernel >> 1;
  const plane = planeOf(oh, ow) << 2;
  for (let image = 0; image < images; image++) {
    for (let r = pad; r < h + pad; r++) {
      const line = (image * (oh + 1) + r / stride) * (ow + 1);
      for (let c = pad; c < w + pad; c++, x += ci << 2) {
        const part = (r % stride) * stride + (c % stride);
        // A filter of one position meets none of the others; past the last pixel there is padding.
        if ((kernel == 1 && part > 0) || r / stride > oh || c / stride > ow) continue;
        spread(x, ci, to + part * ci * plane + ((line + c / stride) << 2), plane);
      }
    }
  }
}

/** The channels of a pixel, `apart` bytes from each other. */
@inline
function spread(x: usize, ci: i32, to: usize, apart: i32): void {
  let i = 0;
  for (; i + 4 <= ci; i += 4, to += 4 * apart) {
    const v = v128.load(x + (i << 2));
    v128.store32_lane(to, v, 0);
    v128.store32_lane(to + apart, v, 1);
    v128.store32_lane(to + 2 * apart, v, 2);
    v128.store32_lane(to + 3 * apart, v, 3);
  }
  for (; i < ci; i++, to += apart) f32.store(to, f32.load(x + (i << 2)));
}

/** dy in panels of 8 channels, the last one of 4 where that is enough; the zeros are there already. */
function toPanels(
  dy: usize,
  images: i32,
  oh: i32,
  ow: i32,
  co: i32,
  pixels: i32,
  to: usize,
): void {
  const wide = fours(co);
  for (let panel = 0; panel < wide; panel += 8) {
    const columns = min(8, wide - panel);
    const known = min(columns, co - panel);
    let from = dy + (panel << 2);
    for (let image = 0; image < images; image++) {
      for (let r = 0; r < oh; r++) {
        const pixel = (image * (oh + 1) + r) * (ow + 1);
        let at = to + ((panel * pixels + pixel * columns) << 2);
        for (const end = at + ((ow * columns) << 2); at < end; at += columns << 2, from += co << 2) {
          if (known == 8) {
            v128.store(at, v128.load(from));
            v128.store(at, v128.load(from, 16), 16);
          } else for (let o = 0; o < known << 2; o += 4) f32.store(at + o, f32.load(from + o));
        }
      }
    }
  }
}
