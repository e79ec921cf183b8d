/** What pointing at 4,800 feature maps costs the page. */
import { expect, test } from '@playwright/test';
import { createApp } from '../../src/store/app.ts';
import { writeRunFile } from '../../src/store/runFile.ts';
import { FakeEngine } from '../support/fakeEngine.ts';
import { fakeManifest } from '../support/fakeModel.ts';

const MODEL = 'signs-badnets-w64';
const MOVES = 120;

/** A finished run of an invented network of 4,800 maps, as a run file. */
async function runOf4800(): Promise<string> {
  const manifest = fakeManifest({
    id: MODEL,
    architecture: { family: 'PreActResNet', width: 64, blocks: [2, 2, 2, 2], classes: 43 },
  });
  const app = createApp(new FakeEngine({ models: [{ manifest, needs: null }], batch: 4800 }));
  await app.boot();
  await app.run.start();
  const origin = { date: '2026-01-31', commit: '', device: 'invented for a test' };
  return writeRunFile(app.store.getState(), app.feed.snapshot(), origin) ?? '';
}

test('4,800 feature maps follow the pointer at 50 frames a second or more', async ({ page }) => {
  const body = await runOf4800();
  await page.route('**/data/first-run.json', (route) => route.fulfill({ body }));
  // The weights never come: what is on show is hoverable all the same.
  await page.route(`**/models/${MODEL}/weights.safetensors`, () => undefined);
  await page.goto(`./#/?model=${MODEL}`);
  await expect(page.getByText(/of 4,800 feature maps/).first()).toBeAttached({ timeout: 60_000 });
  await expect(page.getByRole('slider', { name: /^Cut line/ })).toBeVisible();
  const session = await page.context().newCDPSession(page);
  // Time on the processor: what else the machine does is not the page's fault.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
  const before = await busy();
  const cards = await page.evaluate(async (moves) => {
    const chart = document.querySelector('.chart canvas');
    if (chart === null) throw new Error('there is no chart');
    const box = chart.getBoundingClientRect();
    const seen = new Set<string>();
    for (let i = 0; i < moves; i++) {
      const clientX = box.left + box.width * (0.1 + 0.8 * ((i * 0.37) % 1));
      const clientY = box.top + box.height * (0.2 + 0.6 * ((i * 0.61) % 1));
      chart.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY, bubbles: true }));
      await new Promise(requestAnimationFrame);
      seen.add(document.querySelector('.hover .hd')?.textContent ?? '');
    }
    return seen.size;
  }, MOVES);
  const each = (1000 * ((await busy()) - before)) / MOVES;
  test.info().annotations.push({ type: 'ms per move', description: each.toFixed(1) });
  console.log(`${each.toFixed(1)} ms of the main thread per move, ${String(cards)} cards`);
  // Moving about really showed one map after the other.
  expect(cards).toBeGreaterThan(MOVES / 4);
  expect(each).toBeLessThanOrEqual(20);
});
