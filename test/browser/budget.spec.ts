/** What a first visit costs, as a host that compresses would send it. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { open } from './app.ts';

const COMPRESSED = /\.(?:js|css|html|json|wasm|svg|webmanifest|bin)$/;

test.use({ serviceWorkers: 'block' });

test('up to the first live sweep: at most 600 kB of JavaScript and 3 MB in all', async ({
  page,
  context,
}) => {
  const paths = new Set<string>();
  context.on('request', (request) => {
    const { protocol, pathname } = new URL(request.url());
    if (protocol.startsWith('http')) paths.add(pathname === '/' ? '/index.html' : pathname);
  });
  await open(page);
  const sizes = [...paths].map((path) => {
    const bytes = readFileSync(`dist${path}`);
    const sent = COMPRESSED.test(path) ? gzipSync(bytes, { level: 9 }).length : bytes.length;
    return { path, sent };
  });
  const sum = (wanted: (path: string) => boolean): number =>
    sizes.filter(({ path }) => wanted(path)).reduce((total, { sent }) => total + sent, 0);
  expect(sizes.some(({ path }) => path.includes('computeWorker'))).toBe(true);
  expect(sum((path) => path.endsWith('.js'))).toBeLessThanOrEqual(600_000);
  expect(sum(() => true)).toBeLessThanOrEqual(3_000_000);
});
