import { defineConfig } from 'vitest/config';
import { findChromium, swiftShaderEnv } from './scripts/chromium.mjs';

// Before any worker process starts: Vulkan reads its environment when Dawn is loaded.
Object.assign(process.env, swiftShaderEnv(findChromium()));

export default defineConfig({
  // Two copies of the core would be two engines, each without the other's backends.
  resolve: { dedupe: ['@tensorflow/tfjs-core'] },
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/browser/**'],
    setupFiles: ['test/support/seed.ts'],
    // Numeric tests run on every backend, a software GPU included, on two slow cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
