/** What is taken along: pictures, a report, a link for a class; and a room to show it in. */
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Download, type Page } from '@playwright/test';
import { PNG } from 'pngjs';
import { readMask } from '../support/channelMask.ts';
import { watch } from './app.ts';

/** The recorded run is on show; nothing has to be computed. */
async function openRecorded(page: Page, hash = '#/'): Promise<void> {
  await page.goto(`./${hash}`);
  await expect(page.getByText(/· recorded /)).toBeVisible({ timeout: 60_000 });
}

async function exported(page: Page, name: string): Promise<Download> {
  await page.getByRole('button', { name: 'File', exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
  return download;
}

const textOf = async (download: Download): Promise<string> =>
  readFileSync(await download.path(), 'utf8');

test('the chart as a drawing and as a picture, the run as a page', async ({ page, context }) => {
  const seen = watch(page);
  await openRecorded(page);
  const svg = await textOf(await exported(page, 'FRG chart'));
  expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toContain('feature maps drag');
  expect(svg).toContain('MIT licence');
  expect(svg).toContain('Defender view · ε ');
  expect(svg).toMatch(/<desc[^>]*>model: signs-badnets; view: defender; eps: .*; seed: 0; p: 16;/);
  expect(svg).not.toMatch(/var\(--|class=/);
  // Inter for latin letters and for ε, Source Serif for the title; nothing is fetched.
  const faces = svg.match(/@font-face\{[^}]*\}/g) ?? [];
  expect(faces).toHaveLength(3);
  for (const face of faces) expect(face).toMatch(/src:url\(data:font\/woff2;base64,/);
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href=/);
  expect(svg.length).toBeLessThan(600_000);

  const png = PNG.sync.read(readFileSync(await (await exported(page, 'FRG picture')).path()));
  expect([png.width, png.height]).toEqual([1920, 1040]);
  const colours = new Set<number>();
  for (let at = 0; at < png.data.length; at += 4) colours.add(png.data.readUIntBE(at, 3));
  expect(colours.size).toBeGreaterThan(50);

  const mask = readMask(await textOf(await exported(page, 'Mask')));
  expect(Object.values(mask.pruned).flat()).toHaveLength(75);
  expect(mask.settings).toMatchObject({ model: 'signs-badnets', p: 16, seed: 0 });

  const report = await exported(page, 'Report');
  expect(report.suggestedFilename()).toBe('fmp-signs-badnets-report.html');
  const html = await textOf(report);
  expect(html).toContain('hidden from the defender');
  const alone = await context.newPage();
  await alone.setContent(html);
  const loaded = () => alone.evaluate(() => document.fonts.check("12px 'Inter Variable'", 'ε 24'));
  await expect.poll(loaded).toBe(true);
  await expect(alone.getByRole('heading', { name: 'Before and after' })).toBeVisible();
  const { violations } = await new AxeBuilder({ page: alone }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('a comparison as a drawing, a picture, and a file that opens again', async ({ page }) => {
  const seen = watch(page);
  await page.goto('./#/compare?lens=oracle&of=signs-lf');
  const files = page.getByRole('group', { name: 'Export' });
  const saved = async (name: string): Promise<Download> => {
    const download = page.waitForEvent('download');
    await files.getByRole('button', { name, exact: true }).click({ timeout: 60_000 });
    return download;
  };
  const network = page.getByRole('combobox', { name: 'Network' });
  await expect(network).toHaveValue('signs-lf');
  const svg = await textOf(await saved('SVG'));
  expect(svg).toMatch(/<desc[^>]*>view: oracle; preset: lab;/);
  expect(svg).toMatch(/recorded \d{4}-.*MIT licence/s);
  expect(svg).not.toMatch(/var\(--|class=|href=/);
  expect(svg.match(/@font-face\{[^}]*src:url\(data:font/g)).toHaveLength(2);
  const png = PNG.sync.read(readFileSync(await (await saved('PNG')).path()));
  expect(png.width).toBe(2400);
  const text = await textOf(await saved('JSON'));
  const finding = await page.locator('.study-find .find').textContent();
  expect(page.url()).toContain('of=signs-lf');

  await page.goto('./#/');
  const transfer = await page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([content], 'fmp-compare.json', { type: 'application/json' }));
    return data;
  }, text);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(page.getByRole('radio', { name: 'From a file' })).toBeChecked();
  await network.selectOption('signs-lf');
  await expect(page.locator('.study-find .find')).toHaveText(finding ?? '');
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('the link to what is on show, and the citations, are on the page', async ({ page }) => {
  await openRecorded(page, '#/?model=signs-badnets&p=40&order=rank');
  await page.getByRole('button', { name: 'Link and citation' }).click();
  const dialog = page.getByRole('dialog', { name: 'Link and citation' });
  const link = await dialog.getByLabel('Link to what is on show', { exact: true }).inputValue();
  expect(new URL(link).hash).toBe('#/?v=1&model=signs-badnets&preset=lab&p=40&order=rank');
  await expect(dialog.getByLabel('The method', { exact: true })).toHaveValue(/^@inproceedings\{/);
  await expect(dialog.getByLabel('This software', { exact: true })).toHaveValue(/FMP Lab/);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('a link for a class hides and locks', async ({ page }) => {
  await openRecorded(page);
  await page.getByRole('button', { name: 'File', exact: true }).click();
  await page.getByRole('menuitem', { name: /^A link for your class/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Seed').selectOption('hidden');
  await dialog.getByLabel('p and the cut line').selectOption('locked');
  await dialog.getByLabel('Opens at').selectOption('');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)])).toEqual([]);
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue();
  expect(link).toMatch(/lock=p&hide=seed/);
  const notes = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Notes to print' }).click();
  const paper = await textOf(await notes);
  expect(paper.match(/<section>/g)).toHaveLength(11);
  expect(paper.match(/class="right"/g)?.length).toBeGreaterThanOrEqual(9);

  await page.goto('about:blank');
  await openRecorded(page, new URL(link).hash);
  await expect(page.getByLabel('Seed', { exact: true })).toHaveCount(0);
  await expect(page.locator('#p')).toBeDisabled();
  const cut = page.getByRole('slider', { name: /^Cut line/ });
  const before = await cut.getAttribute('aria-valuenow');
  await cut.focus();
  await page.keyboard.press('ArrowUp');
  expect(await cut.getAttribute('aria-valuenow')).toBe(before);
});

test('presenting: larger, the line still follows the pointer, Escape leaves', async ({ page }) => {
  await openRecorded(page);
  const h1 = page.getByRole('heading', { level: 1 });
  const before = await h1.evaluate((element) => element.getBoundingClientRect().height);
  await page.getByRole('button', { name: /^Present/ }).click();
  const after = await h1.evaluate((element) => element.getBoundingClientRect().height);
  expect(after).toBeGreaterThan(1.2 * before);
  const chart = page.getByRole('group', { name: 'FRG chart' });
  await chart.scrollIntoViewIfNeeded();
  const handle = page.locator('.cutline .hnd');
  const box = await handle.boundingBox();
  if (box === null) throw new Error('the line has no handle');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + 60, { steps: 6 });
  await page.mouse.up();
  const moved = await handle.boundingBox();
  expect(Math.abs((moved?.y ?? 0) + box.height / 2 - (y + 60))).toBeLessThan(40);
  await page.keyboard.press('Escape');
  expect(await h1.evaluate((e) => e.getBoundingClientRect().height)).toBeCloseTo(before, 0);
});

test('a link brings back the same picture, pinned cards and range included', async ({
  page,
  context,
}) => {
  /** The marks as pixels, and what lies above them. */
  const drawn = (on: Page) =>
    on.evaluate(() => ({
      marks: document.querySelector<HTMLCanvasElement>('.chart canvas')?.toDataURL(),
      // Ids are those of this page.
      lines: document.querySelector('.chart svg[role="group"]')?.innerHTML.replace(/_r_\w+_/g, ''),
      finding: document.querySelector('.p-frg .find')?.textContent,
    }));
  await openRecorded(page);
  const type = page.getByRole('button', { name: 'p = 16, type another' });
  await type.click();
  await page.keyboard.type('60');
  await page.keyboard.press('Escape');
  await expect(type).toBeFocused();
  await type.press('Enter');
  await page.keyboard.type('60');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('slider', { name: /^Cut line/ })).toHaveAttribute(
    'aria-valuetext',
    /^p 60: 20 of 1,200 feature maps pruned/,
  );
  const walk = page.getByRole('slider', { name: /^Feature maps/ });
  await walk.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Pinned maps' })).toBeVisible();
  expect(page.url()).toMatch(/map=\d+&pins=\d+&range=\d+-\d+$/);
  expect(page.url().length).toBeLessThan(2000);

  const other = await context.newPage();
  await openRecorded(other, new URL(page.url()).hash);
  await expect(other.getByRole('heading', { name: 'Pinned maps' })).toBeVisible();
  // The same map has the focus in both.
  await other.getByRole('slider', { name: /^Feature maps/ }).focus();
  await page.bringToFront();
  await walk.focus();
  const first = await drawn(page);
  await other.bringToFront();
  expect(await drawn(other)).toEqual(first);
});
