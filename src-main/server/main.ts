import pino from 'pino';
import { logLines } from '#main/host/logger.ts';
import { startHubThread } from '#main/host/thread.ts';
import { SECOND } from '#shared/time.ts';
import { parseServerOptions } from './options.ts';
import { CONSOLE_DIRECTORY, serve } from './serve.ts';
import type { Serving } from './serve.ts';
import { StartError, startFailureLine } from './start-error.ts';

/** `npm run hub -- …`: the server host. Standard output carries one line when it is ready; everything else goes to standard error. */

/** After this the process ends even if something would not close; what is acknowledged is on disk anyway. */
const LONGEST_CLOSE = 15 * SECOND;

const logger = pino({ level: process.env['ORDERPULSE_LOG'] || 'warn', base: null, timestamp: pino.stdTimeFunctions.isoTime }, logLines);

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function stop(serving: Serving, why: string): Promise<never> {
  say(`正在停止（${why}）… / stopping (${why}) …`);
  setTimeout(() => process.exit(1), LONGEST_CLOSE).unref();
  try {
    await serving.close();
  } catch (error) {
    logger.error({ err: error }, 'closing failed');
    process.exit(1);
  }
  process.exit(0);
}

async function main(): Promise<void> {
  const options = parseServerOptions(process.argv.slice(2));
  const early = new AbortController();
  const interrupted = (signal: NodeJS.Signals) => early.abort(signal);
  process.once('SIGTERM', interrupted).once('SIGINT', interrupted);

  const serving = await serve(options, { openHub: startHubThread, logger, consoleDirectory: CONSOLE_DIRECTORY });
  if (early.signal.aborted) await stop(serving, String(early.signal.reason));
  process.off('SIGTERM', interrupted).off('SIGINT', interrupted);
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void stop(serving, signal);
    });
  }
  void serving.stopAsked.then(() => {
    stopping = true;
    return stop(serving, 'workspace.stop');
  });

  void serving.crashed.then((error) => {
    // A supervisor starts us again on the same data; consoles and platforms come back by themselves.
    say(
      `订单中枢意外停止，已确认的订单都在磁盘上：${error.message} / The hub stopped unexpectedly, everything acknowledged is on disk: ${error.message}`,
    );
    process.exit(1);
  });

  if (serving.loginUrl) {
    say(`登录链接（一小时内可用一次） / login link (works once, within the hour): ${serving.loginUrl}`);
    say(`访问令牌 / access token: ${serving.tokenPath}`);
  }
  if (serving.ready) {
    say(
      '首次启动：演示店铺正在度过开业以来的九周，约需十秒 / First start: the demo lives through the nine weeks behind it, which takes about ten seconds',
    );
    await serving.ready;
  }
  if (!stopping) process.stdout.write(`listening ${serving.url}\n`);
}

// Nobody may be there to read: a pipe that broke, a disk that is full. Orders come in all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'the host failed');
  say(startFailureLine(error));
  process.exit(1);
});

try {
  await main();
} catch (error) {
  say(startFailureLine(error));
  process.exit(error instanceof StartError ? error.exitCode : 1);
}
