import type { MenuItemConstructorOptions } from 'electron';
import type { Locale } from '#shared/text.ts';

export interface ShellCommands {
  show(): void;
  openConfiguration(): void;
  useDemo(): void;
  openDataFolder(): void;
  quit(): void;
}

export interface MenuState {
  locale: Locale;
  platform: NodeJS.Platform;
  /** The demo is running: "use the demo" would do nothing. */
  demo: boolean;
  developerTools: boolean;
}

const WORDS = {
  zh: {
    file: '文件',
    openConfiguration: '打开工作区配置…',
    useDemo: '使用演示工作区',
    openDataFolder: '打开数据目录',
    quit: '退出 OrderPulse',
    edit: '编辑',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    selectAll: '全选',
    view: '视图',
    reload: '重新载入',
    fullScreen: '全屏',
    zoomIn: '放大',
    zoomOut: '缩小',
    actualSize: '实际大小',
    developerTools: '开发者工具',
    show: '显示控制台',
  },
  en: {
    file: 'File',
    openConfiguration: 'Open workspace configuration…',
    useDemo: 'Use the demo workspace',
    openDataFolder: 'Open data folder',
    quit: 'Quit OrderPulse',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    view: 'View',
    reload: 'Reload',
    fullScreen: 'Full screen',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    actualSize: 'Actual size',
    developerTools: 'Developer tools',
    show: 'Show the console',
  },
};

/** The application menu. Editing shortcuts need it on macOS; elsewhere it is one row. */
export function applicationMenu(state: MenuState, commands: ShellCommands): MenuItemConstructorOptions[] {
  const words = WORDS[state.locale];
  const quit: MenuItemConstructorOptions = { label: words.quit, accelerator: 'CmdOrCtrl+Q', click: () => commands.quit() };
  const file: MenuItemConstructorOptions = {
    label: words.file,
    submenu: [
      { label: words.openConfiguration, accelerator: 'CmdOrCtrl+O', click: () => commands.openConfiguration() },
      { label: words.useDemo, enabled: !state.demo, click: () => commands.useDemo() },
      { label: words.openDataFolder, click: () => commands.openDataFolder() },
      { type: 'separator' },
      quit,
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: words.edit,
    submenu: [
      { label: words.undo, role: 'undo' },
      { label: words.redo, role: 'redo' },
      { type: 'separator' },
      { label: words.cut, role: 'cut' },
      { label: words.copy, role: 'copy' },
      { label: words.paste, role: 'paste' },
      { label: words.selectAll, role: 'selectAll' },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: words.view,
    submenu: [
      { label: words.reload, role: 'reload' },
      { label: words.fullScreen, role: 'togglefullscreen' },
      { label: words.zoomIn, role: 'zoomIn' },
      { label: words.zoomOut, role: 'zoomOut' },
      { label: words.actualSize, role: 'resetZoom' },
      ...(state.developerTools ? [{ label: words.developerTools, role: 'toggleDevTools' } satisfies MenuItemConstructorOptions] : []),
    ],
  };
  const own: MenuItemConstructorOptions[] = state.platform === 'darwin' ? [{ label: 'OrderPulse', submenu: [quit] }] : [];
  return [...own, file, edit, view];
}

/** The tray's menu: the console can always be found again, and the hub can always be ended. */
export function trayMenu(locale: Locale, commands: Pick<ShellCommands, 'show' | 'quit'>): MenuItemConstructorOptions[] {
  const words = WORDS[locale];
  return [{ label: words.show, click: () => commands.show() }, { type: 'separator' }, { label: words.quit, click: () => commands.quit() }];
}
