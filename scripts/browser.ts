/**
 * Finds a Chromium for tests and screenshots, in this order: an installed headless shell, Playwright's own, an installed `chromium` or
 * `google-chrome`, on Debian as root the package `chromium-headless-shell`, Playwright's download. `node scripts/browser.ts` prints its path.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

/** The browser without its own windows: they cost a third of what a test does, and nobody sees them. */
const HEADLESS = ['chromium-headless-shell'];
const WHOLE = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Flags for a headless browser that talks to loopback only; `--no-sandbox` is needed as root. */
export const BROWSER_FLAGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function onPath(names: readonly string[]): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      const candidate = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // not here; look in the next folder
      }
    }
  }
  return null;
}

/** Path of a browser that is already there, or null. */
export function findBrowser(): string | null {
  const headless = onPath(HEADLESS);
  if (headless) return headless;
  const own = chromium.executablePath();
  return existsSync(own) ? own : onPath(WHOLE);
}

function run(command: string, args: string[]): boolean {
  return (
    spawnSync(command, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  );
}

/** Path of a browser, installing one if need be. Throws with one clear line when none can be had. */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found) return found;
  const debianAsRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (debianAsRoot) {
    console.error('Installing the browser for the tests (Debian packages chromium-headless-shell, fonts-noto-cjk) …');
    run('apt-get', ['update', '-qq']);
    // The whole browser where a release has no package of its shell.
    for (const browser of ['chromium-headless-shell', 'chromium']) {
      if (run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', browser, 'fonts-noto-cjk'])) break;
    }
  }
  if (!findBrowser()) run('npx', ['--no-install', 'playwright', 'install', 'chromium']);
  const installed = findBrowser();
  if (!installed)
    throw new Error('No Chromium found and none could be installed: install `chromium` or `google-chrome` and run the tests again.');
  return installed;
}

if (import.meta.main) console.info(ensureBrowser());
