/** One map among many: ghost, range, pinned cards, what if it stayed, its curve over ε. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { link, open, primary, runToEnd, watch } from './app.ts';

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  }
}

const walk = (page: Page) => page.getByRole('slider', { name: /^Feature maps/ });
const cut = (page: Page) => page.getByRole('slider', { name: /^Cut line/ });

test('the run before stays as a ghost, and a map that is kept makes the numbers old', async ({
  page,
}) => {
  const seen = watch(page);
  await open(page, link({ epochs: '0' }));
  await runToEnd(page);
  await expect(page.getByText(/^previous run:/)).toHaveCount(0);
  await page.getByRole('textbox', { name: 'Seed' }).fill('7');
  await page.keyboard.press('Enter');
  await primary(page, 'Run again').click();
  const ghost = page.getByRole('button', { name: /^previous run: ε 24\/255, 1 step, seed 0/ });
  await expect(ghost).toBeVisible({ timeout: 200_000 });
  await expect(primary(page, 'Run again')).toBeVisible({ timeout: 200_000 });
  await ghost.click();
  await expect(ghost).toHaveAttribute('aria-pressed', 'false');

  // The first by rank is pruned; by keyboard alone it is pinned and kept.
  await page.getByRole('radio', { name: 'Ranked' }).click();
  await walk(page).focus();
  await page.keyboard.press('Home');
  await expect(walk(page)).toHaveAttribute('aria-valuetext', /rank 1, pruned$/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Keep this map' }).press('Enter');
  await expect(cut(page)).toHaveAttribute(
    'aria-valuetext',
    /23 of 480 feature maps pruned, 1 kept by hand/,
  );
  await expect(page.getByText('You keep other maps: 23 maps now.')).toBeVisible();
  expect(page.url()).toMatch(/[?&]keep=\d+/);
  await page.keyboard.press('Control+z');
  await expect(cut(page)).toHaveAttribute('aria-valuetext', /24 of 480 feature maps pruned/);
  await page.keyboard.press('Control+Shift+z');
  await page.getByRole('button', { name: 'Prune 23' }).click();
  await expect(page.getByText('You keep other maps')).toHaveCount(0, { timeout: 120_000 });
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('a map is found by its number, and by its layer', async ({ page }) => {
  await page.goto('./#/');
  const field = page.getByRole('searchbox', { name: /^Find a feature map/ });
  await field.fill('layer3.1.conv1 12', { timeout: 60_000 });
  await field.press('Enter');
  await expect(walk(page)).toHaveAttribute('aria-valuetext', /^layer3\.1\.conv1 · 12:/);
  const answer = page.getByRole('search').getByRole('status');
  await expect(answer).toContainText('layer3.1.conv1 · 12:');
  await field.fill('map 1200');
  await field.press('Enter');
  await expect(answer).toHaveText('This network has maps 0 to 1199; there is no 1200.');
  await expect(walk(page)).toHaveAttribute('aria-valuetext', /^layer3\.1\.conv1 · 12:/);
  await expectAccessible(page);

  // As a table: the row is brought into view, however far down.
  await page.getByRole('button', { name: 'Show as a table' }).click();
  await field.fill('map 7');
  await field.press('Enter');
  const row = page.getByRole('button', { name: 'conv1 · 7', exact: true });
  await expect(row).toHaveAttribute('aria-pressed', 'true');
  await expect(row).toBeInViewport();
});

test('cards side by side, with kernel, triggered map and the curve over ε', async ({ page }) => {
  const seen = watch(page);
  await page.goto('./#/');
  await expect(page.getByRole('button', { name: /^Slow motion: layer/ })).toBeEnabled({
    timeout: 90_000,
  });
  await page.getByRole('button', { name: /^Pin the card of/ }).click();
  await walk(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const tray = page.getByRole('region', { name: 'Pinned maps' });
  const cards = tray.getByRole('listitem');
  await expect(cards).toHaveCount(2);
  await expect(tray.getByRole('img', { name: /^Kernel 3 × 3/ })).toHaveCount(2, {
    timeout: 60_000,
  });
  await expect(tray.getByText('Hidden')).toHaveCount(0);
  await expect(tray.getByRole('img', { name: /with the trigger$/ })).toHaveCount(0);
  await expect(tray.getByRole('img', { name: 'Colours from' })).toBeVisible();
  // The card that is looked at is measured; at ε 0 the images read as they did.
  await expect(tray.getByText(/own standard/).first()).toBeVisible({ timeout: 180_000 });
  await page.getByRole('radio', { name: 'Oracle' }).click();
  await expect(tray.getByRole('img', { name: /with the trigger$/ })).toHaveCount(2, {
    timeout: 60_000,
  });
  await expectAccessible(page);
  await tray
    .getByRole('button', { name: /^Unpin/ })
    .first()
    .focus();
  await page.keyboard.press('Escape');
  await expect(cards).toHaveCount(1);
  await expect(tray.getByRole('button', { name: /^Unpin/ })).toBeFocused();
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('a range is marked by keys and by dragging, and chart and table follow', async ({ page }) => {
  await page.goto('./#/');
  await expect(cut(page)).toBeVisible({ timeout: 60_000 });
  await walk(page).focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByText(/^5 maps, conv1 · 0 to conv1 · 4/)).toBeVisible();
  await page.getByRole('button', { name: 'Show as a table' }).click();
  await expect(
    page.getByRole('region', { name: 'FRG scores as a table' }).locator('tbody tr'),
  ).toHaveCount(5);
  await page.getByRole('button', { name: 'Show as a table' }).click();
  await walk(page).focus();
  await page.keyboard.press('Escape');
  await expect(page.getByText(/^5 maps/)).toHaveCount(0);
  const box = await page.locator('.walk-t').boundingBox();
  if (box === null) throw new Error('the strip is not on show');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 0.5 * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.6 * box.width, y, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByText(/^\d+ maps, layer/)).toBeVisible();
  await page.getByRole('button', { name: 'Clear the range' }).click();
  await expect(page.getByText(/^\d+ maps, layer/)).toHaveCount(0);
});

test('the knock-out test suggests how many, from clean images alone, and the line goes there', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto('./#/');
  const panel = page.getByRole('region', { name: 'Prune & fine-tune' });
  await expect(cut(page)).toBeVisible({ timeout: 60_000 });
  // Without fine-tuning it is a matter of seconds; what is on show stays.
  await page.evaluate(() => {
    location.hash = '#/?v=1&model=signs-badnets&preset=lab&epochs=0';
  });
  const ask = panel.getByRole('button', { name: 'Suggest how many' });
  await expect(ask).toBeEnabled({ timeout: 90_000 });
  const before = await cut(page).getAttribute('aria-valuetext');
  await ask.press('Enter');
  await expect(panel.getByRole('progressbar', { name: 'Counts tried' })).toBeVisible();
  const use = panel.getByRole('button', { name: /^Use \d+ maps$/ });
  await expect(use).toBeVisible({ timeout: 200_000 });
  await expect(
    panel.getByRole('heading', { name: /stop the drift|no longer leads/ }),
  ).toBeVisible();
  await expect(panel.getByRole('img', { name: /^In per cent by maps cut\. 0 maps/ })).toBeVisible();
  await panel.getByText('As a table').click();
  await expect(panel.getByRole('columnheader', { name: 'Suspect %' })).toBeVisible();
  await expectAccessible(page);
  await use.press('Enter');
  await expect(panel.getByRole('button', { name: /^p = .* is set$/ })).toBeDisabled();
  await expect(cut(page)).not.toHaveAttribute('aria-valuetext', before ?? '');
  await page.keyboard.press('Control+z');
  await expect(cut(page)).toHaveAttribute('aria-valuetext', before ?? '');
  await panel.getByRole('button', { name: 'Close' }).click();
  await expect(ask).toBeVisible();
  expect(seen).toEqual({ errors: [], foreign: [] });
});
