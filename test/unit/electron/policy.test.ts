import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { PAGE_POLICY, PAGE_URL, pageFile } from '#main/electron/page.ts';
import { denyPermissions, isOwnPage, isTrustedSender, lockEveryPage, lockNavigation } from '#main/electron/policy.ts';

const DEVELOPMENT = 'http://localhost:5173/';

describe('the console’s own page', () => {
  it.each([
    [PAGE_URL, null, true],
    [`${PAGE_URL}#/desk`, null, true],
    ['orderpulse://elsewhere/index.html', null, false],
    ['https://example.test/', null, false],
    ['file:///etc/passwd', null, false],
    ['javascript:alert(1)', null, false],
    ['not an address', null, false],
    ['', null, false],
    ['http://localhost:5173/#/desk', DEVELOPMENT, true],
    ['http://localhost:5173.example.test/', DEVELOPMENT, false],
    ['http://localhost:5174/', DEVELOPMENT, false],
    ['http://localhost:5173/', null, false],
  ])('%s (development server %s): %s', (address, development, own) => {
    expect(isOwnPage(address, development)).toBe(own);
  });

  it.each([
    ['its top frame', { url: PAGE_URL, parent: null }, true],
    ['a frame inside it', { url: PAGE_URL, parent: {} as never }, false],
    ['another page', { url: 'https://example.test/', parent: null }, false],
    ['a frame that is gone', null, false],
  ])('the shell listens to %s: %s', (_case, senderFrame, trusted) => {
    expect(isTrustedSender({ senderFrame }, null)).toBe(trusted);
  });
});

describe('what a page may not do', () => {
  function page() {
    const listeners = new Map<string, (event: { preventDefault(): void; url?: string }, address?: string) => void>();
    let onOpen: ((details: never) => { action: string }) | undefined;
    lockNavigation(
      {
        setWindowOpenHandler: (handler) => void (onOpen = handler as typeof onOpen),
        on: (name, listener) => listeners.set(name, listener),
      },
      null,
    );
    const prevented = (name: string, url: string, asArgument = false) => {
      const preventDefault = vi.fn();
      listeners.get(name)?.(asArgument ? { preventDefault } : { preventDefault, url }, asArgument ? url : undefined);
      return preventDefault.mock.calls.length > 0;
    };
    return { prevented, open: () => onOpen?.({} as never) };
  }

  it('leave for another address, by link, redirect or frame', () => {
    const { prevented } = page();
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      expect([name, prevented(name, 'https://example.test/')]).toEqual([name, true]);
      expect([name, prevented(name, 'https://example.test/', true)]).toEqual([name, true]);
      expect([name, prevented(name, PAGE_URL)]).toEqual([name, false]);
    }
  });

  it('open a window or embed a view', () => {
    const { prevented, open } = page();
    expect(open()).toEqual({ action: 'deny' });
    expect(prevented('will-attach-webview', PAGE_URL)).toBe(true);
  });

  it('and this holds for every page there will ever be', () => {
    const created: ((event: unknown, contents: unknown) => void)[] = [];
    lockEveryPage({ on: ((_name: string, listener: never) => created.push(listener)) as never }, null);
    const setWindowOpenHandler = vi.fn();
    created[0]?.({}, { setWindowOpenHandler, on: vi.fn() });
    expect(setWindowOpenHandler).toHaveBeenCalledOnce();
  });

  it('ask for any permission or device', () => {
    const handlers: Record<string, (...args: never[]) => unknown> = {};
    denyPermissions({
      setPermissionRequestHandler: (handler) => void (handlers['request'] = handler as never),
      setPermissionCheckHandler: (handler) => void (handlers['check'] = handler as never),
      setDevicePermissionHandler: (handler) => void (handlers['device'] = handler as never),
    });
    const decide = vi.fn();
    handlers['request']?.({} as never, 'media' as never, decide as never);
    expect(decide).toHaveBeenCalledExactlyOnceWith(false);
    expect(handlers['check']?.()).toBe(false);
    expect(handlers['device']?.()).toBe(false);
  });
});

describe('files of the console', () => {
  const FOLDER = join('/opt', 'console');
  const file = (path: string) => pageFile(FOLDER, `orderpulse://console${path}`)?.path ?? null;

  it.each([
    ['/', join(FOLDER, 'index.html')],
    ['/index.html', join(FOLDER, 'index.html')],
    ['/index.html?x=1#/desk', join(FOLDER, 'index.html')],
    ['/assets/app-1.js', join(FOLDER, 'assets/app-1.js')],
    ['/../secret.js', join(FOLDER, 'secret.js')],
    ['/..%2f..%2fetc/secret.json', null],
    ['/%2e%2e/%2e%2e/secret.json', join(FOLDER, 'secret.json')],
    ['/assets/%00.js', null],
    ['/%E0%A4%A', null],
    ['/assets/program.exe', null],
    ['/assets', null],
  ])('%s', (path, expected) => expect(file(path)).toBe(expected));

  it('belong to the console alone', () => {
    expect(pageFile(FOLDER, 'orderpulse://elsewhere/index.html')).toBeNull();
    expect(pageFile(FOLDER, 'https://console/index.html')).toBeNull();
    expect(pageFile(FOLDER, 'nonsense')).toBeNull();
  });

  it('come with the content policy', () => {
    expect(pageFile(FOLDER, PAGE_URL)?.headers).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'x-content-type-options': 'nosniff',
    });
    expect(PAGE_POLICY).not.toContain('unsafe-eval');
    expect(PAGE_POLICY).toContain("script-src 'self'");
  });
});
