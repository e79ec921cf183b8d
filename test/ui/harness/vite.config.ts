import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Serves the harness: npx vite --config test/ui/harness/vite.config.ts */
export default defineConfig({
  root,
  plugins: [react()],
  publicDir: `${repository}public`,
  server: { port: 5199, strictPort: true, fs: { allow: [repository] } },
});
