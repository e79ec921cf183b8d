import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { publish } from './files.ts';

const DIST = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
/** Plain, SIMD, and SIMD with threads: the backend picks what the browser can run. */
const BINARIES = ['', '-simd', '-threaded-simd'].map((kind) => `tfjs-backend-wasm${kind}.wasm`);

/** The binaries of the WASM backend under `/wasm/`. */
export function wasm(): Plugin {
  return publish({
    name: 'wasm',
    locate: (path) => (BINARIES.includes(path) ? join(DIST, path) : null),
    list: () => BINARIES,
  });
}
