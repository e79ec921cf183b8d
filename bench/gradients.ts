/**
 * tfjs's gradient functions, for the competitor. Node cannot load the module that registers them (it
 * imports folders), so it is bundled first; engine and registries are global, so the copy of tfjs
 * in the bundle serves the one in use.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const OUT = fileURLToPath(new URL('../.cache/bench/gradients', import.meta.url));

export async function registerGradients(): Promise<void> {
  const core = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core'));
  await build({
    ...{ configFile: false, logLevel: 'error', publicDir: false },
    ssr: { noExternal: true },
    build: {
      ...{ ssr: join(core, 'register_all_gradients.js'), outDir: OUT, emptyOutDir: true },
      rolldownOptions: { output: { entryFileNames: 'gradients.mjs' } },
    },
  });
  await import(pathToFileURL(join(OUT, 'gradients.mjs')).href);
}
