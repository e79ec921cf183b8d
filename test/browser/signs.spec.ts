import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { build } from 'vite';
import { decodeAtlas } from '../../src/data/signs/atlas.ts';
import { createSigns } from '../../src/data/signs/signs.ts';
import type * as entry from './signsEntry.ts';

const ATLAS = 'public/data/signs-atlas.bin';
const INDICES = Int32Array.from({ length: 64 }, (_, i) => i);

/** The sources of the data set as a script that puts `createSigns` and `decodeAtlas` on `signs`. */
async function bundle(): Promise<string> {
  const output = await build({
    ...{ configFile: false, logLevel: 'silent', publicDir: false },
    build: {
      ...{ write: false, minify: false },
      lib: { entry: 'test/browser/signsEntry.ts', formats: ['iife'], name: 'signs' },
    },
  });
  const results = Array.isArray(output) ? output : [output];
  for (const result of results) if ('output' in result) return result.output[0].code;
  throw new Error('nothing was built');
}

// The page forbids scripts from elsewhere; this one is the test's own.
test.use({ bypassCSP: true });

test('the browser draws the same signs as Node, byte for byte', async ({ page }) => {
  await page.goto('./');
  await page.addScriptTag({ content: await bundle() });
  const inBrowser = await page.evaluate(async (indices) => {
    const { signs } = globalThis as unknown as { signs: typeof entry };
    const { createSigns, decodeAtlas } = signs;
    const file = await fetch('data/signs-atlas.bin');
    const atlas = decodeAtlas(new Uint8Array(await file.arrayBuffer()));
    const { pixels } = createSigns(atlas).batch('test', 0, indices);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(pixels)));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }, Array.from(INDICES));
  const { pixels } = createSigns(decodeAtlas(readFileSync(ATLAS))).batch('test', 0, INDICES);
  expect(inBrowser).toBe(createHash('sha256').update(pixels).digest('hex'));
});
