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

const FACTORY = 'WasmBackendModuleThreadedSimd = WasmBackendModuleThreadedSimd || {};';

/**
 * For the worker's build. The threaded backend hands its factory to its threads as source text,
 * and that text names a variable outside of itself, which exists nowhere under its new name once
 * the build is minified. Declared inside, as what it is in any module (undefined), it goes along.
 */
export function wasmThreads(): Plugin {
  return {
    name: 'wasm-threads',
    transform: {
      filter: { id: /tfjs-backend-wasm-threaded-simd\.js/ },
      handler(code) {
        if (!code.includes(FACTORY)) this.error('the threaded WASM factory has changed its shape');
        return { code: code.replace(FACTORY, `${FACTORY} var _scriptDir;`), map: null };
      },
    },
  };
}
