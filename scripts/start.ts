/**
 * `npm start [-- --config FILE] [--data DIR] [--port N] [--browser | --electron] [--no-open]`: builds if needed, chooses a host, says
 * which and why, and opens the console. Without a configuration it opens the demo workspace.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { buildIfStale } from './console-build.ts';
import { fetchElectron, findElectron } from './electron-runtime.ts';
import { browser, chooseHost, hasDisplay } from './host-choice.ts';
import type { HostChoice } from './host-choice.ts';

const ROOT = join(import.meta.dirname, '..');
const USUAL_PORT = 7420;
/** The whole start must stay well under a minute where the runtime cannot be had. */
const FETCH_LIMIT = 20_000;
/** A shell that ends this soon with an error never showed a window. */
const SHORTEST_RUN = 15_000;

interface StartFlags {
  config: string | undefined;
  data: string | undefined;
  port: string | undefined;
  wanted: 'electron' | 'browser' | null;
  open: boolean;
}

function readFlags(): StartFlags {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string' },
        browser: { type: 'boolean' },
        electron: { type: 'boolean' },
        'no-open': { type: 'boolean' },
      },
    });
    const { config = process.env['ORDERPULSE_CONFIG'] || undefined, data, port } = values;
    const wanted = values.browser ? 'browser' : values.electron ? 'electron' : null;
    return { config, data, port, wanted, open: !values['no-open'] && !process.env['CI'] };
  } catch (error) {
    const [reason] = (error as Error).message.split(/\.\s|\n/);
    console.error(`命令参数有误：${reason} / Unusable arguments: ${reason}`);
    process.exit(2);
  }
}

async function decide(flags: StartFlags): Promise<HostChoice> {
  const choice = chooseHost({
    platform: process.platform,
    environment: process.env,
    wanted: flags.wanted,
    root: process.getuid?.() === 0,
    runtime: findElectron() !== null,
  });
  if (choice.host !== 'fetch') return choice;
  console.info('正在获取 Electron 运行环境… / fetching the Electron runtime …');
  const fetched = await fetchElectron(FETCH_LIMIT);
  return fetched.path !== null
    ? { host: 'electron' }
    : browser(`Electron 运行环境无法获取（${fetched.reason}）`, `Electron's runtime cannot be fetched (${fetched.reason})`);
}

/** Ends the child with us, and us with the child. */
function tie(child: ChildProcess): Promise<number> {
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((done) => {
    child.on('error', (error) => {
      console.error(error.message);
      done(1);
    });
    child.on('exit', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      done(code ?? 1);
    });
  });
}

/** Runs the desktop shell; null when it ended before it can have shown a window, so that the browser host takes over. */
async function runElectron(flags: StartFlags): Promise<number | null> {
  const program = findElectron();
  if (program === null) return null;
  console.info('OrderPulse 在桌面窗口中运行。 / OrderPulse runs in its own window.');
  const started = Date.now();
  const environment = { ...process.env, ...(flags.config && { ORDERPULSE_CONFIG: resolve(flags.config) }) };
  const code = await tie(spawn(program, [ROOT], { stdio: 'inherit', env: environment }));
  return code !== 0 && Date.now() - started < SHORTEST_RUN ? null : code;
}

/** The usual port while it is free, so that bookmarks last; else any free one. */
function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(0));
    probe.listen(USUAL_PORT, '127.0.0.1', () => probe.close(() => done(USUAL_PORT)));
  });
}

function openBrowser(url: string): void {
  const [command, args]: [string, string[]] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  // Without a browser to open, the printed address is what counts.
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

async function runServer(flags: StartFlags, reason: { zh: string; en: string }): Promise<number> {
  console.info(`OrderPulse 在浏览器中运行：${reason.zh}。 / OrderPulse runs in the browser: ${reason.en}.`);
  const workspace = flags.config ? ['--config', flags.config] : ['--demo'];
  const port = flags.port ?? String(await freePort());
  const args = [join(ROOT, 'src-main/server/main.ts'), ...workspace, '--port', port, ...(flags.data ? ['--data', flags.data] : [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'pipe'] });
  const show = flags.open && hasDisplay(process.platform, process.env);
  createInterface({ input: child.stderr }).on('line', (line) => {
    console.error(line);
    const link = /https?:\/\/\S+\/login\?code=\S+/.exec(line)?.[0];
    if (link && show) openBrowser(link);
  });
  return tie(child);
}

async function main(): Promise<number> {
  const flags = readFlags();
  let choice = await decide(flags);
  if (!(await buildIfStale(choice.host === 'electron' ? 'desktop' : 'console'))) {
    console.error('构建失败，见上文。 / The build failed, see above.');
    return 1;
  }
  if (choice.host === 'electron') {
    const code = await runElectron(flags);
    if (code !== null) return code;
    choice = browser('桌面窗口未能启动', 'the desktop window could not be started');
  }
  return runServer(flags, choice.host === 'browser' ? choice.reason : { zh: '', en: '' });
}

process.exit(await main());
