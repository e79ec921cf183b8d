/** The frame of the lab that is painted before any script of the page runs. */
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { headline } from '../../src/ui/text/findings.ts';

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Root {
  readonly dataset: Record<string, string>;
}

/** What the script says of an address and a remembered theme; null: storage is closed. */
function first(hash: string, theme: string | null = ''): Record<string, string> {
  const root: Root = { dataset: {} };
  const getItem = (): string | null => {
    if (theme === null) throw new Error('closed');
    return theme === '' ? null : theme;
  };
  const page: Record<string, unknown> = {
    document: { documentElement: root },
    ...{ location: { hash }, localStorage: { getItem } },
  };
  runInNewContext(read('public/first.js'), page);
  // Before any schema is built; see zod's core.
  expect(page.__zod_globalConfig).toEqual({ jitless: true });
  return root.dataset;
}

it('says what the first draw will say', () => {
  const page = read('index.html');
  expect(page).toContain(`<h1>${headline(null)}</h1>`);
  const titles = [...page.matchAll(/<h2>(.*)<\/h2>/g)];
  expect(titles.map(([, title]) => title)).toEqual([
    ...['Model &amp; trigger', 'FRG scores', 'Prune &amp; fine-tune', 'Predictions'],
  ]);
});

it('is on show where the lab will stand with its first network, and nowhere else', () => {
  for (const hash of ['', '#', '#/']) expect(first(hash)).toEqual({ first: 'lab' });
  for (const hash of ['#/lesson', '#/compare', '#/?model=signs-clean'])
    expect(first(hash)).toEqual({});
});

it('has the remembered theme', () => {
  expect(first('#/models', 'dark')).toEqual({ theme: 'dark' });
  expect(first('#/models', 'light')).toEqual({ theme: 'light' });
  expect(first('#/models', 'pink')).toEqual({});
  expect(first('#/models', null)).toEqual({});
});
