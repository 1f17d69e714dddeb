import { readFileSync, writeFileSync } from 'node:fs';
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { z } from 'zod';

/** Where the window was, and whether it filled the screen. */
export interface WindowState {
  bounds: Rectangle | null;
  maximized: boolean;
}

const FIRST: WindowState = { bounds: null, maximized: false };
const SMALLEST = { width: 1_024, height: 700 };
const USUAL = { width: 1_440, height: 900 };
/** The part of the title bar that must be on a screen, or the window could not be moved back. */
const GRIP = 80;

const number = z.number().finite();
const stateSchema = z.object({
  bounds: z.object({ x: number, y: number, width: number, height: number }).nullable(),
  maximized: z.boolean(),
});

/** Reads the last state; a missing or damaged file is a first start. */
export function readWindowState(path: string): WindowState {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return FIRST;
  }
}

/** Best effort: a window that forgets its place is no reason to fail. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(path, JSON.stringify(state));
  } catch {
    // the folder may be read-only; the next start uses the usual place
  }
}

/** The window's place on today's screens: the former one while its title bar can still be reached, else the usual size, centred. */
export function placeWindow(state: WindowState, screens: readonly Rectangle[]): BrowserWindowConstructorOptions {
  const { bounds } = state;
  const reachable =
    bounds !== null &&
    screens.some(
      (screen) =>
        bounds.x + bounds.width - GRIP > screen.x &&
        bounds.x + GRIP < screen.x + screen.width &&
        bounds.y >= screen.y - 10 &&
        bounds.y + GRIP / 2 < screen.y + screen.height,
    );
  const size = bounds ?? USUAL;
  const [main] = screens;
  const width = Math.max(SMALLEST.width, Math.min(Math.round(size.width), main?.width ?? size.width));
  const height = Math.max(SMALLEST.height, Math.min(Math.round(size.height), main?.height ?? size.height));
  return {
    width: reachable ? Math.max(SMALLEST.width, Math.round(bounds.width)) : width,
    height: reachable ? Math.max(SMALLEST.height, Math.round(bounds.height)) : height,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    ...(reachable && { x: Math.round(bounds.x), y: Math.round(bounds.y) }),
  };
}

/** Whether a person looks at the window. While the program closes there is none any more, and alarms still come in. */
export function isAttended(window: Pick<BrowserWindow, 'isDestroyed' | 'isFocused'> | null): boolean {
  return window !== null && !window.isDestroyed() && window.isFocused();
}

/** How the console's window is made: the page is shut in, whatever it becomes. */
export function windowOptions(
  state: WindowState,
  screens: readonly Rectangle[],
  files: { preload: string; icon: string; developerTools: boolean },
): BrowserWindowConstructorOptions {
  return {
    ...placeWindow(state, screens),
    show: false,
    title: 'OrderPulse',
    icon: files.icon,
    backgroundColor: '#0b0f15',
    webPreferences: {
      preload: files.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: files.developerTools,
    },
  };
}
