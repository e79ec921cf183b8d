import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { link, open, primary } from './app.ts';

test('damaged weights: what was found, what was expected, what to do', async ({ page }) => {
  await page.route('**/models/signs-badnets/weights.safetensors', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length - 1] = (body[body.length - 1] ?? 0) ^ 1;
    await route.fulfill({ response, body });
  });
  await page.goto(`./${link()}`);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('weights.sha256', { timeout: 90_000 });
  await expect(alert).toContainText('download the model again', { ignoreCase: true });
});

test('truncated weights and a missing model file', async ({ page }) => {
  await page.route('**/models/signs-badnets/weights.safetensors', (route) =>
    route.fulfill({ status: 404, body: '' }),
  );
  await page.goto(`./${link()}`);
  await expect(page.getByRole('alert')).toContainText('404', { timeout: 90_000 });
});

test('a download that is cancelled leaves a page that works, and is taken up again', async ({
  page,
}) => {
  const weights = '**/models/signs-badnets/weights.safetensors';
  await page.route(weights, () => undefined);
  await page.goto(`./${link()}`);
  const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
  await expect(cancel).toBeVisible({ timeout: 90_000 });
  await cancel.focus();
  await page.keyboard.press('Enter');
  const load = page.getByRole('button', { name: /^Load Signs, sticker, 1\.4 MB/ });
  await expect(load).toBeFocused();
  await expect(page.locator('[aria-live]')).toContainText('the model is not loaded');
  await expect(primary(page, 'Run')).toBeDisabled();

  // Another model, whose download is cancelled from the bar: there is still none.
  await page.unroute(weights);
  await page.keyboard.press('Enter');
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 90_000 });
  await page.route('**/models/signs-clean/weights.safetensors', () => undefined);
  await page.getByRole('button', { name: /Model$/ }).click();
  await page.getByRole('option', { name: /^Signs, clean/ }).click();
  await page.getByRole('button', { name: 'Cancel the download' }).click();
  await expect(
    page.getByText('“Signs, clean” was not loaded; “Signs, sticker” stays.').first(),
  ).toBeAttached();
  await expect(primary(page, 'Run')).toBeEnabled();
});

test('the badge says what computes and lets one choose', async ({ page }) => {
  await page.goto(`./?kernels=stock${link({ p: '30' })}`);
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 90_000 });
  await page.getByRole('button', { name: /^Backend: WASM/ }).press('Enter');
  const choices = page.getByRole('dialog', { name: 'What computes' });
  await expect(choices.getByText(/^not here:/)).toHaveCount(1);
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await choices.getByRole('link', { name: /^CPU/ }).press('Enter');
  await expect(page.getByRole('button', { name: /^Backend: CPU/ })).toBeVisible({
    timeout: 90_000,
  });
  expect(page.url()).toMatch(/\?kernels=stock&backend=cpu#.*p=30/);
});

test('a link with bad values says so and loads the rest', async ({ page }) => {
  await open(page, link({ eps: '7', p: 'many' }));
  await expect(page.getByText(/link’s eps “7” became 7\/255/)).toBeVisible();
  await expect(primary(page, 'Run')).toBeEnabled();
});

test('WebGPU on a software adapter computes when it is forced', async ({ page }) => {
  await page.goto(`./?backend=webgpu${link()}`);
  const badge = page.getByRole('button', { name: /^Backend: WebGPU/ });
  await expect(badge).toBeVisible({ timeout: 200_000 });
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 200_000 });
});

test('columns that do not come: the chart stays, and the page says what is missing', async ({
  page,
}) => {
  await page.route('**/assets/lateParts*', (route) => route.abort());
  await page.goto('./#/');
  await expect(
    page.getByRole('alert').filter({ hasText: 'The predictions could not be fetched' }),
  ).toBeVisible();
  await expect(page.getByRole('slider', { name: /^Feature maps/ })).toBeVisible();
});
