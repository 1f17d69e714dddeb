import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';
import { buildIfStale } from '../../scripts/console-build.ts';
import { findElectron } from '../../scripts/electron-runtime.ts';
import { hasDisplay } from '../../scripts/host-choice.ts';

/** The desktop shell for real. Runs wherever Electron's runtime and a display are; elsewhere it is reported as skipped. */
const runtime = findElectron();
const missing =
  runtime === null ? "Electron's runtime is not on this machine" : hasDisplay(process.platform, process.env) ? null : 'no display';

interface PageWindow {
  orderpulse: {
    request(method: string, params: unknown): Promise<{ ok: boolean; value?: { demo?: boolean; operator?: string } }>;
    subscribe(position: null, listener: (event: { name: string }) => void): () => void;
  };
}

test.describe('desktop shell (Electron)', () => {
  test.skip(missing !== null, missing ?? '');
  test.describe.configure({ mode: 'serial' });

  let home: string;
  let shell: ElectronApplication;
  let page: Page;
  const launch = () =>
    _electron.launch({
      executablePath: runtime ?? '',
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), `--user-data-dir=${join(home, 'shell')}`, '.', '--without-past'],
      env: { ...process.env, ORDERPULSE_HOME: home } as Record<string, string>,
    });

  test.beforeAll(async () => {
    test.setTimeout(180_000);
    expect(await buildIfStale('desktop')).toBe(true);
    home = mkdtempSync(join(tmpdir(), 'orderpulse-shell-'));
    shell = await launch();
    page = await shell.firstWindow();
  });
  test.afterAll(async () => {
    await shell?.close();
    rmSync(home, { recursive: true, force: true });
  });

  test('opens a living console on the demo workspace', async () => {
    await expect(page).toHaveTitle(/OrderPulse/);
    await expect(page.getByRole('navigation').first()).toBeVisible();
    const hello = await page.evaluate(() => (window as unknown as PageWindow).orderpulse.request('session.hello', {}));
    expect(hello).toMatchObject({ ok: true, value: { demo: true, operator: 'admin' } });
  });

  test('streams events to the page', async () => {
    const name = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const leave = (window as unknown as PageWindow).orderpulse.subscribe(null, (event) => {
            leave();
            resolve(event.name);
          });
        }),
    );
    expect(name).toMatch(/^[a-z]+\.[a-z]+$/i);
  });

  test('gives the page two functions and nothing of Node or Electron', async () => {
    const reachable = await page.evaluate(() => ({
      door: Object.keys((window as unknown as PageWindow).orderpulse).sort(),
      node: ['process', 'require', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
    }));
    expect(reachable).toEqual({ door: ['request', 'subscribe'], node: [] });
  });

  test('refuses to leave, to open windows and to run inline scripts', async () => {
    const before = page.url();
    expect(await page.evaluate(() => window.open('https://example.test/') === null)).toBe(true);
    await page.evaluate(() => {
      location.href = 'https://example.test/';
    });
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.head.append(script);
      return 'inlineRan' in window;
    });
    expect([page.url().split('#')[0], ran]).toEqual([before.split('#')[0], false]);
    expect(shell.windows()).toHaveLength(1);
  });

  test('denies permissions', async () => {
    expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
  });

  test('is there once: a second start shows the first', async () => {
    const second = await launch().catch(() => null);
    const windows = second === null ? 0 : await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length).catch(() => 0);
    expect(windows).toBe(0);
    expect(await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('keeps the window’s place', async () => {
    await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 40, width: 1_200, height: 800 }));
    await shell.close();
    shell = await launch();
    page = await shell.firstWindow();
    const bounds = await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
    expect(bounds).toMatchObject({ width: 1_200, height: 800 });
  });
});
