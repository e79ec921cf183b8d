/** How long the page's own thread is kept busy at a stretch while a run goes on and is played with. */
import { expect, test, type Page } from '@playwright/test';
import { link, open, primary } from './app.ts';

/** Milliseconds of the processor; a longer task is felt. */
const LONG = 50;

/** What is read of a trace; times in µs. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Time on the processor: what else the machine does is not the page's fault. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of each task of the threads that draw pages, longest first. */
function mainTasks(trace: Buffer): readonly number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  // A sandboxed process numbers its threads from one: the number alone does not say whose it is.
  const thread = ({ pid, tid }: TraceEvent): string => `${String(pid)}:${String(tid)}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(thread),
  );
  return traceEvents
    .filter((event) => event.name === 'RunTask' && mains.has(thread(event)))
    .flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000]))
    .sort((a, b) => b - a);
}

/** Points all over the chart, selects a map, moves the line, changes what is on show and back. */
async function play(page: Page): Promise<void> {
  const box = await page.locator('.chart canvas').boundingBox();
  if (box === null) throw new Error('the page shows no chart');
  for (let i = 0; i < 20; i++) {
    const [u, v] = [(i * 0.137) % 1, (i * 0.311) % 1];
    const at = [box.x + u * box.width, box.y + v * box.height] as const;
    await page.mouse.move(...at, { steps: 4 });
    if (i % 10 === 9) await page.mouse.click(...at);
  }
  const line = page.getByRole('slider', { name: /^Cut line/ });
  await line.focus();
  for (let i = 0; i < 10; i++) await page.keyboard.press(i < 5 ? 'ArrowUp' : 'ArrowDown');
  for (const name of ['Oracle', 'Defender']) await page.getByRole('radio', { name }).click();
}

test('no task of the page takes 50 ms of the processor during a run', async ({ page, browser }) => {
  await open(page, link({ maps: 'all' }));
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
  await primary(page, 'Run').click();
  await expect(page.getByText(/of 1,200 maps/)).toBeVisible({ timeout: 120_000 });
  await play(page);
  await expect(primary(page, 'Run again')).toBeVisible({ timeout: 200_000 });
  await play(page);
  const tasks = mainTasks(await browser.stopTracing());
  const worst = tasks.slice(0, 3).map((ms) => ms.toFixed(1));
  const told = `${String(tasks.length)} tasks, the longest of ${worst.join(', ')} ms`;
  test.info().annotations.push({ type: 'main thread', description: told });
  console.log(told);
  expect(tasks.length).toBeGreaterThan(1000);
  expect(tasks[0]).toBeLessThan(LONG);
});
