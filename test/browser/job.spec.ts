import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { link, open, primary, runToEnd, watch } from './app.ts';

const metric = (page: Page, name: string) => page.getByRole('group', { name, exact: false });

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
}

test('the whole job on real input: score, prune, fine-tune, predictions', async ({ page }) => {
  const seen = watch(page);
  await open(page);
  await expect(page).toHaveTitle(/hidden backdoor/);
  await expect(page.getByRole('button', { name: /^Backend: WASM/ })).toBeVisible();
  await runToEnd(page);

  // 480 inner maps at p = 20.
  const cut = page.getByRole('slider', { name: /^Cut line/ });
  await expect(cut).toHaveAttribute('aria-valuetext', 'p 20: 24 of 480 feature maps pruned');
  await expect(page.getByRole('group', { name: /^Acc/ })).toContainText(/\d\d\.\d/);
  await expect(page.getByText('Hidden from the defender').first()).toBeVisible();

  await page.getByRole('radio', { name: 'Oracle' }).click();
  await expect(page.getByText('Hidden from the defender')).toHaveCount(0);
  await expect(metric(page, 'Attack success rate')).toContainText(/\d\.\d/);
  await expect(page.getByRole('img', { name: /^\d+ fixed/ })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: /^Theme/ }).click();
  await expectAccessible(page);
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('the empty page is accessible and loads nothing from elsewhere', async ({ page }) => {
  const seen = watch(page);
  await page.addInitScript(() => {
    // What the policy refuses, tried or done, is an error to a person with the console open.
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`${violatedDirective} refused ${blockedURI}`);
    });
  });
  await open(page);
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  // Text and what is behind it change together: while one of them fades, nobody can read it.
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  await expectAccessible(page);
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('a stopped sweep keeps what it scored, and pause holds it', async ({ page }) => {
  await open(page, link({ images: '8', maps: 'all' }));
  await primary(page, 'Run').click();
  const progress = page.getByRole('progressbar').first();
  await expect(page.getByText(/of 1,200 maps/)).toBeVisible({ timeout: 120_000 });
  await primary(page, 'Pause').click();
  await expect(primary(page, 'Resume')).toBeVisible();
  // The maps already in the workers may still arrive; then nothing moves.
  await page.waitForTimeout(1500);
  const held = await progress.getAttribute('aria-valuenow');
  await page.waitForTimeout(1500);
  expect(await progress.getAttribute('aria-valuenow')).toBe(held);
  await primary(page, 'Resume').click();
  await primary(page, 'Stop').click();
  await expect(primary(page, 'Run again')).toBeVisible();
  await page.getByRole('button', { name: 'Show as a table' }).click();
  await expect(page.getByRole('region', { name: 'FRG scores as a table' })).toContainText('conv1');
});

test('the job by keyboard alone', async ({ page }) => {
  await open(page, link({ epochs: '0' }));
  const run = primary(page, 'Run');
  for (let presses = 0; presses < 16; presses++) {
    await page.keyboard.press('Tab');
    if (await run.evaluate((element) => element === document.activeElement)) break;
  }
  await expect(run).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(primary(page, 'Run again')).toBeVisible({ timeout: 200_000 });
  const cut = page.getByRole('slider', { name: /^Cut line/ });
  await cut.focus();
  const before = Number(await cut.getAttribute('aria-valuenow'));
  await page.keyboard.press('ArrowUp');
  const after = Number(await cut.getAttribute('aria-valuenow'));
  expect(Math.abs(after - before)).toBeGreaterThanOrEqual(1);
  // A switch is one stop of the Tab key: arrows move in it, Space chooses.
  const ranked = page.getByRole('radio', { name: 'Ranked' });
  await page.getByRole('radio', { name: 'By layer' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(ranked).toBeFocused();
  await expect(ranked).not.toBeChecked();
  await page.keyboard.press('Space');
  await expect(ranked).toBeChecked();
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: 'Show as a table' })).toBeFocused();
});
