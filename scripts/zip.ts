/**
 * `npm run zip [-- FILE]`: the built app as one zip that any static server can serve, e.g. from a USB
 * stick. Build first.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync, type Zippable } from 'fflate';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The folder in the zip. */
const FOLDER = 'fmp-lab';
/** Already compressed, or of another host alone. */
const STORED = /\.(?:woff2|png|safetensors|bin|wasm)$/;
const LEFT_OUT = /^(?:_headers|\.vite\/.*)$/;
/** Same bytes for the same build. */
const DATE = new Date(2020, 0, 1);

/**
 * The files of the zip by path.
 * @param dist folder of the build
 * @throws Error when there is no build
 */
export function usbFiles(dist: string): Zippable {
  if (!existsSync(join(dist, 'index.html')))
    throw new Error(`${dist} holds no build — run: npm run build`);
  const built = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => statSync(join(dist, path)).isFile() && !LEFT_OUT.test(path))
    .sort();
  const files: Zippable = {};
  const add = (name: string, from: string): void => {
    const level = STORED.test(name) ? 0 : 9;
    files[`${FOLDER}/${name}`] = [readFileSync(from), { level, mtime: DATE }];
  };
  for (const path of built) add(path, join(dist, path));
  for (const name of ['README.txt', 'serve.mjs']) add(name, join(ROOT, 'scripts/usb', name));
  add('LICENSE', join(ROOT, 'LICENSE'));
  return files;
}

function main(to: string): void {
  const files = usbFiles(join(ROOT, 'dist'));
  const zip = zipSync(files);
  writeFileSync(to, zip);
  const megabytes = (zip.length / 1e6).toFixed(1);
  console.log(`${to}: ${String(Object.keys(files).length)} files, ${megabytes} MB`);
}

const [program = '', to = 'fmp-lab.zip'] = process.argv.slice(1);
if (program === fileURLToPath(import.meta.url)) {
  try {
    main(to);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
