import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isAttended, placeWindow, readWindowState, windowOptions, writeWindowState } from '#main/electron/window-state.ts';

const directory = mkdtempSync(join(tmpdir(), 'orderpulse-window-'));
afterAll(() => rmSync(directory, { recursive: true }));
const SCREEN = { x: 0, y: 0, width: 1_920, height: 1_040 };
const SECOND_SCREEN = { x: 1_920, y: 0, width: 1_280, height: 984 };

describe('the window’s place', () => {
  const place = (bounds: { x: number; y: number; width: number; height: number } | null, screens = [SCREEN]) => {
    const { x, y, width, height } = placeWindow({ bounds, maximized: false }, screens);
    return { x, y, width, height };
  };

  it.each([
    ['first start', null, [SCREEN], { x: undefined, y: undefined, width: 1_440, height: 900 }],
    ['a small screen', null, [{ x: 0, y: 0, width: 1_280, height: 720 }], { x: undefined, y: undefined, width: 1_280, height: 720 }],
    ['where it was', { x: 40, y: 30, width: 1_200, height: 800 }, [SCREEN], { x: 40, y: 30, width: 1_200, height: 800 }],
    [
      'on the second screen',
      { x: 2_000, y: 10, width: 1_100, height: 800 },
      [SCREEN, SECOND_SCREEN],
      { x: 2_000, y: 10, width: 1_100, height: 800 },
    ],
    [
      'a second screen that is gone',
      { x: 2_000, y: 10, width: 1_100, height: 800 },
      [SCREEN],
      { x: undefined, y: undefined, width: 1_100, height: 800 },
    ],
    [
      'a title bar above the screen',
      { x: 0, y: -400, width: 1_100, height: 800 },
      [SCREEN],
      { x: undefined, y: undefined, width: 1_100, height: 800 },
    ],
    [
      'nearly off to the left',
      { x: -1_090, y: 0, width: 1_100, height: 800 },
      [SCREEN],
      { x: undefined, y: undefined, width: 1_100, height: 800 },
    ],
    ['smaller than it can be', { x: 0, y: 0, width: 100, height: 100 }, [SCREEN], { x: 0, y: 0, width: 1_024, height: 700 }],
    [
      'larger than today’s screen, out of reach',
      { x: 9_000, y: 0, width: 4_000, height: 3_000 },
      [SCREEN],
      { x: undefined, y: undefined, width: 1_920, height: 1_040 },
    ],
    ['no screen is known', null, [], { x: undefined, y: undefined, width: 1_440, height: 900 }],
  ])('%s', (_case, bounds, screens, expected) => expect(place(bounds, screens)).toEqual(expected));

  it('is kept between starts', () => {
    const path = join(directory, 'window.json');
    const state = { bounds: { x: 1, y: 2, width: 1_300, height: 800 }, maximized: true };
    writeWindowState(path, state);
    expect(readWindowState(path)).toEqual(state);
  });

  it.each(['', '{', '{"bounds":{"x":"left"}}', '{"bounds":{"x":1,"y":1,"width":null,"height":1},"maximized":false}'])(
    'damaged as %j is a first start',
    (text) => {
      const path = join(directory, 'damaged.json');
      writeFileSync(path, text);
      expect(readWindowState(path)).toEqual({ bounds: null, maximized: false });
    },
  );

  it('that cannot be written is no failure', () => {
    expect(() => writeWindowState(join(directory, 'missing', 'window.json'), { bounds: null, maximized: false })).not.toThrow();
  });
});

describe('the window', () => {
  it('shuts its page in', () => {
    const options = windowOptions({ bounds: null, maximized: false }, [SCREEN], {
      preload: '/p.cjs',
      icon: '/i.png',
      developerTools: false,
    });
    expect(options.webPreferences).toEqual({
      preload: '/p.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    });
    expect(options.show).toBe(false);
  });
});

describe('a window', () => {
  it('is attended while it has the focus; one that is gone, as while the program closes, is asked nothing', () => {
    const window = (isFocused: () => boolean, gone = false) => ({ isDestroyed: () => gone, isFocused });
    const destroyed = () => {
      throw new TypeError('Object has been destroyed');
    };
    expect([null, window(destroyed, true), window(() => false), window(() => true)].map(isAttended)).toEqual([false, false, false, true]);
  });
});
