/**
 * `npm run bench:gpu -- [PLATFORM-ARCH …]`: a folder that a machine with a GPU, a driver and Node 20 can
 * run without npm, network or this repository: `node bench/gpu.mjs --peak TFLOPS` in .cache/bench/gpu. Where
 * `python3` (or `PYTHON`) has PyTorch with CUDA, that is the competitor. Platforms: linux-x64 by default.
 */
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { bundleGradients } from './gradients.ts';
import { currentCommit } from './report.ts';

const ROOT = new URL('../', import.meta.url);
const OUT = new URL('.cache/bench/gpu/', ROOT);
const BENCH = new URL('bench/', OUT);

const given = process.argv.slice(2);
const platforms = given.length === 0 ? ['linux-x64'] : given;
const dawn = pathToFileURL(`${dirname(createRequire(import.meta.url).resolve('webgpu'))}/`);
const known = readdirSync(new URL('dist/', dawn));
const unknown = platforms.find((platform) => !known.includes(platform));
if (unknown !== undefined) {
  console.error(`${unknown} is no platform of the package webgpu, which has ${known.join(', ')}`);
  process.exit(2);
}

rmSync(OUT, { recursive: true, force: true });
const copy = (from: URL, to: URL): void => {
  cpSync(from, to, { recursive: true });
};
// First, for it empties the folder.
await bundleGradients(BENCH);
await build({
  ...{ configFile: false, logLevel: 'error', publicDir: false },
  ssr: { noExternal: true, external: ['webgpu', 'vite'] },
  define: { BENCH_COMMIT: JSON.stringify(currentCommit()) },
  build: {
    ssr: fileURLToPath(new URL('bench/gpuMachine.ts', ROOT)),
    ...{ outDir: fileURLToPath(BENCH), emptyOutDir: false },
    rolldownOptions: {
      output: { entryFileNames: 'gpu.mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
    },
  },
});
for (const path of ['bench/pytorch/frg.py', 'models/train/network.py'])
  copy(new URL(path, ROOT), new URL(path, OUT));
const modules = new URL('node_modules/webgpu/', OUT);
for (const file of ['index.js', 'package.json', 'LICENSE.md'])
  copy(new URL(file, dawn), new URL(file, modules));
for (const platform of platforms)
  copy(new URL(`dist/${platform}/`, dawn), new URL(`dist/${platform}/`, modules));
console.log(`${fileURLToPath(OUT)}: node bench/gpu.mjs --peak TFLOPS`);
