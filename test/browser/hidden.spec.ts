/** Work goes on in a tab that nobody sees. */
import { expect, test } from '@playwright/test';
import { findChromium } from '../../scripts/chromium.mjs';
import { link } from './app.ts';
import { type RawBrowser, startBrowser } from './rawBrowser.ts';

let browser: RawBrowser | null = null;
test.afterEach(async () => {
  await browser?.close();
  browser = null;
});

test('a run behind another tab comes to the end of its fine-tuning', async ({ baseURL }) => {
  const executable = findChromium();
  test.skip(executable === null, 'needs a Chromium of its own');
  browser = startBrowser(executable ?? '');
  const tab = await browser.open(`${baseURL ?? ''}${link({ epochs: '3' })}`);
  const button = (): Promise<unknown> =>
    tab.evaluate("document.querySelector('.btn.run:enabled')?.textContent ?? ''");
  await expect.poll(button, { timeout: 90_000 }).toBe('Run');
  await tab.evaluate(`
    globalThis.seen = [];
    document.addEventListener('visibilitychange', () => seen.push(document.visibilityState));
    document.querySelector('.btn.run').click();
  `);
  await expect.poll(button).toBe('Pause');
  const other = await browser.open('about:blank');
  await other.show();
  const visibility = (): Promise<unknown> => tab.evaluate('document.visibilityState');
  await expect.poll(visibility).toBe('hidden');
  // Not one epoch is over yet, and from here on the tab is never seen again.
  expect(await tab.evaluate("document.querySelector('.p-tune').textContent")).toContain(
    'Not fine-tuned yet',
  );
  await expect.poll(button, { timeout: 200_000, intervals: [1000] }).toBe('Run again');
  expect(await tab.evaluate('[...seen, document.visibilityState]')).toEqual(['hidden', 'hidden']);
  const label =
    "document.querySelector('.p-tune svg[aria-label*=epochs]').getAttribute('aria-label')";
  expect(await tab.evaluate(label)).toContain('over 3 of 3 epochs');
});
