import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { commitHere } from './src/cli/provenance.ts';
import { compressed } from './scripts/vite/compressed.ts';
import { contentSecurityPolicy, POLICY } from './scripts/vite/csp.ts';
import { models } from './scripts/vite/models.ts';
import { offline } from './scripts/vite/offline.ts';
import { wasm, wasmThreads } from './scripts/vite/wasm.ts';

/** What makes the page cross-origin isolated, which WASM threads need (SharedArrayBuffer). */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export default defineConfig({
  // Relative, so that dist works from any folder of any host.
  base: './',
  // One page, no router: an unknown path is a 404 and never the page under another name.
  appType: 'mpa',
  plugins: [react(), models(), wasm(), contentSecurityPolicy(), offline(), compressed()],
  // What exported runs say they were made with.
  define: { __COMMIT__: JSON.stringify(commitHere()) },
  // Two copies of the core would be two engines, each without the other's backends.
  resolve: { dedupe: ['@tensorflow/tfjs-core'] },
  // Only the worker imports these, so that Vite would find them late and load the page again.
  optimizeDeps: {
    include: ['core', 'backend-cpu', 'backend-wasm', 'backend-webgpu'].map(
      (part) => `@tensorflow/tfjs-${part}`,
    ),
  },
  worker: { format: 'es', plugins: () => [wasmThreads()] },
  server: { headers },
  // Workers do not inherit the page's policy; a header reaches them, too.
  preview: { headers: { ...headers, 'Content-Security-Policy': POLICY } },
  build: {
    target: 'es2023',
    manifest: true,
    // The worker's chunk holds tfjs and is that large by nature; size-limit guards the total.
    chunkSizeWarningLimit: 2500,
  },
});
