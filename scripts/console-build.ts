/** Builds what `npm start` shows, if it is not built yet or older than its sources. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const CONSOLE_SOURCES = ['src-renderer', 'src-shared', 'electron.vite.config.ts', 'vite.renderer.config.ts', 'package-lock.json'];
/** The demo brings its platforms along. */
const DESKTOP_SOURCES = [...CONSOLE_SOURCES, 'src-main', 'simulators', 'resources'];

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // A removed file changes its folder's time, so folders count too.
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

/** True when `output` is missing or older than any of `sources`. */
export function isStale(output: string, sources: readonly string[], root = ROOT): boolean {
  const built = statSync(join(root, output), { throwIfNoEntry: false })?.mtimeMs;
  return built === undefined || sources.some((source) => newest(join(root, source)) > built);
}

/** `console`: only what a browser needs; `desktop`: shell, preload and console. Returns false when the build failed. */
export async function buildIfStale(kind: 'console' | 'desktop'): Promise<boolean> {
  const console_ = isStale('out/renderer/index.html', CONSOLE_SOURCES);
  if (kind === 'desktop') {
    if (!console_ && !isStale('out/main/main.js', DESKTOP_SOURCES)) return true;
    announce();
    const run = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
      {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    return run.status === 0;
  }
  if (!console_) return true;
  announce();
  const [{ build }, { default: config }] = await Promise.all([import('vite'), import('../electron.vite.config.ts')]);
  const renderer = (config as { renderer: Record<string, unknown> }).renderer;
  try {
    await build({ ...renderer, root: join(ROOT, 'src-renderer'), base: './', configFile: false, logLevel: 'warn' });
    return true;
  } catch (error) {
    console.error((error as Error).message);
    return false;
  }
}

function announce(): void {
  console.info('正在构建控制台… / building the console …');
}
