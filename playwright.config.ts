import { defineConfig } from '@playwright/test';
import { BROWSER_FLAGS, findBrowser } from './scripts/browser.ts';

const browser = process.env['ORDERPULSE_BROWSER'] ?? findBrowser();

/** Browser tests: real Chromium on the built console, served by a real hub that each file starts for itself. */
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  workers: 1,
  // Not the machine: on an idle one the desk's bulk decision failed 1 time in 12, cause unknown, and may be a fault of the product.
  // Retries keep the other suites usable meanwhile; every test that needed one is named in the closing lines. To go when mended.
  retries: 2,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    screenshot: 'only-on-failure',
    launchOptions: { args: BROWSER_FLAGS, ...(browser ? { executablePath: browser } : {}) },
  },
});
