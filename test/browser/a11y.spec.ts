/** For everyone: colour vision, enlargement, forced colours, less motion. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page, type TestInfo } from '@playwright/test';
import { PNG } from 'pngjs';
import { open, primary } from './app.ts';

const ROUTES = ['#/', '#/lesson/1', '#/compare', '#/sweeps', '#/models'];
const VISIONS = ['deuteranopia', 'protanopia', 'tritanopia', 'achromatopsia'] as const;

async function see(page: Page, type: (typeof VISIONS)[number] | 'none'): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setEmulatedVisionDeficiency', { type });
}

async function attach(page: Page, info: TestInfo, name: string): Promise<void> {
  const body = await page.screenshot();
  await info.attach(name, { body, contentType: 'image/png' });
}

/** The pixels of a picture that are no background: those unlike its corner. */
function ink(picture: Buffer): readonly boolean[] {
  const { data, width, height } = PNG.sync.read(picture);
  const luma = (i: number): number =>
    0.3 * (data[4 * i] ?? 0) + 0.59 * (data[4 * i + 1] ?? 0) + 0.11 * (data[4 * i + 2] ?? 0);
  return Array.from({ length: width * height }, (_, i) => Math.abs(luma(i) - luma(0)) > 40);
}

/** The share of inked pixels that two pictures have in common. */
function overlap(a: readonly boolean[], b: readonly boolean[]): number {
  const both = a.filter((inked, i) => inked && b[i] === true).length;
  const either = a.filter((inked, i) => inked || b[i] === true).length;
  return both / Math.max(1, either);
}

async function recorded(page: Page): Promise<void> {
  await page.goto('./#/');
  await expect(page.getByRole('slider', { name: /^Cut line/ })).toBeVisible({ timeout: 60_000 });
}

async function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

test('roles are told apart by shape where colour says nothing', async ({ page }, info) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await recorded(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const vision of VISIONS) {
      await see(page, vision);
      await attach(page, info, `${colorScheme}, ${vision}`);
    }
    const marks = page.locator('.legend .gl');
    const pictures: (readonly boolean[])[] = [];
    for (const mark of await marks.all()) pictures.push(ink(await mark.screenshot()));
    expect(pictures.length).toBeGreaterThanOrEqual(3);
    pictures.forEach((a, i) => {
      expect(a.some(Boolean), `mark ${String(i)} is visible`).toBe(true);
      for (const b of pictures.slice(i + 1)) expect(overlap(a, b)).toBeLessThan(0.75);
    });
    await see(page, 'none');
  }
});

