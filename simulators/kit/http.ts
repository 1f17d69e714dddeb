import fastify from 'fastify';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came off the socket: nothing decoded but the query. */
export interface ReceivedRequest {
  method: string;
  /** Still percent-encoded, without the query. */
  path: string;
  /** The query exactly as sent, without `?`. */
  rawQuery: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** `disconnect`: the socket is cut instead of answered. `date`: what the `Date` header says, epoch ms. */
export interface SimulatorAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer;
  date?: number;
  disconnect?: boolean;
}

export interface HttpPlace {
  readonly url: string;
  readonly server: Server;
  close(): Promise<void>;
}

export function jsonAnswer(body: string, status = 200, headers: Record<string, string> = {}): SimulatorAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body };
}

/** Fields of a form body, as sent; a name that comes twice keeps its last value. */
export function formOf(request: ReceivedRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
}

function plain(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return all;
}

/** Listens on a free port of the loopback interface and hands every request over; ends every connection on close. */
export async function openHttp(answer: (request: ReceivedRequest) => Promise<SimulatorAnswer>, port = 0): Promise<HttpPlace> {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 8 * 1024 * 1024 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.all('/*', async (request, reply) => {
    const url = request.raw.url ?? '/';
    const mark = url.indexOf('?');
    const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
    const given = await answer({
      method: request.method,
      path: mark < 0 ? url : url.slice(0, mark),
      rawQuery,
      query: new URLSearchParams(rawQuery),
      headers: plain(request.headers),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    });
    if (given.disconnect) {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    if (given.date !== undefined) reply.header('date', new Date(given.date).toUTCString());
    return reply
      .code(given.status)
      .headers(given.headers ?? {})
      .send(given.body);
  });
  await app.listen({ host: '127.0.0.1', port });
  const { port: bound } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}`, server: app.server, close: () => app.close() };
}
