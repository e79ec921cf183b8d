/**
 * Rasterises the sign drawings into the sprite file of the `signs` set.
 * Usage: npm run sprites [-- contact-sheet.png]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import { zlibSync } from 'fflate';
import { PNG } from 'pngjs';
import {
  ATLAS_HEADER_BYTES,
  ATLAS_MAGIC,
  ATLAS_VERSION,
  checksum,
} from '../src/data/signs/atlas.ts';
import { SIGN_DRAWINGS } from '../src/data/signs/pictograms/catalogue.ts';

const SIZE = 64;
const OVERSAMPLE = 4;
const FOLDER = new URL('../public/data/', import.meta.url);

/** One drawing as SIZE x SIZE straight-alpha RGBA, averaged from OVERSAMPLE^2 pixels each. */
function rasterise(svg: string): Uint8Array {
  const side = SIZE * OVERSAMPLE;
  const image = new Resvg(svg, {
    fitTo: { mode: 'width', value: side },
    font: { loadSystemFonts: false },
  }).render();
  // resvg hands out premultiplied pixels, which is what averaging needs.
  const source = image.pixels;
  const sprite = new Uint8Array(SIZE * SIZE * 4);
  for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
    const left = (pixel % SIZE) * OVERSAMPLE;
    const top = Math.floor(pixel / SIZE) * OVERSAMPLE;
    const sums = [0, 0, 0, 0];
    for (let y = top; y < top + OVERSAMPLE; y++) {
      for (let x = left; x < left + OVERSAMPLE; x++) {
        for (let c = 0; c < 4; c++) {
          sums[c] = (sums[c] ?? 0) + (source[(y * side + x) * 4 + c] ?? 0);
        }
      }
    }
    const alpha = sums[3] ?? 0;
    for (let c = 0; c < 3; c++) {
      sprite[pixel * 4 + c] =
        alpha === 0 ? 0 : Math.min(255, Math.round(((sums[c] ?? 0) * 255) / alpha));
    }
    sprite[pixel * 4 + 3] = Math.round(alpha / (OVERSAMPLE * OVERSAMPLE));
  }
  return sprite;
}

function encode(rgba: Uint8Array, count: number): Uint8Array {
  const payload = zlibSync(rgba, { level: 9 });
  const file = new Uint8Array(ATLAS_HEADER_BYTES + payload.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, ATLAS_MAGIC, true);
  view.setUint16(4, ATLAS_VERSION, true);
  view.setUint16(6, SIZE, true);
  view.setUint16(8, count, true);
  view.setUint32(12, checksum(rgba), true);
  file.set(payload, ATLAS_HEADER_BYTES);
  return file;
}

/** All sprites over mid grey, 11 per row, twice their size. */
function contactSheet(rgba: Uint8Array, count: number): Uint8Array {
  const columns = 11;
  const zoom = 2;
  const cell = SIZE * zoom;
  const png = new PNG({ width: columns * cell, height: Math.ceil(count / columns) * cell });
  png.data.fill(255);
  for (let y = 0; y < png.height; y++) {
    for (let x = 0; x < png.width; x++) {
      const sprite = Math.floor(y / cell) * columns + Math.floor(x / cell);
      const row = Math.floor((y % cell) / zoom);
      const column = Math.floor((x % cell) / zoom);
      const at = ((sprite * SIZE + row) * SIZE + column) * 4;
      const alpha = (rgba[at + 3] ?? 0) / 255;
      for (let c = 0; c < 3; c++) {
        png.data[(y * png.width + x) * 4 + c] = Math.round(
          (rgba[at + c] ?? 0) * alpha + 110 * (1 - alpha),
        );
      }
    }
  }
  return PNG.sync.write(png);
}

const count = SIGN_DRAWINGS.length;
const rgba = new Uint8Array(count * SIZE * SIZE * 4);
SIGN_DRAWINGS.forEach((svg, sprite) => {
  rgba.set(rasterise(svg), sprite * SIZE * SIZE * 4);
});
const file = encode(rgba, count);
mkdirSync(FOLDER, { recursive: true });
writeFileSync(new URL('signs-atlas.bin', FOLDER), file);
console.log(`public/data/signs-atlas.bin: ${count} sprites of ${SIZE} px, ${file.length} bytes`);
const sheet = process.argv[2];
if (sheet !== undefined) {
  writeFileSync(sheet, contactSheet(rgba, count));
  console.log(`contact sheet: ${sheet}`);
}
