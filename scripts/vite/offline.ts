import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const SOURCE = fileURLToPath(new URL('./serviceWorker.js', import.meta.url));
/** Of the fonts only the scripts that the app is written in; ε is Greek. */
const NOT_KEPT =
  /(?:cyrillic|greek-ext|vietnamese|latin-ext)[\w-]*\.woff2$|_headers$|sw\.js$|^\.vite\//;

/** All files below a folder, with `/`. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** The first bundled model: with it, the app works offline after one visit. */
function firstModel(dist: string): string {
  const index: unknown = JSON.parse(readFileSync(join(dist, 'models/index.json'), 'utf8'));
  const models =
    typeof index === 'object' && index !== null && 'models' in index ? index.models : [];
  const first: unknown = Array.isArray(models) ? models[0] : undefined;
  if (typeof first !== 'string') throw new Error('models/index.json names no model');
  return first;
}

/**
 * Writes `sw.js`: a service worker that keeps the app, the drawn signs and the first model when it
 * is installed, and other models when they are opened. Its version is the hash of what it keeps.
 */
export function offline(): Plugin {
  let dist = '';
  return {
    name: 'offline',
    apply: 'build',
    writeBundle({ dir }) {
      dist = dir ?? '';
    },
    closeBundle() {
      if (dist === '') return;
      const all = filesOf(dist).filter((path) => !NOT_KEPT.test(path));
      const model = firstModel(dist);
      // Manifests of all models are read at every start.
      const isKept = (path: string): boolean =>
        !path.startsWith('models/') ||
        path.startsWith(`models/${model}/`) ||
        path.endsWith('.json');
      const hash = createHash('sha256');
      for (const path of all) hash.update(path).update(readFileSync(join(dist, path)));
      const head = [
        `const VERSION = ${JSON.stringify(hash.digest('hex').slice(0, 12))};`,
        `const FILES = ${JSON.stringify(all.filter(isKept))};`,
      ];
      writeFileSync(join(dist, 'sw.js'), `${head.join('\n')}\n${readFileSync(SOURCE, 'utf8')}`);
    },
  };
}
