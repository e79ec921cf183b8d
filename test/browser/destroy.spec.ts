/** What a run outlives: its worker is killed, its device destroyed, its page reloaded. For real. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page, type Worker } from '@playwright/test';
import { link, open, primary } from './app.ts';
import { serveTiny, TINY_MAPS } from './tinyNetwork.ts';

const END = { timeout: 220_000 };

/** They share the engine's script, and are told apart by their name. */
async function computeWorkers(page: Page): Promise<Worker[]> {
  const all = page.workers();
  const names = await Promise.all(all.map((worker) => worker.evaluate(() => self.name)));
  return all.filter((_, i) => names[i] === 'fmp-compute');
}

/** A notice; the live region says it too. */
const told = (page: Page, what: RegExp) => page.getByRole('listitem').filter({ hasText: what });

/** Share of the sweep that is done, per cent; -1 where the page does not say. */
async function scored(page: Page): Promise<number> {
  const bar = page.getByRole('progressbar', { name: /^Scoring/ }).first();
  return Number((await bar.getAttribute('aria-valuenow', { timeout: 5_000 })) ?? -1);
}

/** Starts a run and waits until so much of its sweep is done, per cent. */
async function runUpTo(page: Page, share: number): Promise<void> {
  await primary(page, 'Run').click();
  await expect.poll(() => scored(page).catch(() => 0), END).toBeGreaterThanOrEqual(share);
}

/** The FRG scores as the page writes them. */
async function table(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'File', exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /^FRG scores/ }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

test('a compute worker that is killed in the sweep: said, and the same table', async ({ page }) => {
  test.setTimeout(480_000);
  const settings = link({ images: '4', maps: 'all', epochs: '0' });
  await open(page, settings);
  await runUpTo(page, 10);
  const workers = await computeWorkers(page);
  expect(workers.length).toBeGreaterThan(0);
  const killed = workers.at(-1);
  // The answer may be lost with the worker.
  await killed
    ?.evaluate(() => {
      self.close();
    })
    .catch(() => undefined);
  const notice = told(page, /^A compute worker stopped; the run went on at map [\d,]+ after/);
  await expect(notice).toBeVisible(END);
  const after = /after (\d+\.\d) s/.exec((await notice.textContent()) ?? '')?.[1];
  test.info().annotations.push({ type: 'seconds until it went on', description: after ?? '?' });
  console.log(`went on after ${after ?? '?'} s`);
  await expect(primary(page, 'Run again')).toBeVisible(END);
  expect(await computeWorkers(page)).not.toContain(killed);
  const mended = await table(page);

  await page.goto('about:blank');
  await open(page, settings);
  await primary(page, 'Run').click();
  await expect(primary(page, 'Run again')).toBeVisible(END);
  expect(mended.split('\r\n')).toHaveLength(1202);
  expect(await table(page)).toBe(mended);
});

test('a graphics device that is destroyed in the sweep: said, and it goes on', async ({ page }) => {
  test.setTimeout(600_000);
  // A software adapter: a tiny network, and tfjs's kernels, which need no check of their own.
  const model = await serveTiny(page);
  const settings = link({ ...{ model, images: '1', maps: 'all', p: '5' }, test: '1', epochs: '0' });
  await page.goto(`./?backend=webgpu&kernels=stock${settings}`);
  await expect(page.getByRole('button', { name: /^Backend: WebGPU/ })).toBeVisible(END);
  await expect(primary(page, 'Run')).toBeEnabled(END);
  await runUpTo(page, 5);
  const [worker] = await computeWorkers(page);
  if (worker === undefined) throw new Error('no compute worker is there');
  // The next time that the device is used, in the midst of a map, it is gone.
  await worker.evaluate(() => {
    const device = GPUDevice.prototype as {
      createCommandEncoder: (this: GPUDevice) => GPUCommandEncoder;
    };
    const ask = device.createCommandEncoder;
    device.createCommandEncoder = function () {
      device.createCommandEncoder = ask;
      const encoder = ask.call(this);
      this.destroy();
      return encoder;
    };
  });
  const notice = told(page, /^The graphics device was lost; the run went on at map [\d,]+/);
  await expect(notice).toBeVisible(END);
  // It went on behind what was scored.
  const place = Number(/at map (\d+)/.exec((await notice.textContent()) ?? '')?.[1]);
  expect(place).toBeGreaterThan(1);
  await expect(page.getByRole('button', { name: /^Backend: WebGPU/ })).toBeVisible();
  await expect(primary(page, 'Run again')).toBeVisible(END);
  expect((await table(page)).split('\r\n')).toHaveLength(TINY_MAPS + 2);
});

test('a page that is reloaded in the sweep offers what was scored', async ({ page }) => {
  const settings = link({ images: '16', steps: '5', maps: 'all' });
  await open(page, settings);
  await runUpTo(page, 1);
  // While the engine works, what there is is kept every ten seconds.
  await page.waitForTimeout(11_000);
  await page.reload();
  await expect(page.getByText('Your last run is kept on this device.')).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await expect(page.getByRole('group', { name: 'FRG chart' })).toBeVisible();
  const kept = (await table(page)).split('\r\n').length - 2;
  expect(kept).toBeGreaterThan(10);
  expect(kept).toBeLessThan(1200);
  const goOn = primary(page, 'Go on');
  await expect(goOn).toBeEnabled({ timeout: 60_000 });
  await goOn.click();
  // Behind what was scored: the first row to come is a later one.
  const before = Math.floor((100 * kept) / 1200);
  await expect.poll(() => scored(page).catch(() => -1), END).toBeGreaterThanOrEqual(0);
  expect(await scored(page)).toBeGreaterThanOrEqual(before);
});
