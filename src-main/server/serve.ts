import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { PreparedDemo } from '#main/demo/demo.ts';
import type { HubLink } from '#main/gateway/link.ts';
import { lateHub } from '#main/host/late-hub.ts';
import type { HubOptions } from '#main/host/options.ts';
import type { HubThread } from '#main/host/thread.ts';
import { configSchema, readConfigFile } from '#main/hub/config.ts';
import type { HubConfig } from '#main/hub/config.ts';
import { Access, readOperators, workspaceToken } from './access.ts';
import type { Operator } from './access.ts';
import { createServer } from './app.ts';
import type { ServerOptions } from './options.ts';
import { portOf } from './port.ts';
import { listenFailure, StartError } from './start-error.ts';

/** A server host at work. */
export interface Serving {
  /** `http://127.0.0.1:7420` */
  url: string;
  /** Lets one browser in, once; null where the operator chose the tokens. */
  loginUrl: string | null;
  /** File the workspace's own token is kept in; null where the operator chose the tokens. */
  tokenPath: string | null;
  /** Finishes what is in flight and closes the store. May be called more than once. */
  close(): Promise<void>;
  /** Resolves when an operator asked the hub to stop. */
  stopAsked: Promise<void>;
  /**
   * Resolves when the hub behind the doors answers, or never will: a new demo first lives through its past. Null where there is nothing to
   * wait for.
   */
  ready: Promise<void> | null;
  /** Resolves with the cause when the hub ended by itself; what was acknowledged is on disk. */
  crashed: Promise<Error>;
}

export interface ServeParts {
  openHub: (options: HubOptions) => Promise<HubThread>;
  logger: FastifyBaseLogger;
  /** Folder of the built console. */
  consoleDirectory: string;
}

/** The token of the command line or of the workspace is the administrator's. */
const ADMINISTRATOR = 'admin';

function prepareDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = (error as Error).message;
    throw new StartError(`数据目录 ${path} 无法使用：${reason}`, `The data folder ${path} cannot be used: ${reason}`);
  }
}

function readTls(tls: ServerOptions['tls']): { cert: Buffer; key: Buffer } | null {
  if (tls === null) return null;
  try {
    return { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
  } catch (error) {
    const reason = (error as Error).message;
    throw new StartError(`TLS 证书或私钥无法读取：${reason}`, `The TLS certificate or key cannot be read: ${reason}`);
  }
}

function operatorsOf(options: ServerOptions): { operators: Operator[]; tokenPath: string | null } {
  const listed = options.operators === null ? [] : readOperators(options.operators);
  if (options.token !== null) {
    return { operators: [...listed, { operator: ADMINISTRATOR, role: 'admin', token: options.token }], tokenPath: null };
  }
  if (listed.length > 0) return { operators: listed, tokenPath: null };
  const { token, path } = workspaceToken(options.data);
  return { operators: [{ operator: ADMINISTRATOR, role: 'admin', token }], tokenPath: path };
}

function configOf(options: ServerOptions, demo: PreparedDemo | null): HubConfig {
  if (demo) return demo.config;
  return options.config === null ? configSchema.parse({}) : readConfigFile(options.config);
}

/** The demo comes with every simulated platform: loaded only where it is asked for. */
async function openDemo({ data, demoPast }: ServerOptions): Promise<PreparedDemo> {
  const { PAST_ORDERS, prepareDemo } = await import('#main/demo/demo.ts');
  return prepareDemo({ directory: data, past: demoPast ? PAST_ORDERS : 0 });
}

async function listen(app: FastifyInstance, options: ServerOptions): Promise<string> {
  try {
    await app.listen({ host: options.host.replace(/^\[|\]$/g, ''), port: options.port });
  } catch (error) {
    throw listenFailure(error, options.host, options.port) ?? error;
  }
  const name = options.host.includes(':') && !options.host.startsWith('[') ? `[${options.host}]` : options.host;
  return `${options.tls ? 'https' : 'http'}://${name}:${portOf(app)}`;
}

/** What is open, in the order it is closed: senders first, then the doors, then the store. */
interface Opened {
  demo: PreparedDemo | null;
  app: FastifyInstance | null;
  link: HubLink | null;
}

/** Each gets its turn even if one before it failed; the first failure is thrown. */
async function closeAll({ demo, app, link }: Opened): Promise<void> {
  const results = [];
  for (const close of [() => demo?.stop(), () => app?.close(), () => link?.close()]) {
    results.push(...(await Promise.allSettled([close()])));
  }
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

/** Opens the workspace and its doors. On any failure everything opened so far is closed again and the error is thrown. */
export async function serve(options: ServerOptions, parts: ServeParts): Promise<Serving> {
  prepareDirectory(options.data);
  const tls = readTls(options.tls);
  const { operators, tokenPath } = operatorsOf(options);
  const access = new Access(operators);
  const opened: Opened = { demo: null, app: null, link: null };
  let closing: Promise<void> | null = null;
  const close = () => (closing ??= closeAll(opened));
  const { promise: stopAsked, resolve: onStop } = Promise.withResolvers<void>();
  try {
    opened.demo = options.demo ? await openDemo(options) : null;
    const people = operators.map(({ operator, role }) => ({ operator, role }));
    const open = () => parts.openHub({ dataDirectory: options.data, config: configOf(options, opened.demo), demo: options.demo, people });
    const past = opened.demo?.past ?? null;
    const late = past && lateHub(past, open);
    const link = late ?? (await open());
    opened.link = link;
    opened.app = await createServer({
      ...options,
      link,
      access,
      tls,
      onStop,
      logger: parts.logger,
      consoleDirectory: parts.consoleDirectory,
    });
    const url = await listen(opened.app, options);
    const loginUrl = tokenPath === null ? null : `${url}/login?code=${access.issueCode(ADMINISTRATOR)}`;
    const begun = opened.demo?.start(url);
    // The past of a new demo is lived through while the doors listen already: what is asked is answered when the hub is open.
    if (!late) await begun;
    else begun?.catch((error: unknown) => closing ?? parts.logger.error({ err: error }, 'the demo could not begin'));
    return { url, loginUrl, tokenPath, close, stopAsked, ready: late && late.ready, crashed: link.crashed };
  } catch (error) {
    // The reason the host cannot start is what counts; what fails while closing is only its echo.
    await close().catch((echo: unknown) => parts.logger.error({ err: echo }, 'closing after a failed start'));
    throw error;
  }
}

/** Where the built console lies next to the sources. */
export const CONSOLE_DIRECTORY = join(import.meta.dirname, '../../out/renderer');
