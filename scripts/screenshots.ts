/**
 * `npm run screenshots [-- FOLDER [BUILD [NAME…]]]`: the pictures of docs/walkthrough.md, taken from a build.
 * They show what was recorded beforehand, so they are the same on every machine; the curves of the
 * pinned maps, the carriers of the trigger and the knock-out test are measured while they are taken.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { preview } from 'vite';
import { findChromium } from './chromium.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LAPTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** Weights, pictures and a curve come within this on two slow cores, milliseconds. */
const PATIENCE = 180_000;
/** Maps that `pin` pins. */
const PINS = 3;

interface Shot {
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
  readonly path: string;
  /** A region by its heading: only that is in the picture. */
  readonly only?: string;
  /** Brings the page into the state of the picture. */
  readonly prepare: (page: Page) => Promise<void>;
}

const pin = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Slow motion: layer/ }).waitFor({ timeout: PATIENCE });
  await page.getByRole('button', { name: /^Pin the card of/ }).click();
  const walk = page.getByRole('slider', { name: /^Feature maps/ });
  for (const key of ['End', 'PageUp']) {
    await walk.focus();
    await page.keyboard.press(key);
    await page.keyboard.press('Enter');
  }
  const tray = page.getByRole('region', { name: 'Pinned maps' });
  // A curve has a finding once it is whole.
  const measured = tray.getByText(/^(?:From|No) ε/);
  await measured.first().waitFor({ timeout: PATIENCE });
  // One curve at a time is measured, that of the card one points at.
  for (let curves = 2; curves <= PINS; curves++) {
    await tray
      .getByText(/^Point at this card/)
      .first()
      .hover();
    await measured.nth(curves - 1).waitFor({ timeout: PATIENCE });
  }
  await tray.evaluate((element) => {
    element.scrollIntoView({ block: 'end' });
  });
};

const cardIsThere = (page: Page) =>
  page.locator('.hover canvas').first().waitFor({ timeout: PATIENCE });

const SHOTS: readonly Shot[] = [
  {
    // README.md shows this one.
    ...{ name: '../screenshot', size: LAPTOP, path: '#/?lens=oracle' },
    prepare: cardIsThere,
  },
  {
    ...{ name: '01-first-sight', size: LAPTOP, path: '#/' },
    prepare: async (page) => {
      await page.getByRole('slider', { name: /^Cut line/ }).waitFor({ timeout: PATIENCE });
    },
  },
  {
    ...{ name: '02-ranked', size: LAPTOP, path: '#/' },
    prepare: async (page) => {
      await page.getByRole('radio', { name: 'Ranked' }).click({ timeout: PATIENCE });
      await page.getByRole('slider', { name: /^Cut line/ }).focus();
      for (let i = 0; i < 6; i++) await page.keyboard.press('PageUp');
    },
  },
  { ...{ name: '03-one-map', size: LAPTOP, path: '#/' }, prepare: pin },
  {
    ...{ name: '04-oracle', size: LAPTOP, path: '#/?lens=oracle' },
    prepare: async (page) => {
      const ask = page.getByRole('button', { name: 'Where does the trigger live?' });
      await ask.click({ timeout: PATIENCE });
      await page.getByText(/^The cut meets/).waitFor({ timeout: PATIENCE });
      await page.evaluate(() => {
        scrollTo(0, 0);
      });
    },
  },
  {
    ...{ name: '05-compare-dark', size: LAPTOP, dark: true, path: '#/compare?lens=oracle' },
    prepare: async (page) => {
      await page.getByRole('table').waitFor({ timeout: PATIENCE });
    },
  },
  {
    // So high that the bar lies over nothing.
    ...{ name: '07-how-many', size: { width: 1440, height: 1400 }, path: '#/' },
    only: 'Prune & fine-tune',
    prepare: async (page) => {
      const panel = page.getByRole('region', { name: 'Prune & fine-tune' });
      await panel.getByRole('button', { name: 'Suggest how many' }).click({ timeout: PATIENCE });
      // Every count is fine-tuned as a run would.
      await panel.getByRole('button', { name: 'Close' }).waitFor({ timeout: 5 * PATIENCE });
    },
  },
  {
    ...{ name: '06-lesson-phone', size: PHONE, path: '#/lesson/4' },
    prepare: async (page) => {
      await page.getByText('Lesson 4 of 10').waitFor({ timeout: PATIENCE });
    },
  },
];

async function take(page: Page, shot: Shot, base: string, to: string): Promise<void> {
  const { name, prepare, only } = shot;
  await page.goto(`${base}${shot.path}`);
  await prepare(page);
  await page.mouse.move(0, 0);
  // Pictures in hover cards come a moment after their map.
  await page.waitForTimeout(2000);
  const path = join(to, `${name}.png`);
  if (only === undefined) await page.screenshot({ path });
  else await page.getByRole('region', { name: only }).screenshot({ path });
  console.log(`${name}.png`);
}

async function main(to: string, outDir: string, names: readonly string[]): Promise<void> {
  mkdirSync(to, { recursive: true });
  const executablePath = findChromium();
  const server = await preview({
    ...{ root: ROOT, logLevel: 'warn', build: { outDir } },
    preview: { host: '127.0.0.1', port: 4199, strictPort: false, open: false },
  });
  const browser = await chromium.launch({
    ...(executablePath === null ? {} : { executablePath }),
    args: ['--no-sandbox'],
  });
  try {
    const base = server.resolvedUrls?.local[0] ?? 'http://127.0.0.1:4199/';
    for (const shot of SHOTS) {
      if (names.length > 0 && !names.includes(shot.name)) continue;
      const page = await browser.newPage({
        viewport: shot.size,
        colorScheme: shot.dark === true ? 'dark' : 'light',
        reducedMotion: 'reduce',
      });
      await take(page, shot, base, to);
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

const option = process.argv.slice(2).find((word) => word.startsWith('-'));
if (option !== undefined)
  throw new RangeError(`${option}: there are no options; give FOLDER, BUILD and names, or nothing`);
const [to = join(ROOT, 'docs/shots'), build = join(ROOT, 'dist'), ...names] = process.argv.slice(2);
await main(to, build, names);