test('enlarged four times nothing scrolls sideways, and the job can be done', async ({ page }) => {
  // 1280 × 1024 at 400 %.
  await page.setViewportSize({ width: 320, height: 256 });
  for (const route of ROUTES) {
    await page.goto(`./${route}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached({ timeout: 60_000 });
    expect(await sideways(page), route).toBeLessThanOrEqual(0);
  }
  // Another hash alone would not load the page again.
  await page.goto('about:blank');
  await open(page);
  for (const name of ['Prune & fine-tune', 'Predictions', 'FRG scores']) {
    const heading = page.getByRole('heading', { name, exact: false });
    await heading.scrollIntoViewIfNeeded();
    await expect(heading).toBeInViewport();
  }
  // What stays on top leaves most of the sight to what one reads.
  const bar = await page.evaluate(() => {
    const element = document.querySelector('.bar');
    return element === null || getComputedStyle(element).position !== 'sticky'
      ? 0
      : element.clientHeight / innerHeight;
  });
  expect(bar).toBeLessThan(0.34);
  const run = primary(page, 'Run');
  await run.scrollIntoViewIfNeeded();
  await run.click();
  await expect(primary(page, 'Run again')).toBeVisible({ timeout: 200_000 });
  await page.getByRole('radio', { name: 'Oracle' }).click();
  expect(await sideways(page)).toBeLessThanOrEqual(0);
});

test('at 360 pixels every page fits, pinned cards too', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await recorded(page);
  await page.getByRole('button', { name: /^Pin the card of/ }).click();
  await expect(page.getByRole('heading', { name: 'Pinned maps' })).toBeVisible();
  for (const route of ROUTES) {
    await page.goto(`./${route}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached({ timeout: 60_000 });
    expect(await sideways(page), route).toBeLessThanOrEqual(0);
  }
});

test('between the layouts nothing leaves the page, and the suspect is named in full', async ({
  page,
}) => {
  await recorded(page);
  // The narrowest with four columns, and common laptops.
  for (const width of [1228, 1280, 1366]) {
    await page.setViewportSize({ width, height: 800 });
    const [grid, last] = [page.locator('.grid'), page.locator('.p-pred')];
    const right = (element: Element): number => element.getBoundingClientRect().right;
    await expect
      .poll(async () => (await last.evaluate(right)) - (await grid.evaluate(right)))
      .toBeLessThanOrEqual(1);
    const cut = await page
      .locator('.suspect')
      .evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(cut, String(width)).toBeLessThanOrEqual(0);
  }
});

test('with forced colours, marks and bars stay and nothing fails', async ({ page }, info) => {
  await recorded(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    await attach(page, info, `forced colours, ${colorScheme}`);
    for (const mark of await page.locator('.legend .gl').all())
      expect(ink(await mark.screenshot()).some(Boolean)).toBe(true);
    // How far a slider is, and which of two views is on, are seen without the page's own colours.
    const slider = page.locator('#p');
    const track = async (): Promise<number> =>
      ink(await slider.screenshot()).filter(Boolean).length;
    expect(await track()).toBeGreaterThan(600);
    const [on, off] = ['Defender', 'Oracle'].map((name) => page.getByRole('radio', { name }));
    const ground = (element: Element): string => getComputedStyle(element).backgroundColor;
    expect(await on?.evaluate(ground)).not.toBe(await off?.evaluate(ground));
  }
  for (const route of ROUTES) {
    await page.goto(`./${route}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached({ timeout: 60_000 });
    const { violations } = await new AxeBuilder({ page })
      // The browser chooses the colours here, and the tool reads those of the style sheet.
      .disableRules(['color-contrast'])
      .analyze();
    expect(
      violations.map(({ id }) => id),
      route,
    ).toEqual([]);
  }
});

test('what opens over the page has no fault, and closes by Escape', async ({ page }) => {
  await open(page);
  const faultless = async (what: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        `${what}, ${colorScheme}`,
      ).toEqual([]);
    }
  };
  const openers = [/^Backend: /, /^File/, /Model$/];
  for (const name of openers) {
    const opener = page.getByRole('button', { name }).first();
    await opener.press('Enter');
    const open = page.locator('.pop');
    await expect(open).toBeVisible();
    await faultless(String(name));
    await page.keyboard.press('Escape');
    await expect(open).toHaveCount(0);
    await expect(opener).toBeFocused();
  }
  await page.getByRole('radio', { name: 'Oracle' }).click();
  await page.getByRole('button', { name: 'Change the trigger' }).click();
  const kinds = page.getByRole('dialog').getByRole('radio');
  const count = await kinds.count();
  expect(count).toBe(8);
  for (let i = 0; i < count; i++) {
    await kinds.nth(i).check();
    await expect(page.getByRole('dialog').getByRole('img').first()).toBeVisible();
    await faultless(`trigger ${String(i)}`);
  }
});

test('with less motion nothing moves by itself', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const route of ROUTES) {
    await page.goto(`./${route}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached({ timeout: 60_000 });
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) => {
        const { transitionDuration, animationName, animationDuration } = getComputedStyle(element);
        const transitions = transitionDuration.split(', ').some((time) => parseFloat(time) > 0.01);
        const animates = animationName !== 'none' && parseFloat(animationDuration) > 0.01;
        return transitions || animates ? [`${element.tagName}.${element.className}`] : [];
      }),
    );
    expect(moving, route).toEqual([]);
  }
});

test('a room sees it 1.5 times as large at 1024 × 768, without sideways scrolling', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await recorded(page);
  const size = (): Promise<number> =>
    page
      .locator('.p-frg .find')
      .first()
      .evaluate((element) => element.getBoundingClientRect().height / element.clientHeight);
  const before = await size();
  await page.keyboard.press('Alt+p');
  expect((await size()) / before).toBeCloseTo(1.5, 1);
  // The chart is in the first sight, and nobody has to know how to leave.
  await expect(page.locator('.chart canvas').first()).toBeInViewport();
  await expect(page.getByText('Esc leaves')).toBeInViewport();
  for (const route of ROUTES) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, route);
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached({ timeout: 60_000 });
    expect(await sideways(page), route).toBeLessThanOrEqual(0);
  }
  await page.keyboard.press('Escape');
  await expect(page.getByText('Esc leaves')).toHaveCount(0);
});
