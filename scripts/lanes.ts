/** Commands of installed packages, side by side: each checks alone what the others do not touch. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** `args`: the command of an installed package and what follows it. */
export interface Command {
  name: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Shows its lines as they come, each with its name, instead of keeping them for the end. */
  live?: boolean;
}

/** How a command ended. `output`: everything it printed and did not show. */
export interface Ended {
  name: string;
  ok: boolean;
  output: string;
  seconds: number;
}

/** One lane a core; no more than four, since a type check takes up to 2 GB. */
const LANES = Math.min(4, availableParallelism());

/** Runs the commands in the order given, as many at a time as there are lanes, and tells each as it ends. The longest belong first. */
export async function runSideBySide(commands: readonly Command[], tell: (ended: Ended) => void): Promise<void> {
  const waiting = [...commands];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) tell(await run(next));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

function run({ name, args, env, live = false }: Command): Promise<Ended> {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      env: { ...process.env, ...env },
    });
    let output = '';
    const end = (ok: boolean): void => resolve({ name, ok, output, seconds: (Date.now() - started) / 1_000 });
    for (const stream of [child.stdout, child.stderr]) {
      if (live) createInterface({ input: stream }).on('line', (line) => console.info(`${name} | ${line}`));
      else stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.once('error', ({ message }) => {
      output += `${message}\n`;
      end(false);
    });
    child.once('close', (code) => end(code === 0));
  });
}
