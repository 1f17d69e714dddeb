import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  Notification,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
} from 'electron';
import pino from 'pino';
import { logLines } from '#main/host/logger.ts';
import { startHubThread } from '#main/host/thread.ts';
import { readConfigFile } from '#main/hub/config.ts';
import { startFailureLine } from '#main/server/start-error.ts';
import type { Locale } from '#shared/text.ts';
import { SECOND } from '#shared/time.ts';
import { createAlarms } from './alarms.ts';
import { carryContract } from './contract.ts';
import { applicationMenu, trayMenu } from './menu.ts';
import type { ShellCommands } from './menu.ts';
import { PAGE_URL, pageFile, SCHEME } from './page.ts';
import { denyPermissions, lockEveryPage } from './policy.ts';
import { SealedConfig } from './sealed-config.ts';
import { sealedVaultKey } from './sealed-key.ts';
import { isAttended, readWindowState, windowOptions, writeWindowState } from './window-state.ts';
import { openWorkspace } from './workspace.ts';
import type { DesktopWorkspace } from './workspace.ts';

/** The desktop host: windows, tray, menu and notices around the same hub. Everything decided here is about the desktop. */

const ICON = join(app.getAppPath(), 'resources/icons/icon.png');
const PRELOAD = join(import.meta.dirname, '../preload/preload.cjs');
const CONSOLE = join(import.meta.dirname, '../renderer');
const LONGEST_CLOSE = 15 * SECOND;

const logger = pino({ level: process.env['ORDERPULSE_LOG'] || 'warn', base: null }, logLines);
const developmentUrl = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null);
const statePath = () => join(app.getPath('userData'), 'window.json');
const locale = (): Locale => (app.getLocale().toLowerCase().startsWith('en') ? 'en' : 'zh');

let window: BrowserWindow | null = null;
let tray: Tray | null = null;
let workspace: DesktopWorkspace | null = null;
let closing = false;

async function closeAndExit(code: number): Promise<void> {
  if (closing) return;
  closing = true;
  rememberWindow();
  setTimeout(() => app.exit(1), LONGEST_CLOSE).unref();
  try {
    await workspace?.close();
  } catch (error) {
    logger.error({ err: error }, 'closing failed');
    app.exit(1);
  }
  app.exit(code);
}

function fail(error: unknown): void {
  logger.fatal({ err: error }, 'the shell failed');
  dialog.showErrorBox('OrderPulse', startFailureLine(error));
  void closeAndExit(1);
}

function rememberWindow(): void {
  if (window === null || window.isDestroyed()) return;
  writeWindowState(statePath(), { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
}

function showWindow(): void {
  if (window === null || window.isDestroyed()) return void openWindow();
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function openWindow(): void {
  const state = readWindowState(statePath());
  const screens = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((display) => display.workArea);
  const made = new BrowserWindow(windowOptions(state, screens, { preload: PRELOAD, icon: ICON, developerTools: !app.isPackaged }));
  window = made;
  if (state.maximized) made.maximize();
  made.once('ready-to-show', () => made.show());
  made.on('close', (event) => {
    rememberWindow();
    // Orders go on arriving: closing the window leaves the hub in the tray, quitting ends it.
    if (!closing && tray !== null) {
      event.preventDefault();
      made.hide();
    }
  });
  void made.loadURL(developmentUrl ?? PAGE_URL);
}

function relaunch(): void {
  app.relaunch();
  void closeAndExit(0);
}

function commandsOf(sealed: SealedConfig): ShellCommands {
  return {
    show: showWindow,
    quit: () => app.quit(),
    openDataFolder: () => void (workspace && shell.openPath(workspace.directory)),
    useDemo() {
      sealed.forget();
      relaunch();
    },
    openConfiguration() {
      const [path] = dialog.showOpenDialogSync({ properties: ['openFile'], filters: [{ name: 'JSON', extensions: ['json'] }] }) ?? [];
      if (path === undefined) return;
      try {
        sealed.write(readConfigFile(path));
        relaunch();
      } catch (error) {
        dialog.showErrorBox('OrderPulse', (error as Error).message);
      }
    },
  };
}

function openTray(commands: ShellCommands): void {
  try {
    const icon = nativeImage.createFromPath(ICON).resize({ width: 18, height: 18 });
    tray = new Tray(icon);
    tray.setToolTip('OrderPulse');
    tray.setContextMenu(Menu.buildFromTemplate(trayMenu(locale(), commands)));
    tray.on('click', showWindow);
  } catch (error) {
    // Some desktops have no tray; then closing the window ends the program.
    logger.info({ err: error }, 'no tray');
  }
}

function servePage(): void {
  protocol.handle(SCHEME, (request) => {
    const file = pageFile(CONSOLE, request.url);
    if (file === null) return new Response('', { status: 404 });
    try {
      return new Response(new Uint8Array(readFileSync(file.path)), { headers: file.headers });
    } catch {
      return new Response('', { status: 404 });
    }
  });
}

async function start(): Promise<void> {
  denyPermissions(session.defaultSession);
  servePage();
  const sealed = new SealedConfig(join(app.getPath('userData'), 'workspace.sealed'), safeStorage);
  const given = process.env['ORDERPULSE_CONFIG'];
  const config = given ? readConfigFile(given) : sealed.read();
  // A configuration handed over for tests or by an administrator brings its own key or uses the file beside the database.
  const vaultKey = given ? undefined : () => sealedVaultKey(join(app.getPath('userData'), 'vault.sealed'), safeStorage);
  // As on the command line of the server host: a demo without the weeks behind it.
  const past = process.argv.includes('--without-past') ? { demoPast: 0 } : {};
  workspace = await openWorkspace(config, {
    openHub: startHubThread,
    logger,
    environment: process.env,
    ...past,
    ...(vaultKey && { vaultKey }),
  });
  void workspace.crashed.then(fail);

  carryContract(ipcMain, workspace.link, {
    operator: { operator: 'admin', role: 'admin' },
    developmentUrl,
    onStop: () => app.quit(),
  });
  const commands = commandsOf(sealed);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      applicationMenu({ locale: locale(), platform: process.platform, demo: workspace.demo, developerTools: !app.isPackaged }, commands),
    ),
  );
  openTray(commands);
  workspace.link.subscribe(
    createAlarms({
      attended: () => isAttended(window),
      locale,
      after: (milliseconds, task) => void setTimeout(task, milliseconds).unref(),
      show(notice) {
        const shown = new Notification({ title: notice.title, body: notice.body, icon: ICON });
        shown.on('click', showWindow);
        shown.show();
      },
    }),
  );
  openWindow();
  logger.info({ webhooks: workspace.webhookUrl }, 'ready');
}

if (!app.requestSingleInstanceLock()) {
  app.exit(0);
} else {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
  lockEveryPage(app, developmentUrl);
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (closing) return;
    event.preventDefault();
    void closeAndExit(0);
  });
  process.on('uncaughtException', fail);
  app.whenReady().then(start).catch(fail);
}
