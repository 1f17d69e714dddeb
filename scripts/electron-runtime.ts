/** Electron's runtime is not in its npm package: it is fetched from a release server that many closed networks do not reach. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = join(import.meta.dirname, '../node_modules/electron');

/** Path of the runtime's program, or null when it is not on this machine. Follows what `electron/index.js` does, without its download. */
export function findElectron(): string | null {
  const pathFile = join(PACKAGE, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : null;
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override) {
    const path = join(override, name ?? 'electron');
    return existsSync(path) ? path : null;
  }
  if (name === null) return null;
  const path = join(PACKAGE, 'dist', name);
  return existsSync(path) ? path : null;
}

/** One attempt of the package's own install script, ended after `limit` ms. Resolves with the program's path, or why there is none. */
export function fetchElectron(limit: number): Promise<{ path: string } | { path: null; reason: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(PACKAGE, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4_000)));
    const timer = setTimeout(() => child.kill('SIGKILL'), limit);
    const done = (fallback: string) => {
      clearTimeout(timer);
      const path = findElectron();
      resolve(path ? { path } : { path: null, reason: fallback });
    };
    child.on('error', (error) => done(error.message));
    child.on('exit', (code, signal) => {
      const [line] = errors.split('\n').filter((text) => text.trim() !== '');
      done(signal ? `no answer within ${limit / 1000} s` : (line ?? `exit code ${code}`));
    });
  });
}
