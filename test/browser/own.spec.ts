/** What a person brings: images, a network, a run file; and what they take home. */
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Download, type Page } from '@playwright/test';
import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
import { link, open, primary, runToEnd, watch } from './app.ts';

const WEIGHTS = 'models/signs-badnets/weights.safetensors';

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
}

/** A zip of 32×32 pictures of one colour: `classes` folders of `each`. */
function pictures(classes: number, each: number): Buffer {
  const files: Record<string, Uint8Array> = {};
  for (let k = 0; k < classes; k++)
    for (let i = 0; i < each; i++) {
      const png = new PNG({ width: 32, height: 32 });
      for (let at = 0; at < png.data.length; at += 4)
        png.data.set([(60 * k) % 256, (9 * i) % 256, 128, 255], at);
      files[`images/class-${String(k)}/${String(i)}.png`] = PNG.sync.write(png);
    }
  return Buffer.from(zipSync(files));
}

const dialog = (page: Page) => page.getByRole('dialog');

async function choose(
  page: Page,
  files: { name: string; mimeType: string; buffer: Buffer }[],
): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await dialog(page).getByRole('button', { name: 'Open files' }).first().click();
  await (await chooser).setFiles(files);
}

const binary = (name: string, buffer: Buffer) => ({
  ...{ name, mimeType: 'application/octet-stream', buffer },
});

async function bring(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'File', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Open/ }).click();
  await expect(dialog(page)).toBeVisible();
}

/** @param end of the file's name, where several come at once, in any order */
async function exported(page: Page, name: string, end = ''): Promise<Download> {
  await page.getByRole('button', { name: 'File', exact: true }).click();
  const download = page.waitForEvent('download', (one) => one.suggestedFilename().endsWith(end));
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
  return download;
}

test('images of one’s own: counted, kept, forgotten; damaged ones say why', async ({ page }) => {
  const seen = watch(page);
  await open(page);
  await bring(page);
  await expectAccessible(page);
  await choose(page, [binary('cats-and-dogs.zip', pictures(3, 20))]);
  await dialog(page).getByRole('button', { name: 'My images, one folder per class' }).click();
  const kept = dialog(page).getByRole('listitem').filter({ hasText: 'own images' });
  await expect(kept).toContainText('3 classes, 48 training and 12 test images');
  await choose(page, [binary('cifar-10-binary.tar.gz', Buffer.from('not an archive'))]);
  await expect(dialog(page).getByRole('alert')).toContainText('Expected');
  await expectAccessible(page);
  await page.reload();
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 90_000 });
  await bring(page);
  await expect(kept).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Forget own images' }).click();
  await expect(kept).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  expect(seen.foreign).toEqual([]);
});

test('a model that lacks its images asks for them', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: /Model$/ }).click();
  await page.getByRole('option').filter({ hasText: 'needs images' }).first().click();
  await expect(dialog(page)).toContainText('may not be redistributed');
  await expect(dialog(page)).toContainText('Nothing leaves this device');
});

test('a network of one’s own: its file, the questions, a run, its weights', async ({ page }) => {
  await open(page);
  await bring(page);
  await choose(page, [binary('mine.safetensors', readFileSync(WEIGHTS))]);
  await expect(dialog(page)).toContainText('PreActResNet, width 16');
  await expect(dialog(page).getByLabel('Images that it reads')).toHaveValue('gtsrb');
  await expect(dialog(page).getByRole('button', { name: 'Use this network' })).toBeDisabled();
  await expectAccessible(page);
  await dialog(page).getByLabel('Images that it reads').selectOption('signs');
  await dialog(page).getByRole('button', { name: 'Use this network' }).click();
  await expect(dialog(page)).toHaveCount(0, { timeout: 60_000 });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('may have');
  await expect(page.getByText('not measured').first()).toBeVisible();

  await page.goto(`./${link({ model: 'own' })}`);
  await expect(primary(page, 'Run')).toBeEnabled();
  await runToEnd(page);
  const weights = await exported(page, 'Weights and mask', '.safetensors');
  expect(weights.suggestedFilename()).toBe('fmp-own-fine-tuned.safetensors');
});

test('a run is exported, and opens again by a drop', async ({ page }) => {
  await open(page, link({ epochs: '0' }));
  await runToEnd(page);
  const scores = await exported(page, 'FRG scores');
  const csv = readFileSync(await scores.path(), 'utf8').split('\r\n');
  expect(csv[0]).toMatch(/^map,layer,channel,score name,score,rank,pruned,kept by hand,share 0 /);
  expect(csv).toHaveLength(1 + 480 + 1);
  const run = await exported(page, 'Run');
  const text = readFileSync(await run.path(), 'utf8');

  await page.getByRole('button', { name: 'Reset' }).click();
  const transfer = await page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([content], 'fmp-run.json', { type: 'application/json' }));
    return data;
  }, text);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  const cut = page.getByRole('slider', { name: /^Cut line/ });
  await expect(cut).toHaveAttribute('aria-valuetext', 'p 20: 24 of 480 feature maps pruned');
  await expect(page.getByText(/· recorded /)).toBeVisible();
});
