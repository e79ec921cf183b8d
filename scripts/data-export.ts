/**
 * Writes the `signs` set as CIFAR-10-like binary files: records of one label byte and the R, G and
 * B planes (1,024 bytes each, row by row).
 * Usage: npm run data:export -- OUTDIR [--train 20000] [--test 10000] [--seed 0]
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeAtlas } from '../src/data/signs/atlas.ts';
import { SIGN_CLASSES } from '../src/data/signs/classes.ts';
import { createSigns, type SignsSource, type SignsSplit } from '../src/data/signs/signs.ts';

const AREA = 1024;
const RECORD = 1 + 3 * AREA;
const MAX_IMAGES = 500_000;

function integer(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 0 && value <= most)) {
    throw new RangeError(`--${name} is ${text}, expected an integer 0..${most}`);
  }
  return value;
}

function exportSplit(
  signs: SignsSource,
  split: SignsSplit,
  seed: number,
  count: number,
  path: string,
): Int32Array {
  const file = new Uint8Array(count * RECORD);
  const counts = new Int32Array(SIGN_CLASSES.length);
  const pixels = new Uint8Array(3 * AREA);
  const started = performance.now();
  for (let index = 0; index < count; index++) {
    const { label } = signs.image(split, seed, index, pixels);
    const at = index * RECORD;
    file[at] = label;
    for (let pixel = 0; pixel < AREA; pixel++) {
      for (let c = 0; c < 3; c++) {
        file[at + 1 + c * AREA + pixel] = pixels[pixel * 3 + c] ?? 0;
      }
    }
    counts[label] = (counts[label] ?? 0) + 1;
  }
  const each = (performance.now() - started) / Math.max(1, count);
  writeFileSync(path, file);
  const hash = createHash('sha256').update(file).digest('hex');
  console.log(`${hash}  ${path}  ${count} images, ${each.toFixed(3)} ms each`);
  return counts;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    train: { type: 'string', default: '20000' },
    test: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '0' },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  throw new Error('usage: npm run data:export -- OUTDIR [--train 20000] [--test 10000] [--seed 0]');
}
const seed = integer('seed', values.seed, 0xffffffff);
const atlas = readFileSync(new URL('../public/data/signs-atlas.bin', import.meta.url));
const signs = createSigns(decodeAtlas(atlas));
mkdirSync(folder, { recursive: true });
const train = exportSplit(
  signs,
  'train',
  seed,
  integer('train', values.train, MAX_IMAGES),
  join(folder, 'train.bin'),
);
const test = exportSplit(
  signs,
  'test',
  seed,
  integer('test', values.test, MAX_IMAGES),
  join(folder, 'test.bin'),
);
SIGN_CLASSES.forEach((name, id) => {
  const row = [id, train[id] ?? 0, test[id] ?? 0].map((value) => String(value).padStart(6));
  console.log(`${row.join('')}  ${name}`);
});
