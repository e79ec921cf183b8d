/** What a visitor feels in Chromium: the first load, and the main thread while a sweep runs. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { preview } from 'vite';
import { findChromium } from '../../scripts/chromium.mjs';
import type { BenchCase, Figures } from '../benchCase.ts';
import { median } from '../measure.ts';

const ROOT = new URL('../../', import.meta.url);
const LINK = '#/?v=1&model=signs-badnets&preset=lab&eps=24/255&steps=1&images=16&maps=all&test=128';
/** Seconds of a sweep that are watched. */
const WATCHED = 15;
const COMPRESSED = /\.(?:js|css|html|json|wasm|svg|webmanifest|bin)$/;

/** What the page's own observers saw; kept on its window. */
interface Seen {
  /** Long tasks and event timings, ms. */
  tasks: number[];
  events: number[];
  interactions: number[];
}
type Watching = Window & { seen: Seen };

/** Runs in the page, before its own scripts. */
function observe(): void {
  const seen: Seen = { tasks: [], events: [], interactions: [] };
  (window as unknown as Watching).seen = seen;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      seen.events.push(entry.duration);
      if (((entry as { interactionId?: number }).interactionId ?? 0) > 0)
        seen.interactions.push(entry.duration);
    }
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
}

const button = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Run', exact: true }).getByRole('button', { name, exact: true });

interface Visit {
  readonly load: number;
  readonly bytes: number;
  readonly longest: number;
  readonly slowest: number;
  readonly inp: number;
  readonly heap: number;
  /** Of the page's process with all its workers, MB; null where the system does not tell. */
  readonly memory: number | null;
}

/** One first visit in a fresh profile, and a part of a sweep with a pointer that never rests. */
async function visit(browser: Browser, address: string): Promise<Visit> {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    const paths = new Set<string>();
    context.on('request', (request) => {
      const { protocol, pathname } = new URL(request.url());
      if (protocol.startsWith('http')) paths.add(pathname === '/' ? '/index.html' : pathname);
    });
    await page.addInitScript(observe);
    const begin = performance.now();
    await page.goto(`${address}${LINK}`);
    await button(page, 'Run').waitFor({ timeout: 90_000 });
    await page.waitForFunction(
      (label) =>
        [...document.querySelectorAll('button')].some(
          ({ textContent, disabled }) => textContent === label && !disabled,
        ),
      'Run',
      { timeout: 90_000 },
    );
    const load = (performance.now() - begin) / 1000;
    await button(page, 'Run').click();
    await page.getByText(/of 1,200 maps/).waitFor({ timeout: 120_000 });
    // What happened before the sweep is the first load's.
    await page.evaluate(() => {
      const { seen } = window as unknown as Watching;
      Object.assign(seen, { tasks: [], events: [], interactions: [] });
    });
    const heap = await playOver(page);
    const seen = await page.evaluate(() => (window as unknown as Watching).seen);
    await button(page, 'Stop').click();
    const most = (values: readonly number[]): number => Math.max(0, ...values);
    return {
      ...{ load, bytes: sent(paths), heap: heap / 1e6, memory: await highWater(browser) },
      ...{ longest: most(seen.tasks), slowest: most(seen.events), inp: most(seen.interactions) },
    };
  } finally {
    await context.close();
  }
}

/** The pointer over the chart, and now and then a click. @returns most bytes of JavaScript's heap */
async function playOver(page: Page): Promise<number> {
  const box = await page.locator('canvas').first().boundingBox();
  if (box === null) throw new Error('the page shows no chart');
  const devtools = await page.context().newCDPSession(page);
  let most = 0;
  const until = performance.now() + 1000 * WATCHED;
  for (let i = 0; performance.now() < until; i++) {
    const [u, v] = [(i * 0.137) % 1, (i * 0.311) % 1];
    await page.mouse.move(box.x + u * box.width, box.y + v * box.height, { steps: 4 });
    if (i % 10 !== 9) continue;
    await page.mouse.click(box.x + u * box.width, box.y + v * box.height);
    const { usedSize } = await devtools.send('Runtime.getHeapUsage');
    most = Math.max(most, usedSize);
  }
  return most;
}

/** Most memory that any page's process has held since it began, by Linux's own count. */
async function highWater(browser: Browser): Promise<number | null> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  const kilobytes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => `/proc/${id}/status`)
    .filter((file) => existsSync(file))
    .map((file) => Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1]))
    .filter((value) => value > 0);
  return kilobytes.length === 0 ? null : Math.max(...kilobytes) / 1000;
}

/** Bytes of these files of the bundle as a host that compresses sends them. */
function sent(paths: ReadonlySet<string>): number {
  return [...paths].reduce((sum, path) => {
    const bytes = readFileSync(new URL(`dist${path}`, ROOT));
    return sum + (COMPRESSED.test(path) ? gzipSync(bytes, { level: 9 }).length : bytes.length);
  }, 0);
}

export const mainThread: BenchCase = {
  name: 'main-thread',
  title: 'The page: first load, and the main thread during a sweep',
  run: async ({ repeats }) => {
    if (!existsSync(new URL('dist/index.html', ROOT)))
      throw new Error('there is no bundle to measure: run `npm run build` first');
    const executablePath = findChromium();
    if (executablePath === null) throw new Error('no Chromium: set CHROMIUM_PATH to one');
    const server = await preview({
      ...{ root: fileURLToPath(ROOT), logLevel: 'error' },
      preview: { host: '127.0.0.1', port: 43_117 },
    });
    const args = [
      '--no-sandbox',
      '--enable-precise-memory-info',
      '--disable-background-networking',
    ];
    const browser = await chromium.launch({ executablePath, args });
    try {
      const address = server.resolvedUrls?.local[0] ?? '';
      const visits: Visit[] = [];
      for (let i = 0; i < repeats; i++) visits.push(await visit(browser, address));
      const row = (
        name: string,
        of: keyof Visit,
        unit: string,
        limit: number | null,
        scale = 1,
      ): Figures['rows'][number] => {
        const values = visits.flatMap((one) => (one[of] === null ? [] : [one[of] * scale]));
        return { name, values, value: median(values), unit, limit };
      };
      return [
        {
          kind: 'figures',
          title: `${repeats} first visits, ${WATCHED} s of a sweep each, the pointer moving and clicking`,
          backend: `Chromium ${browser.version()}, WASM`,
          notes: [
            '0 where nothing was long enough to be reported: tasks from 50 ms, events from 16 ms',
          ],
          rows: [
            row('first load until Run can be pressed', 'load', 's', null),
            row('bytes of the first load and a sweep, compressed', 'bytes', 'MB', 3, 1e-6),
            row('longest task during the sweep', 'longest', 'ms', 50),
            row('slowest event over the chart', 'slowest', 'ms', 200),
            row('slowest click (INP)', 'inp', 'ms', 200),
            row('JavaScript heap of the page, most', 'heap', 'MB', null),
            row('memory of the page and its workers, most', 'memory', 'MB', null),
          ].filter(({ values }) => values.length > 0),
        },
      ];
    } finally {
      await browser.close();
      await server.close();
    }
  },
};
