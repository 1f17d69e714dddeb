import { describe, expect, it } from 'vitest';
import { isLoopback, parseServerOptions } from '#main/server/options.ts';
import { listenFailure, StartError, startFailureLine } from '#main/server/start-error.ts';

const parse = (...argv: string[]) => parseServerOptions(argv, { ORDERPULSE_HOME: '/home/someone' });
function refusal(...argv: string[]): StartError {
  try {
    parse(...argv);
  } catch (error) {
    if (error instanceof StartError) return error;
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
}

describe('the command line of the server host', () => {
  it('needs nothing', () => {
    expect(parse()).toEqual({
      data: '/home/someone/workspace',
      host: '127.0.0.1',
      port: 7420,
      token: null,
      config: null,
      operators: null,
      demo: false,
      demoPast: false,
      tls: null,
      allowedHosts: [],
    });
    expect(parse('--demo').data).toBe('/home/someone/demo');
  });

  it('gives a demo its past unless told otherwise', () => {
    expect(parse('--demo').demoPast).toBe(true);
    expect(parse('--demo', '--without-past').demoPast).toBe(false);
  });

  it('takes every flag', () => {
    const argv =
      '--data d --port 0 --host ::1 --token t --config c.json --operators o.json --tls-cert c --tls-key k --allow-host a --allow-host b';
    expect(parse(...argv.split(' '))).toEqual({
      data: 'd',
      host: '::1',
      port: 0,
      token: 't',
      config: 'c.json',
      operators: 'o.json',
      demo: false,
      demoPast: false,
      tls: { cert: 'c', key: 'k' },
      allowedHosts: ['a', 'b'],
    });
  });

  it('takes the token from the environment, where no process list shows it', () => {
    expect(parseServerOptions([], { ORDERPULSE_TOKEN: 'from-environment' }).token).toBe('from-environment');
  });

  it.each([
    [['--nonsense'], '--nonsense'],
    [['stray'], 'stray'],
    [['--port'], '--port'],
    [['--port', 'eighty'], 'eighty'],
    [['--port', '65536'], '65536'],
    [['--port=-1'], '-1'],
    [['--store', 'postgres://db'], 'team hub'],
    [['--demo', '--config', 'c.json'], '--config'],
    [['--tls-cert', 'c'], '--tls-key'],
    [['--token', ' '], 'empty'],
  ])('%j is refused in one line, in both languages', (argv, word) => {
    const error = refusal(...argv);
    const line = startFailureLine(error);
    expect(error.exitCode).toBe(2);
    expect(line).toContain(word);
    expect(line).not.toContain('\n');
    expect(line).toMatch(/[\u4e00-\u9fff]/);
  });

  it.each([
    ['no token and no TLS', []],
    ['a token without TLS', ['--token', 'a-token-long-enough-to-be-one']],
    ['TLS without a token', ['--tls-cert', 'c', '--tls-key', 'k']],
    ['a short token', ['--token', 'short', '--tls-cert', 'c', '--tls-key', 'k']],
  ])('beyond this machine, %s is refused', (_case, argv) => {
    expect(refusal('--host', '0.0.0.0', ...argv).exitCode).toBe(2);
  });

  it('beyond this machine, a token or operators with TLS will do', () => {
    expect(parse('--host', '0.0.0.0', '--token', 'a-token-long-enough', '--tls-cert', 'c', '--tls-key', 'k').host).toBe('0.0.0.0');
    expect(parse('--host', '::', '--operators', 'o', '--tls-cert', 'c', '--tls-key', 'k').host).toBe('::');
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['192.168.1.2', false],
    ['127.0.0.1.example.test', false],
    ['::', false],
  ])('%s is loopback: %s', (host, expected) => expect(isLoopback(host)).toBe(expected));
});

describe('a failure to start', () => {
  it.each([
    ['EADDRINUSE', '8080'],
    ['EACCES', '8080'],
    ['EADDRNOTAVAIL', 'example.test'],
    ['ENOTFOUND', 'example.test'],
  ])('%s is put in words', (code, word) => {
    expect(listenFailure({ code }, 'example.test', 8080)?.text.en).toContain(word);
  });

  it('that is something else is not renamed', () => {
    expect(listenFailure(new Error('boom'), 'h', 1)).toBeNull();
    expect(startFailureLine(new Error('boom\n  at x'))).toBe('无法启动：boom at x / Cannot start: boom at x');
    expect(startFailureLine(Object.assign(new Error('x'), { text: { zh: '甲', en: 'A' } }))).toBe('甲 / A');
  });
});
