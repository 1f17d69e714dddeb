import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isStale } from '../../../scripts/console-build.ts';
import { chooseHost } from '../../../scripts/host-choice.ts';
import type { Surroundings } from '../../../scripts/host-choice.ts';

describe('npm start chooses a host', () => {
  const desk: Surroundings = { platform: 'linux', environment: { DISPLAY: ':0' }, wanted: null, root: false, runtime: true };
  it.each([
    ['a desktop with the runtime', {}, 'electron', ''],
    ['Wayland', { environment: { WAYLAND_DISPLAY: 'wayland-0' } }, 'electron', ''],
    ['macOS, which always has a display', { platform: 'darwin', environment: {} }, 'electron', ''],
    ['a desktop without the runtime', { runtime: false }, 'fetch', ''],
    ['no display', { environment: {} }, 'browser', 'display'],
    ['no display, whatever was asked', { environment: {}, wanted: 'electron' }, 'browser', 'display'],
    ['root', { root: true }, 'browser', 'root'],
    ['root on Windows, where that means nothing', { platform: 'win32', root: true }, 'electron', ''],
    ['asked for the browser', { wanted: 'browser' }, 'browser', 'asked'],
  ] as const)('%s', (_case, changes, host, word) => {
    const choice = chooseHost({ ...desk, ...changes } as Surroundings);
    expect(choice.host).toBe(host);
    if (choice.host === 'browser') expect(choice.reason.en).toContain(word);
  });
});

describe('npm start builds', () => {
  const root = mkdtempSync(join(tmpdir(), 'orderpulse-build-'));
  afterAll(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  const set = (name: string, seconds: number) => {
    writeFileSync(join(root, name), name, { flag: 'a' });
    utimesSync(join(root, name), seconds, seconds);
  };
  const age = (name: string, seconds: number) => utimesSync(join(root, name), seconds, seconds);

  it('when nothing is built, when a source is newer, when a source is gone; not otherwise', () => {
    set('src/deep/a.ts', 100);
    set('src/b.ts', 100);
    age('src/deep', 100);
    age('src', 100);
    expect(isStale('out.html', ['src'], root)).toBe(true);
    set('out.html', 200);
    expect(isStale('out.html', ['src'], root)).toBe(false);
    age('src/deep/a.ts', 300);
    expect(isStale('out.html', ['src'], root)).toBe(true);
    age('src/deep/a.ts', 100);
    age('src/deep', 300);
    expect(isStale('out.html', ['src'], root)).toBe(true);
    age('src/deep', 100);
    expect(isStale('out.html', ['src'], root)).toBe(false);
  });
});
