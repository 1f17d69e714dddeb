/**
 * `npm run dev`: the console with hot reload. Where Electron's runtime is present, in its window; elsewhere in the browser,
 * beside a demo hub that restarts when its sources change.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findElectron } from './electron-runtime.ts';
import { hasDisplay } from './host-choice.ts';

const ROOT = join(import.meta.dirname, '..');
const HUB_PORT = 7421;
const PAGE_PORT = 5173;
const HUB = `http://127.0.0.1:${HUB_PORT}`;

const children: ChildProcess[] = [];
function end(code: number): never {
  for (const child of children) child.kill('SIGTERM');
  process.exit(code);
}
process.on('SIGINT', () => end(0)).on('SIGTERM', () => end(0));

function keep(child: ChildProcess): ChildProcess {
  children.push(child);
  child.on('exit', (code) => end(code ?? 1));
  return child;
}

async function serveConsole(): Promise<void> {
  const [{ createServer }, { default: config }] = await Promise.all([import('vite'), import('../electron.vite.config.ts')]);
  const renderer = (config as { renderer: Record<string, unknown> }).renderer;
  const server = await createServer({
    ...renderer,
    root: join(ROOT, 'src-renderer'),
    configFile: false,
    server: {
      host: '127.0.0.1',
      port: PAGE_PORT,
      strictPort: true,
      // The Host header stays the page's own: the hub compares it with the page's origin.
      proxy: { '/rpc': { target: HUB }, '/login': { target: HUB }, '/events': { target: HUB, ws: true } },
    },
  });
  await server.listen();
}

if (findElectron() !== null && hasDisplay(process.platform, process.env)) {
  keep(
    spawn(process.execPath, [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'dev', '--watch'], {
      cwd: ROOT,
      stdio: 'inherit',
    }),
  );
} else {
  await serveConsole();
  const hub = keep(
    spawn(
      process.execPath,
      ['--watch', '--watch-preserve-output', join(ROOT, 'src-main/server/main.ts'), '--demo', '--port', String(HUB_PORT)],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    ),
  );
  if (hub.stderr) {
    createInterface({ input: hub.stderr }).on('line', (line) => {
      // The login happens through the page's own address, so that its cookie belongs to it.
      console.error(line.replace(HUB, `http://127.0.0.1:${PAGE_PORT}`));
    });
  }
}
