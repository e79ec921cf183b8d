/** `npm start`: builds the app if anything changed since the last build, serves and opens it. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = 'usage: npm start -- [--port 4173] [--no-open]';
const SOURCES = [
  ...['index.html', 'package-lock.json', 'vite.config.ts', 'scripts/vite'],
  ...['src', 'public', 'models'],
];

/** Port and whether a browser may be opened; ends the program on an option it does not know. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string', default: '4173' }, 'no-open': { type: 'boolean' } },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new Error(`--port: expected an integer from 1 to 65535, got ${values.port}`);
    return { port, open: values['no-open'] !== true };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

/** Time of the last change of a file, or of any file of a folder; 0 where there is none. */
function changed(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time tells of files that were removed.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => changed(join(path, name))));
}

/** Opens a browser where there is a desktop. A failure is no failure: the URL is printed. */
function openBrowser(url) {
  const { platform, env } = process;
  const desktop = platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  if (!desktop || env['CI'] || env['SSH_CONNECTION']) return;
  const [command, ...args] =
    platform === 'darwin'
      ? ['open', url]
      : platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

const { port, open } = readOptions();
const newest = Math.max(...SOURCES.map((source) => changed(join(ROOT, source))));
if (changed(join(ROOT, 'dist/index.html')) < newest) {
  console.log('Building FMP Lab …');
  await build({ root: ROOT, logLevel: 'warn' });
}
const server = await preview({
  root: ROOT,
  logLevel: 'warn',
  preview: { host: '127.0.0.1', port, strictPort: false, open: false },
});
const url = server.resolvedUrls?.local[0] ?? `http://127.0.0.1:${String(port)}/`;
console.log(`\n  FMP Lab runs at  ${url}\n  Ctrl-C ends it.\n`);
if (open) openBrowser(url);

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    void server.close().finally(() => process.exit(0));
    // A browser keeps its connections open; waiting for them would be waiting for the user.
    setTimeout(() => process.exit(0), 500).unref();
  });
