import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer } from '#shared/contract/index.ts';
import type { HubConfigInput } from '#main/hub/config.ts';
import type { SignedMessage } from './webhooks.ts';

const MAIN = join(import.meta.dirname, '../../src-main/server/main.ts');
const START_LIMIT = 40_000;

/** What a finished run left behind. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string[];
  errors: string[];
}

/** `npm run hub`, as a process of its own, with its output by line. */
export class ServerProcess {
  readonly out: string[] = [];
  readonly errors: string[] = [];
  readonly ended: Promise<Ended>;
  url = '';
  readonly #child: ChildProcess;

  private constructor(args: readonly string[], environment: NodeJS.ProcessEnv) {
    const env = { ...process.env, ORDERPULSE_LOG: 'error', VITEST: undefined, ORDERPULSE_TOKEN: undefined, ...environment };
    this.#child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    const { stdout, stderr } = this.#child;
    if (!stdout || !stderr) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => this.out.push(line));
    createInterface({ input: stderr }).on('line', (line) => this.errors.push(line));
    this.ended = new Promise((resolve) =>
      this.#child.once('close', (code, signal) => resolve({ code, signal, out: this.out, errors: this.errors })),
    );
  }

  /** Starts and waits for `listening`. Throws with its output when it ends instead. */
  static async start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const server = new ServerProcess(args, environment);
    let over = false;
    void server.ended.then(() => (over = true));
    const limit = Date.now() + START_LIMIT;
    for (;;) {
      const line = server.out.find((candidate) => candidate.startsWith('listening '));
      if (line) {
        server.url = line.slice('listening '.length);
        return server;
      }
      if (over || Date.now() > limit) {
        server.kill('SIGKILL');
        throw new Error(`the server did not start: ${[...server.out, ...server.errors].join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Runs to its end, for starts that must be refused. */
  static async refused(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const server = new ServerProcess(args, environment);
    const timer = setTimeout(() => server.kill('SIGKILL'), START_LIMIT);
    const ended = await server.ended;
    clearTimeout(timer);
    return ended;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.kill(signal);
    return this.ended;
  }

  async rpc(token: string, method: string, params: unknown = {}, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.url}/rpc/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(params),
    });
    return { status: response.status, answer: (await response.json()) as Answer<never> };
  }

  async hook(path: string, message: SignedMessage): Promise<{ status: number; body: string }> {
    const response = await fetch(`${this.url}/hooks/${path}`, {
      method: 'POST',
      headers: message.headers,
      body: new Uint8Array(message.body),
    });
    return { status: response.status, body: await response.text() };
  }
}

/** A folder of its own with a configuration file; removed by `remove`. */
export function temporaryWorkspace(config: HubConfigInput): { directory: string; data: string; config: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'orderpulse-server-'));
  const path = join(directory, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  return { directory, data: join(directory, 'data'), config: path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
