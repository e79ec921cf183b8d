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

test('a link with bad values says so and loads the rest', async ({ page }) => {
  await open(page, link({ eps: '7', p: 'many' }));
  await expect(page.getByText(/link’s eps “7” was ignored/)).toBeVisible();
  await expect(primary(page, 'Run')).toBeEnabled();
});

test('WebGPU on a software adapter computes when it is forced', async ({ page }) => {
  await page.goto(`./?backend=webgpu${link()}`);
  const badge = page.getByRole('button', { name: /^Backend: WebGPU/ });
  await expect(badge).toBeVisible({ timeout: 200_000 });
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 200_000 });
});
