/** The zip for a stick: unpacked, served from a folder below another address, used offline. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { unzipSync, zipSync } from 'fflate';
import { usbFiles } from '../../scripts/zip.ts';
import { kept, link, primary, watch } from './app.ts';

let folder = '';
let server: ChildProcess | null = null;
let address = '';

/** Starts the server of the zip itself on a free port, above the folder of the app. */
async function serve(root: string): Promise<string> {
  const script = join(root, 'school/fmp-lab/serve.mjs');
  const child = spawn(process.execPath, [script, '--port', '0', '--root', root]);
  server = child;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.on('data', (text: Buffer) => {
      const [, port] = /localhost:(\d+)/.exec(text.toString()) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}/`);
    });
  });
}

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fmp-lab-zip-'));
  for (const [path, bytes] of Object.entries(unzipSync(zipSync(usbFiles('dist'), { level: 0 })))) {
    const file = join(folder, 'school', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  address = `${await serve(folder)}school/fmp-lab/`;
});

test.afterAll(() => {
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('runs below another address, and without a connection after one visit', async ({
  page,
  context,
}) => {
  const seen = watch(page);
  await page.goto(`${address}${link({ epochs: '0' })}`);
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 90_000 });
  await kept(page);
  await context.setOffline(true);
  await page.reload();
  await expect(primary(page, 'Run')).toBeEnabled({ timeout: 90_000 });
  await primary(page, 'Run').click();
  await expect(primary(page, 'Run again')).toBeVisible({ timeout: 200_000 });
  expect(seen).toEqual({ errors: [], foreign: [] });
});

test('the server of the zip gives out its folder and nothing else', async ({ request }) => {
  expect((await request.get(`${address}README.txt`)).status()).toBe(200);
  const wasm = await request.get(address);
  expect(wasm.headers()['cross-origin-opener-policy']).toBe('same-origin');
  // What never changes is asked for once, by a class of sixty, too.
  const [asset = ''] = /assets\/[\w.-]+\.js/.exec(await wasm.text()) ?? [];
  const kept = await request.get(`${address}${asset}`);
  expect(kept.headers()['cache-control']).toContain('immutable');
  expect(wasm.headers()['cache-control']).toBe('no-cache');
  for (const path of ['%2e%2e/%2e%2e/%2e%2e/etc/passwd', '%ff', 'missing.js'])
    expect((await request.get(`${address}${path}`)).status(), path).toBe(404);
});
