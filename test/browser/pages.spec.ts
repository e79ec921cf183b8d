/** The pages behind the bar and the lesson beside the lab. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { link, open, primary, watch } from './app.ts';

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without the transitions of a colour change, which would be measured half-way.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  }
}

const nav = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });

test('turning pages: address, title, focus, and the run stays', async ({ page }) => {
  const seen = watch(page);
  await open(page, link({ p: '40' }));
  await nav(page, 'Models').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Models');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page).toHaveTitle('Models · FMP Lab');
  await expect(nav(page, 'Models')).toHaveAttribute('aria-current', 'page');
  expect(page.url()).toMatch(/#\/models\?.*p=40/);
  await page.getByRole('button', { name: 'Card of Signs, sticker', exact: true }).click();
  await expect(page.getByText('SHA-256')).toBeVisible();
  await expect(page.getByText('Hidden from the defender').first()).toBeAttached();
  await expectAccessible(page);

  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('backdoor');
  await expect(page.getByText('p = 40')).toBeVisible();
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('the studies pass on every page, light and dark', async ({ page }) => {
  for (const name of ['Compare', 'Sweeps']) {
    await page.goto(`./#/${name.toLowerCase()}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 60_000 });
    await expect(nav(page, name)).toHaveAttribute('aria-current', 'page');
    await expectAccessible(page);
  }
});

test('a model opens from its row, and Back leads to the rows', async ({ page }) => {
  await page.goto(`./${link().replace('#/', '#/models')}`);
  await page.getByRole('button', { name: 'Open Signs, clean' }).click({ timeout: 90_000 });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('may have');
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 90_000 });
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Models');
});

test('the skip link moves the focus and keeps the address', async ({ page }) => {
  await page.goto('./#/sweeps?v=1&over=p');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 60_000 });
  const before = page.url();
  await page.getByRole('link', { name: /^Skip/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
  expect(page.url()).toBe(before);
});

test('the lesson: guess, see, go on; kept over a reload', async ({ page }) => {
  const seen = watch(page);
  await page.goto('./#/lesson');
  const rail = page.getByRole('complementary', { name: 'Lesson' });
  await expect(rail.getByText('Lesson 1 of 10')).toBeVisible({ timeout: 60_000 });
  // Nothing that answers a question is on show before the answer.
  await expect(page.getByText('The lesson comes to this')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('speed limit 120')).toHaveCount(0);
  await rail.getByRole('button', { name: /^No, it reads as well/ }).click();
  // What came out is in the models' manifests, which come with the engine.
  await expect(primary(page, 'Run again')).toBeEnabled({ timeout: 90_000 });
  await expect(rail.getByRole('status')).toContainText(/As you guessed\..*\d\d\.\d\s%/);
  await rail.getByRole('link', { name: /^Next/ }).click();
  await expect(rail.getByRole('heading', { level: 2 })).toBeFocused();
  await expect(rail.getByRole('heading', { level: 2 })).toHaveText('The trigger at work');
  expect(page.url()).toContain('#/lesson/2');
  await rail.getByRole('button', { name: /^Nearly all become one/ }).click();
  await expect(page.getByRole('radio', { name: 'Oracle' })).toBeChecked();
  await expectAccessible(page);
  await page.reload();
  await expect(rail.getByText('your guess', { exact: true })).toBeVisible({ timeout: 60_000 });

  await page.goto('./#/lesson/5');
  await rail.getByRole('button', { name: 'speed limit 120' }).click();
  await expect(rail.getByRole('status')).toContainText('It is the target.');
  await expect(page.getByText('suspect: speed limit 120')).toBeVisible();
  await rail.getByRole('button', { name: 'Fold the lesson away' }).click();
  await expect(rail).toHaveCount(0);
  await page.getByRole('button', { name: 'Lesson 5 of 10' }).click();
  await expect(rail).toBeVisible();
  await rail.getByRole('heading', { level: 2 }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(rail.getByText('Lesson 6 of 10')).toBeVisible();
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('the lesson shows where the paper’s recipe works as printed, from recorded numbers', async ({
  page,
}) => {
  await page.goto('./#/lesson/9');
  const rail = page.getByRole('complementary', { name: 'Lesson' });
  await rail.getByRole('button', { name: /^Now the one/ }).click({ timeout: 60_000 });
  await expect(rail.getByRole('status')).toContainText(/ahead on \d+ of \d+ networks/);
  await expect(rail.getByRole('img', { name: /^Ranking quality/ })).toBeVisible();
  await rail.getByText('As a table').click();
  await expect(rail.getByRole('columnheader', { name: 'As printed' })).toBeVisible();
  await expectAccessible(page);
});

test('formula, code and control of one setting light up together', async ({ page }) => {
  await page.goto('./#/');
  await page.getByText('Formula and code').click({ timeout: 60_000 });
  const lit = page.locator('[data-sym="p"]');
  const outlines = (): Promise<string[]> =>
    lit.evaluateAll((all) => all.map((one) => getComputedStyle(one).outlineStyle));
  expect(new Set(await outlines())).toEqual(new Set(['none']));
  await page.locator('#p').focus();
  expect(new Set(await outlines())).toEqual(new Set(['solid']));
  expect((await outlines()).length).toBeGreaterThanOrEqual(4);
  await page.locator('.recipe [data-sym="eps"]').first().hover();
  expect(new Set(await outlines())).toEqual(new Set(['none']));
  await expectAccessible(page);
});

test('another trigger is tried on test images at once, and the page says it is another', async ({
  page,
}) => {
  await page.goto('./#/?lens=oracle');
  const change = page.getByRole('button', { name: 'Change the trigger' });
  await expect(change).toBeEnabled({ timeout: 90_000 });
  await change.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Draw another at random' }).click();
  await dialog.getByRole('button', { name: 'Use this trigger' }).click();
  await expect(page.getByText(/^Not the trigger that this network was trained with/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByRole('group', { name: 'Attack success rate' })).toContainText(/\d\.\d/, {
    timeout: 120_000,
  });
  await expect(page.getByText(/n = 200 clean/)).toBeVisible();
});

test('every attack can be put on the images, by keyboard, with its settings and its difference', async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto('./#/?lens=oracle');
  const change = page.getByRole('button', { name: 'Change the trigger' });
  await expect(change).toBeEnabled({ timeout: 90_000 });
  await change.click();
  const dialog = page.getByRole('dialog');
  const difference = dialog.getByRole('img', { name: /^Difference ×/ });
  await expect(dialog.getByText(/trained with exactly this trigger/)).toBeVisible();
  await dialog.getByRole('radio', { name: 'The model’s own' }).focus();
  const settings = {
    ...{ BadNets: 'Side', Blended: 'Blend α', 'Low Frequency': 'Gain' },
    ...{ SSBA: 'Message', WaNet: 'Field strength s', SIG: 'Height Δ' },
  };
  for (const [name, label] of Object.entries(settings)) {
    await page.keyboard.press('ArrowDown');
    await expect(dialog.getByRole('radio', { name })).toBeChecked();
    await expect(dialog.getByLabel(label)).toBeVisible();
    await expect(dialog.getByText(/^Changes [\d,]+ of 1,024 pixels/)).toBeVisible({
      timeout: 60_000,
    });
    await expect(difference).toBeVisible();
  }
  await expect(dialog.getByText(/not trained with SIG but with BadNets.*transfer/)).toBeVisible();
  const before = await difference.getAttribute('aria-label');
  await dialog.getByLabel('Height Δ').fill('60');
  await expect(difference).not.toHaveAttribute('aria-label', before ?? '');
  const over = await page.evaluate(() => {
    const veil = document.querySelector('.veil-all');
    return veil === null ? 0 : veil.scrollWidth - veil.clientWidth;
  });
  expect(over).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Use this trigger' }).click();
  await expect(page.getByText(/^Not the trigger that this network was trained with/)).toBeVisible({
    timeout: 60_000,
  });
});

test('Oracle view and what reads differently, at 360 px without sideways scrolling', async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 780 });
  for (const path of ['#/', '#/lesson/5', '#/models']) {
    await page.goto(`./${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 60_000 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over, path).toBeLessThanOrEqual(0);
  }
  await page.goto('./#/');
  await page.getByText('What reads differently now').click();
  await expect(page.getByRole('columnheader', { name: 'Read as' })).toBeVisible();
});

test('one map in slow motion, on the real network', async ({ page }) => {
  await page.goto('./#/');
  const button = page.getByRole('button', { name: /^Slow motion: layer/ });
  await expect(button).toBeEnabled({ timeout: 90_000 });
  await button.click();
  const dialog = page.getByRole('dialog');
  // Without a perturbation the image is read as it was: the first row is the check.
  const rows = dialog.getByRole('row');
  await expect(rows.nth(1)).toContainText('0/255', { timeout: 60_000 });
  await expect(rows.nth(1).getByRole('img', { name: 'right' })).toBeVisible({ timeout: 60_000 });
  await expect(dialog.getByText(/This image turns at ε|No ε that was tried/)).toBeVisible({
    timeout: 120_000,
  });
  await dialog.getByRole('slider').focus();
  await page.keyboard.press('ArrowRight');
  await expect(dialog.getByText('After step 2 of 5')).toBeVisible();
  await expectAccessible(page);
});

test('the Oracle sees which maps carry the trigger, and the images behind a change', async ({
  page,
}) => {
  await page.goto('./#/?lens=oracle');
  const ask = page.getByRole('button', { name: 'Where does the trigger live?' });
  await expect(ask).toBeEnabled({ timeout: 90_000 });
  await ask.click();
  await expect(page.getByText(/^The cut meets \d+ of the \d+ maps/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText('carries the trigger', { exact: true })).toBeVisible();
  await page.getByText('What reads differently now').click();
  await page
    .getByRole('button', { name: /show the images$/ })
    .first()
    .click();
  await expect(page.locator('.behind canvas').first()).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
});
