/**
 * What happens to the sums of a convolution, in this order: bias, residual, scale and shift, ReLU, mask,
 * residual where it comes last. Set before each call; 0 stands for none. It is a second pass over
 * outputs that have just been stored and are still in the cache: a few at a time, in loops so short
 * that they are faster than the same steps between the sums and their storing.
 */

let bias: usize = 0;
let residual: usize = 0;
let scale: usize = 0;
let shift: usize = 0;
let mask: usize = 0;
/** The mask serves image b modulo this many. */
let maskImages: i32 = 1;
let relu: bool = false;
let residualLast: bool = false;
let plain: bool = true;

/** bias, scale, shift [co]; residual like the output; mask [images,oh,ow,co], above 0 lets pass. */
export function setEpilogue(
  biasAt: usize,
  residualAt: usize,
  scaleAt: usize,
  shiftAt: usize,
  maskAt: usize,
  images: i32,
  withRelu: bool,
  last: bool,
): void {
  bias = biasAt;
  residual = residualAt;
  scale = scaleAt;
  shift = shiftAt;
  mask = maskAt;
  maskImages = images;
  relu = withRelu;
  residualLast = last;
  plain = biasAt == 0 && residualAt == 0 && scaleAt == 0 && maskAt == 0 && !withRelu;
}

/**
 * The same for the outputs of `count` tiles of `down` x `across` pixels from tile `first` on, all images
 * counted through; an image has `rows` rows of `perRow` tiles.
 */
export function finishTiles(
  y: usize,
  down: i32,
  across: i32,
  first: i32,
  count: i32,
  rows: i32,
  perRow: i32,
  co: i32,
): void {
  if (plain) return;
  const line = across * perRow * co;
  for (const end = first + count; first < end; ) {
    const row = first / perRow;
    const column = first - row * perRow;
    const tiles = min(perRow - column, end - first);
    const at = down * row * line + across * column * co;
    for (let i = 0; i < down; i++)
      finish(y, at + i * line, across * tiles, row / rows, down * rows * line, co);
    first += tiles;
  }
}

/** The same for `count` pixels from pixel `first` on, all images counted through. */
export function finishPixels(y: usize, first: i32, count: i32, perImage: i32, co: i32): void {
  if (plain) return;
  for (const end = first + count; first < end; ) {
    const image = first / perImage;
    const pixels = min((image + 1) * perImage, end) - first;
    finish(y, first * co, pixels, image, perImage * co, co);
    first += pixels;
  }
}

/** Neighbouring pixels from float `at` on; an image has `size` floats. */
function finish(y: usize, at: i32, pixels: i32, image: i32, size: i32, co: i32): void {
  const from = y + (at << 2);
  const count = pixels * co;
  const other = residual + (at << 2);
  const between = residual != 0 && !residualLast;
  const alone = relu && (between || bias == 0) && scale == 0;
  if (bias != 0) perChannel(from, 0, bias, relu && !between && scale == 0, pixels, co);
  if (between) add(from, other, count);
  if (scale != 0) perChannel(from, scale, shift, relu, pixels, co);
  if (alone) rectify(from, count);
  if (mask != 0) blot(from, mask + ((at - (image - (image % maskImages)) * size) << 2), count);
  if (residual != 0 && residualLast) add(from, other, count);
}

/** y·factor + term, per channel, then ReLU; factor 0 stands for none. */
function perChannel(
  y: usize,
  factor: usize,
  term: usize,
  withRelu: bool,
  pixels: i32,
  co: i32,
): void {
  const whole = (co & ~3) << 2;
  const lowest = f32x4.splat(withRelu ? 0 : -Infinity);
  for (const end = y + ((pixels * co) << 2); y < end; y += co << 2) {
    for (let o = 0; o < whole; o += 16) {
      let v = v128.load(y + o);
      if (factor != 0) v = f32x4.mul(v, v128.load(factor + o));
      v128.store(y + o, f32x4.pmax(f32x4.add(v, v128.load(term + o)), lowest));
    }
    for (let o = whole; o < co << 2; o += 4) {
      let v = f32.load(y + o);
      if (factor != 0) v *= f32.load(factor + o);
      v += f32.load(term + o);
      f32.store(y + o, withRelu && v < 0 ? 0 : v);
    }
  }
}

function add(y: usize, other: usize, count: i32): void {
  const end = y + (count << 2);
  for (; y + 16 <= end; y += 16, other += 16)
    v128.store(y, f32x4.add(v128.load(y), v128.load(other)));
  for (; y < end; y += 4, other += 4) f32.store(y, f32.load(y) + f32.load(other));
}

function rectify(y: usize, count: i32): void {
  const end = y + (count << 2);
  const zero = f32x4.splat(0);
  for (; y + 16 <= end; y += 16) v128.store(y, f32x4.pmax(v128.load(y), zero));
  for (; y < end; y += 4) if (f32.load(y) < 0) f32.store(y, 0);
}

/** 0 where the mask is not above 0. */
function blot(y: usize, from: usize, count: i32): void {
  const end = y + (count << 2);
  const zero = f32x4.splat(0);
  for (; y + 16 <= end; y += 16, from += 16)
    v128.store(y, v128.and(v128.load(y), f32x4.gt(v128.load(from), zero)));
  for (; y < end; y += 4, from += 4) if (!(f32.load(from) > 0)) f32.store(y, 0);
}
