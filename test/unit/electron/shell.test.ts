import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAlarms } from '#main/electron/alarms.ts';
import type { DesktopNotice } from '#main/electron/alarms.ts';
import { applicationMenu, trayMenu } from '#main/electron/menu.ts';
import type { ShellCommands } from '#main/electron/menu.ts';
import { SealedConfig } from '#main/electron/sealed-config.ts';
import { ConfigError, configSchema } from '#main/hub/config.ts';
import type { StreamEvent } from '#shared/contract/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'orderpulse-shell-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('desktop notices', () => {
  let shown: DesktopNotice[];
  let attended: boolean;
  let offer: (event: StreamEvent) => void;
  let seq = 0;
  const notice = (text: string, level: 'info' | 'warning' | 'alarm' = 'alarm', orderNo: string | null = null): StreamEvent => ({
    epoch: 'e',
    seq: (seq += 1),
    name: 'notice.raised',
    payload: { id: text, at: 1, level, text: { zh: text, en: `${text} (en)` }, orderNo },
  });
  beforeEach(() => {
    vi.useFakeTimers();
    shown = [];
    attended = false;
    offer = createAlarms({
      show: (what) => shown.push(what),
      attended: () => attended,
      locale: () => 'zh',
      after: (milliseconds, task) => void setTimeout(task, milliseconds),
    });
  });
  afterEach(() => void vi.useRealTimers());

  it('tell of an alarm and the order behind it', () => {
    offer(notice('同号 4 单，已冻结', 'alarm', 'SP1'));
    expect(shown).toEqual([{ title: 'OrderPulse 高风险预警', body: '同号 4 单，已冻结', orderNo: 'SP1' }]);
  });

  it('leave lesser notices and other events to the screen', () => {
    offer(notice('慢', 'warning'));
    offer(notice('知', 'info'));
    offer({ epoch: 'e', seq: 1, name: 'health.changed', payload: { at: 1, ohi: 90 } });
    expect(shown).toEqual([]);
  });

  it('stay away while a person looks at the console', () => {
    attended = true;
    offer(notice('甲'));
    expect(shown).toEqual([]);
  });

  it('become one message with its count in a storm', () => {
    for (const text of ['甲', '乙', '丙', '丁']) offer(notice(text));
    expect(shown.map(({ body }) => body)).toEqual(['甲']);
    vi.advanceTimersByTime(15_000);
    expect(shown.map(({ body }) => body)).toEqual(['甲', '乙（另有 2 条）']);
    vi.advanceTimersByTime(15_000);
    offer(notice('戊'));
    expect(shown.at(-1)?.body).toBe('戊');
  });

  it('are dropped when the person came to look meanwhile', () => {
    offer(notice('甲'));
    offer(notice('乙'));
    attended = true;
    vi.advanceTimersByTime(60_000);
    expect(shown).toHaveLength(1);
  });

  it('speak English where the desktop does', () => {
    const english: DesktopNotice[] = [];
    createAlarms({ show: (what) => english.push(what), attended: () => false, locale: () => 'en', after: () => undefined })(
      notice('frozen'),
    );
    expect(english[0]).toMatchObject({ title: 'OrderPulse high-risk alarm', body: 'frozen (en)' });
  });
});

describe('menus', () => {
  const commands = {
    show: vi.fn(),
    openConfiguration: vi.fn(),
    useDemo: vi.fn(),
    openDataFolder: vi.fn(),
    quit: vi.fn(),
  } satisfies ShellCommands;
  const flat = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
  const labels = (items: MenuItemConstructorOptions[]) => flat(items).flatMap(({ label }) => (label === undefined ? [] : [label]));
  const state = { locale: 'zh', platform: 'linux', demo: true, developerTools: false } as const;

  it('exist in both languages, item for item', () => {
    const [zh, en] = [labels(applicationMenu(state, commands)), labels(applicationMenu({ ...state, locale: 'en' }, commands))];
    expect(zh).toHaveLength(en.length);
    expect(zh).toContain('打开工作区配置…');
    expect(en).toContain('Open workspace configuration…');
    expect(en.join()).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it('have no dead item: each has a role or a command', () => {
    const leaves = flat([...applicationMenu(state, commands), ...trayMenu('zh', commands)]).filter(
      ({ type, submenu }) => type !== 'separator' && !submenu,
    );
    for (const leaf of leaves) {
      expect([leaf.label, Boolean(leaf.role) || Boolean(leaf.click)]).toEqual([leaf.label, true]);
      leaf.click?.({} as never, undefined, {} as never);
    }
    for (const [name, command] of Object.entries(commands)) expect([name, command.mock.calls.length > 0]).toEqual([name, true]);
  });

  it('offer the demo only from a real workspace, developer tools only in development, and a program menu on macOS', () => {
    const demoItem = (demo: boolean) => flat(applicationMenu({ ...state, demo }, commands)).find(({ label }) => label === '使用演示工作区');
    expect([demoItem(true)?.enabled, demoItem(false)?.enabled]).toEqual([false, true]);
    expect(labels(applicationMenu(state, commands))).not.toContain('开发者工具');
    expect(labels(applicationMenu({ ...state, developerTools: true }, commands))).toContain('开发者工具');
    expect(labels(applicationMenu({ ...state, platform: 'darwin' }, commands))[0]).toBe('OrderPulse');
  });
});

describe('the kept configuration', () => {
  const path = join(directory, 'workspace.sealed');
  const keychain = {
    available: true,
    isEncryptionAvailable: () => keychain.available,
    encryptString: (text: string) => Buffer.from(text, 'utf8').map((byte) => byte ^ 0x5a) as Buffer,
    decryptString: (sealed: Buffer) => Buffer.from(sealed.map((byte) => byte ^ 0x5a)).toString('utf8'),
  };
  const sealed = new SealedConfig(path, keychain);
  const config = configSchema.parse({ shops: [{ channel: 'shopify', shopId: 'demo', credentials: { secret: 'shpss_very_secret' } }] });

  it('is none at first, comes back as it was, and can be forgotten', () => {
    expect(sealed.read()).toBeNull();
    sealed.write(config);
    expect(sealed.read()).toEqual(config);
    sealed.forget();
    expect(sealed.read()).toBeNull();
    expect(() => sealed.forget()).not.toThrow();
  });

  it('never lies in plain text', () => {
    sealed.write(config);
    expect(readFileSync(path).includes('shpss_very_secret')).toBe(false);
    keychain.available = false;
    expect(() => sealed.write(config)).toThrow(ConfigError);
    keychain.available = true;
  });

  it('that cannot be opened again says what to do', () => {
    writeFileSync(path, 'damaged');
    expect(() => sealed.read()).toThrow(/重新打开配置文件/);
  });
});
