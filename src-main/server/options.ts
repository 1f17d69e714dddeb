import { parseArgs } from 'node:util';
import { workspaceDirectory } from './home.ts';
import { StartError } from './start-error.ts';

/** What `npm run hub -- …` was asked to do. */
export interface ServerOptions {
  data: string;
  host: string;
  /** 0 picks a free one. */
  port: number;
  token: string | null;
  config: string | null;
  operators: string | null;
  demo: boolean;
  /** A new demo workspace begins with weeks behind it. */
  demoPast: boolean;
  tls: { cert: string; key: string } | null;
  /** Further names under which this host is reached, e.g. behind a reverse proxy. */
  allowedHosts: string[];
}

export const DEFAULT_PORT = 7420;
const SHORTEST_OPEN_TOKEN = 16;

const USAGE =
  'npm run hub -- --data DIR --port N [--host H] [--token T] [--config FILE.json] [--operators FILE.json] [--demo [--without-past]] [--tls-cert FILE --tls-key FILE] [--allow-host NAME]';

const FLAGS = {
  data: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  token: { type: 'string' },
  config: { type: 'string' },
  operators: { type: 'string' },
  demo: { type: 'boolean' },
  'without-past': { type: 'boolean' },
  store: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
} as const;

/** True for addresses only programs on this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const [reason] = (error as Error).message.split(/\.\s|\n/);
    throw new StartError(`命令参数有误：${reason}。用法：${USAGE}`, `Unusable arguments: ${reason}. Usage: ${USAGE}`, 2);
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new StartError(
    `--port 应为 0 到 65535 的整数，而不是 "${text}"`,
    `--port must be a whole number from 0 to 65535, not "${text}"`,
    2,
  );
}

/** Reads the command line. Throws StartError when it makes no sense or would open an unprotected door. */
export function parseServerOptions(argv: readonly string[], environment: NodeJS.ProcessEnv = process.env): ServerOptions {
  const flags = readFlags(argv);
  if (flags.store !== undefined) {
    throw new StartError(
      '--store（PostgreSQL）随团队版中枢提供，本版本使用数据目录中的 SQLite',
      '--store (PostgreSQL) comes with the team hub; this version keeps its data in SQLite in the data folder',
      2,
    );
  }
  const demo = flags.demo ?? false;
  if (demo && flags.config !== undefined) {
    throw new StartError('--demo 自带配置，不能与 --config 同用', '--demo brings its own configuration and cannot go with --config', 2);
  }
  const [cert, key] = [flags['tls-cert'], flags['tls-key']];
  if ((cert === undefined) !== (key === undefined)) {
    throw new StartError('--tls-cert 与 --tls-key 必须同时给出', '--tls-cert and --tls-key must be given together', 2);
  }
  const options: ServerOptions = {
    data: flags.data ?? workspaceDirectory(demo ? 'demo' : 'workspace', environment),
    host: flags.host ?? '127.0.0.1',
    port: readPort(flags.port),
    token: flags.token ?? (environment['ORDERPULSE_TOKEN'] || null),
    config: flags.config ?? null,
    operators: flags.operators ?? null,
    demo,
    demoPast: demo && !(flags['without-past'] ?? false),
    tls: cert !== undefined && key !== undefined ? { cert, key } : null,
    allowedHosts: flags['allow-host'] ?? [],
  };
  refuseOpenDoor(options);
  return options;
}

/** Beyond this machine, orders and personal data travel only encrypted and behind a token worth the name. */
function refuseOpenDoor(options: ServerOptions): void {
  if (options.token !== null && options.token.trim() === '') {
    throw new StartError('--token 不能为空', '--token must not be empty', 2);
  }
  if (isLoopback(options.host)) return;
  if (options.tls === null || (options.token === null && options.operators === null)) {
    throw new StartError(
      `拒绝监听 ${options.host}：本机以外的地址需要 --token（或 --operators）以及 --tls-cert 与 --tls-key`,
      `Refusing to listen on ${options.host}: an address beyond this machine needs --token (or --operators) and --tls-cert with --tls-key`,
      2,
    );
  }
  if (options.token !== null && options.token.length < SHORTEST_OPEN_TOKEN) {
    throw new StartError(
      `本机以外的地址需要至少 ${SHORTEST_OPEN_TOKEN} 个字符的 --token`,
      `An address beyond this machine needs a --token of at least ${SHORTEST_OPEN_TOKEN} characters`,
      2,
    );
  }
}
