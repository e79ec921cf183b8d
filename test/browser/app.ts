/** How the tests drive the page: real engine, real model, a run small enough for two slow cores. */
import { expect, type Page } from '@playwright/test';

/** One step on 2 images and the blocks' conv1 maps, 128 test images, one epoch on 180 images. */
export const SMALL: Readonly<Record<string, string>> = {
  ...{ v: '1', model: 'signs-badnets', preset: 'lab' },
  ...{ eps: '24/255', steps: '1', images: '2', maps: 'inner', p: '20' },
  ...{ test: '128', epochs: '1', retrain: '0.01' },
};

export function link(changes: Readonly<Record<string, string>> = {}): string {
  return `#/?${new URLSearchParams({ ...SMALL, ...changes }).toString()}`;
}

/** Everything that must stay empty while a page is used. */
export interface Watch {
  readonly errors: string[];
  readonly foreign: string[];
}

export function watch(page: Page): Watch {
  const seen: Watch = { errors: [], foreign: [] };
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') seen.foreign.push(request.url());
  });
  return seen;
}

export const primary = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Run', exact: true }).getByRole('button', { name, exact: true });

/** Opens the page and waits until the model can run. */
export async function open(page: Page, hash = link(), query = ''): Promise<void> {
  await page.goto(`./${query}${hash}`);
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 90_000 });
}

/** Runs to the end and waits for it. */
export async function runToEnd(page: Page): Promise<void> {
  await primary(page, 'Run').click();
  await expect(primary(page, 'Run again')).toBeVisible({ timeout: 200_000 });
}

/** The service worker has put everything away. */
export async function kept(page: Page): Promise<void> {
  await expect
    .poll(
      () =>
        page.evaluate(async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          return registration?.active?.state;
        }),
      { timeout: 60_000 },
    )
    .toBe('activated');
}
