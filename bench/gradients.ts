/**
 * tfjs's gradient functions, for the competitor. Node cannot load the module that registers them (it
 * imports folders), so it is bundled first; engine and registries are global, so the copy of tfjs
 * in the bundle serves the one in use.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OUT = new URL('../.cache/bench/gradients/', import.meta.url);
const NAME = 'gradients.mjs';
/** In what `bundle.ts` makes, they lie beside the rest. */
const BUNDLED = new URL(`./${NAME}`, import.meta.url);

export async function registerGradients(): Promise<void> {
  if (existsSync(BUNDLED)) await import(BUNDLED.href);
  else await import((await bundleGradients(OUT)).href);
}

/** Writes them as one module into a folder, which it empties. @returns the module */
export async function bundleGradients(folder: URL): Promise<URL> {
  const { build } = await import('vite');
  const core = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core'));
  await build({
    ...{ configFile: false, logLevel: 'error', publicDir: false },
    ssr: { noExternal: true },
    build: {
      ...{ ssr: join(core, 'register_all_gradients.js'), emptyOutDir: true },
      outDir: fileURLToPath(folder),
      rolldownOptions: { output: { entryFileNames: NAME } },
    },
  });
  return new URL(NAME, folder);
}
