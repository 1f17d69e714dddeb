import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HubLink } from '#main/gateway/link.ts';

/** Platforms send some kilobytes; a mebibyte is an attack or a mistake. */
const WEBHOOK_BODY_LIMIT = 1024 * 1024;

interface HookRoute {
  Params: { channel: string; shopId: string };
  Querystring: Record<string, string | string[]>;
  Body: Buffer | undefined;
}

/** Header values as the hub takes them: one text per name, repeated headers joined. */
function plainHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/** The first value of each name of a query. */
function plainQuery(query: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat()[0] ?? '']));
}

/**
 * `POST /hooks/:channel/:shopId`, and `/hooks/partner/:id` for a warehouse or carrier: the exact bytes go to the hub, its receipt is the answer. No login: the signature is the
 * login, and only the hub knows the secrets. Used by both hosts.
 */
export function registerWebhooks(app: FastifyInstance, link: HubLink, acknowledged: (seconds: number, status: number) => void): void {
  void app.register((scope, _options, done) => {
    // Whatever the content type says, the signature is over the bytes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: WEBHOOK_BODY_LIMIT }, (_request, body, parsed) => parsed(null, body));
    scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) request.log.error({ err: error }, 'a webhook was not taken');
      const known = status === 413 || status === 429 || (status >= 400 && status < 500);
      return reply.code(known ? status : 503).send({ ok: false, error: status === 413 ? 'The body is larger than 1 MiB' : error.message });
    });
    const take = async (request: FastifyRequest<HookRoute>, reply: FastifyReply) => {
      const started = performance.now();
      const receipt = await link.receive({
        method: request.method === 'GET' ? 'GET' : 'POST',
        query: plainQuery(request.query),
        channel: request.params.channel,
        shopId: request.params.shopId,
        headers: plainHeaders(request.headers),
        body: request.body ?? new Uint8Array(),
        receivedAt: Date.now(),
      });
      acknowledged((performance.now() - started) / 1000, receipt.status);
      return reply.code(receipt.status).type(receipt.contentType).send(receipt.body);
    };
    scope.post<HookRoute>('/hooks/:channel/:shopId', { bodyLimit: WEBHOOK_BODY_LIMIT }, take);
    // Some platforms check an address with a GET before they push to it.
    scope.get<HookRoute>('/hooks/:channel/:shopId', take);
    done();
  });
}
