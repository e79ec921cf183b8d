import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { publish } from './files.ts';

const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));
/** The index, or a data file of one model. `train/` holds scripts and results, not a model. */
const PUBLISHED = /^(?:index\.json|(?!train\/)[a-z0-9-]+\/[\w.-]+\.(?:json|safetensors))$/;

/** The bundled models under `/models/`. */
export function models(): Plugin {
  return publish({
    name: 'models',
    locate: (path) => (PUBLISHED.test(path) ? join(MODELS, path) : null),
    list: () => {
      if (!existsSync(MODELS)) return [];
      const paths = readdirSync(MODELS, { recursive: true, encoding: 'utf8' });
      return paths.map((path) => path.replaceAll('\\', '/')).filter((path) => PUBLISHED.test(path));
    },
  });
}
