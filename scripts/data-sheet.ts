/**
 * Contact sheet of the `signs` set: one row per class, in two columns of classes.
 * Usage: npm run data:sheet -- [out.png] [--split train] [--seed 0] [--count 20]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PNG } from 'pngjs';
import { decodeAtlas } from '../src/data/signs/atlas.ts';
import { SIGN_CLASSES } from '../src/data/signs/classes.ts';
import { createSigns, type SignsSplit } from '../src/data/signs/signs.ts';

const SIDE = 32;
const ZOOM = 2;
const SPLITS: readonly SignsSplit[] = ['train', 'val', 'test'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    split: { type: 'string', default: 'train' },
    seed: { type: 'string', default: '0' },
    count: { type: 'string', default: '20' },
  },
});
const path = positionals[0] ?? 'signs-sheet.png';
const split = SPLITS.find((name) => name === values.split);
if (split === undefined) {
  throw new RangeError(`--split is ${values.split}, expected ${SPLITS.join(', ')}`);
}
const seed = Number(values.seed);
const count = Number(values.count);
if (!(Number.isInteger(count) && count >= 1 && count <= 100)) {
  throw new RangeError(`--count is ${values.count}, expected an integer 1..100`);
}

const atlas = readFileSync(new URL('../public/data/signs-atlas.bin', import.meta.url));
const signs = createSigns(decodeAtlas(atlas));
const classes = SIGN_CLASSES.length;
const rows = Math.ceil(classes / 2);
const gap = 4;
const width = (2 * count * SIDE + gap) * ZOOM;
const png = new PNG({ width, height: rows * SIDE * ZOOM });
png.data.fill(255);

function place(pixels: Uint8Array, left: number, top: number): void {
  for (let y = 0; y < SIDE * ZOOM; y++) {
    for (let x = 0; x < SIDE * ZOOM; x++) {
      const from = (Math.floor(y / ZOOM) * SIDE + Math.floor(x / ZOOM)) * 3;
      const to = ((top * ZOOM + y) * width + left * ZOOM + x) * 4;
      png.data.set(pixels.subarray(from, from + 3), to);
    }
  }
}

const filled = new Int32Array(classes);
let missing = classes * count;
for (let index = 0; missing > 0; index++) {
  const { label, pixels } = signs.image(split, seed, index);
  const column = filled[label] ?? 0;
  if (column < count) {
    const left = (label < rows ? 0 : count * SIDE + gap) + column * SIDE;
    place(pixels, left, (label % rows) * SIDE);
    filled[label] = column + 1;
    missing--;
  }
}
writeFileSync(path, PNG.sync.write(png));
console.log(`${path}: ${count} ${split} images of each class, seed ${seed}; rows in class order,`);
console.log(`classes 0..${rows - 1} left, ${rows}..${classes - 1} right`);
