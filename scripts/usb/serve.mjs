/**
 * Serves the folder that this file lies in, with nothing but Node: node serve.mjs [--port 8080]
 * [--root FOLDER]. Reads files only, listens on this machine only; --host 0.0.0.0 opens it to a room.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};
/** What WASM threads need, and no request to anywhere else. */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
};

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    host: { type: 'string', default: '127.0.0.1' },
    root: { type: 'string', default: fileURLToPath(new URL('.', import.meta.url)) },
  },
});

/** The file that a URL path means; null: none, or one outside the folder. */
function fileOf(path) {
  const inside = normalize(decodeURIComponent(path)).replace(/^[/\\]+/, '');
  if (inside.split(sep).includes('..')) return null;
  const file = join(values.root, inside);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return path.endsWith('/') ? fileOf(`${path}index.html`) : null;
  return stat?.isFile() ? { file, size: stat.size } : null;
}

/** Their names change with their content: a class of sixty asks for each of them once. */
const ASSETS = fileURLToPath(new URL('assets/', import.meta.url));
const FOR_GOOD = 'public, max-age=31536000, immutable';

const server = createServer(({ url = '/', method }, response) => {
  const path = url.split(/[?#]/)[0] ?? '/';
  let found = null;
  try {
    found = fileOf(path);
  } catch {
    // A path that cannot be decoded names no file.
  }
  if (found === null || (method !== 'GET' && method !== 'HEAD')) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
    return;
  }
  response.writeHead(200, {
    ...HEADERS,
    'Content-Type': TYPES[extname(found.file)] ?? 'application/octet-stream',
    'Content-Length': found.size,
    'Cache-Control': found.file.startsWith(ASSETS) ? FOR_GOOD : 'no-cache',
  });
  if (method === 'HEAD') response.end();
  else createReadStream(found.file).pipe(response);
});
server.listen(Number(values.port), values.host, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : values.port;
  console.log(`FMP Lab: http://localhost:${port}/   (Ctrl-C ends it)`);
});
