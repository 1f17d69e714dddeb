import type { LocalisedText } from '#shared/text.ts';

/** The host cannot start for a reason a person can act on. Printed as one line in both languages, without a stack. */
export class StartError extends Error {
  override name = 'StartError';
  readonly text: LocalisedText;
  /** 2: the command was not understood; 1: it was, and could not be carried out. */
  readonly exitCode: 1 | 2;

  constructor(zh: string, en: string, exitCode: 1 | 2 = 1) {
    super(en);
    this.text = { zh, en };
    this.exitCode = exitCode;
  }
}

const LISTEN_FAILURES: Record<string, (host: string, port: number) => StartError> = {
  EADDRINUSE: (host, port) =>
    new StartError(
      `端口 ${port}（${host}）已被其他程序占用，请换一个 --port`,
      `Port ${port} on ${host} is taken by another program: choose another --port`,
    ),
  EACCES: (host, port) =>
    new StartError(
      `没有权限监听 ${host}:${port}，请用 1024 以上的端口`,
      `Not allowed to listen on ${host}:${port}: choose a port above 1024`,
    ),
  EADDRNOTAVAIL: (host) => new StartError(`本机没有地址 ${host}`, `This machine has no address ${host}`),
  ENOTFOUND: (host) => new StartError(`找不到主机名 ${host}`, `There is no host called ${host}`),
};

/** Turns a failure to listen into words; null when it is something else. */
export function listenFailure(error: unknown, host: string, port: number): StartError | null {
  const code = (error as NodeJS.ErrnoException).code;
  return (code !== undefined && LISTEN_FAILURES[code]?.(host, port)) || null;
}

/** What an unforeseen error says to a person: its message in one line. Store and configuration errors bring their own words. */
export function startFailureLine(error: unknown): string {
  const text = (error as { text?: LocalisedText }).text;
  if (text && typeof text.zh === 'string' && typeof text.en === 'string') return `${text.zh} / ${text.en}`;
  const message = error instanceof Error ? error.message : String(error);
  return `无法启动：${message} / Cannot start: ${message}`.replace(/\s*\n\s*/g, ' ');
}
