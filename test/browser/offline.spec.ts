/** What stays when the tab is closed or the connection goes, and what may be loaded at all. */
import { expect, test } from '@playwright/test';
import { kept, link, open, primary, watch } from './app.ts';

test('after one visit the app works without a connection, a run included', async ({
  page,
  context,
}) => {
  await open(page);
  await kept(page);
  await context.setOffline(true);
  const seen = watch(page);
  await page.goto(`./${link({ epochs: '0' })}`);
  await page.reload();
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 90_000 });
  await primary(page, 'Run').click();
  await expect(primary(page, 'Run again')).toBeVisible({ timeout: 200_000 });
  expect(seen.foreign).toEqual([]);
});

test('the page loads nothing from elsewhere, by policy', async ({ page }) => {
  const response = await page.goto('./');
  expect(response?.headers()['content-security-policy']).toContain("default-src 'self'");
  const meta = page.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(meta).toHaveAttribute('content', /default-src 'self'.*object-src 'none'/);
  const refused = await page.evaluate(async () => {
    try {
      await fetch('https://example.org/');
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toBe(true);
});

test('a reload offers the run that was made, and resumes it', async ({ page }) => {
  await open(page, link({ epochs: '0' }));
  await primary(page, 'Run').click();
  await expect(primary(page, 'Run again')).toBeVisible({ timeout: 200_000 });
  const cut = page.getByRole('slider', { name: /^Cut line/ });
  const before = await cut.getAttribute('aria-valuetext');
  // A change at rest is kept within half a second.
  await page.waitForTimeout(1500);
  await page.goto('about:blank');
  await page.goto(`./${link({ epochs: '0' })}`);
  await expect(page.getByText('Your last run is kept on this device.')).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await expect(cut).toHaveAttribute('aria-valuetext', before ?? '');
  await expect(page.getByText(/· recorded /)).toBeVisible();
});
