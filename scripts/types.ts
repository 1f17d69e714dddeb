/** Type-checks every room with the libraries that room may use: no Node types in the shared room, no DOM in the hub. */
import { spawnSync } from 'node:child_process';

const rooms: [room: string, checker: string][] = [
  ['shared', 'tsc'],
  ['main', 'tsc'],
  ['renderer', 'vue-tsc'],
  ['test', 'vue-tsc'],
];
let failed = false;
for (const [room, checker] of rooms) {
  const run = spawnSync('npx', ['--no-install', checker, '-p', `tsconfig.${room}.json`], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
