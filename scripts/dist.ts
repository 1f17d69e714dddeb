/** `npm run dist [-- --linux | --win | --mac]`: installers, by electron-builder as electron-builder.yml says. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fetchElectron, findElectron } from './electron-runtime.ts';

const ROOT = join(import.meta.dirname, '..');
const FETCH_LIMIT = 180_000;
const targets = process.argv.slice(2);

function run(script: string, args: string[]): void {
  const result = spawnSync(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

const crossing =
  targets.some((target) => target.startsWith('--')) &&
  !targets.includes(`--${{ win32: 'win', darwin: 'mac' }[process.platform as string] ?? 'linux'}`);
if (findElectron() === null) {
  const fetched = await fetchElectron(FETCH_LIMIT);
  if (fetched.path === null) {
    console.error(
      `安装包无法生成：Electron 运行环境无法获取（${fetched.reason}）。浏览器版本不受影响：npm start。 / No installer can be made: Electron's runtime cannot be fetched (${fetched.reason}). The browser host is not affected: npm start.`,
    );
    process.exit(1);
  }
}
run('node_modules/electron-vite/bin/electron-vite.js', ['build']);
// The runtime that is here already is the one to pack, unless the installer is for another system.
const runtime = findElectron();
const packed = runtime && !crossing && process.platform !== 'darwin' ? [`--config.electronDist=${dirname(runtime)}`] : [];
run('node_modules/electron-builder/cli.js', [...targets, '--publish', 'never', ...packed]);
