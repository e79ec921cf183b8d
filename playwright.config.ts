import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/chromium.mjs';

// Workers read this file again: the port of the first reading is handed down in the environment.
process.env.FMP_TEST_PORT ??= String(41_000 + (process.pid % 2000));
const port = Number(process.env.FMP_TEST_PORT);
const executablePath = findChromium();

export default defineConfig({
  testDir: 'test/browser',
  outputDir: '.cache/playwright',
  workers: 1,
  forbidOnly: process.env.CI !== undefined,
  // Two slow cores and a software GPU: a sweep takes minutes there.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://127.0.0.1:${String(port)}/`,
    actionTimeout: 20_000,
    navigationTimeout: 60_000,
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      use: {
        browserName: 'chromium',
        launchOptions: {
          ...(executablePath === null ? {} : { executablePath }),
          args: [
            '--no-sandbox',
            '--enable-unsafe-webgpu',
            '--use-webgpu-adapter=swiftshader',
            '--enable-features=Vulkan',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--no-first-run',
            '--disable-quic',
          ],
        },
      },
    },
  ],
  webServer: {
    command: `npx vite preview --host 127.0.0.1 --port ${String(port)} --strictPort`,
    port,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
