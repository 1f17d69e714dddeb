import type { FastifyInstance } from 'fastify';
import type { HubLink } from '#main/gateway/link.ts';

/** Platforms send some kilobytes; a mebibyte is an attack or a mistake. */
export const WEBHOOK_BODY_LIMIT = 1024 * 1024;

interface HookRoute {
  Params: { channel: string; shopId: string };
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

/**
 * `POST /hooks/:channel/:shopId`: the exact bytes go to the hub, its receipt is the answer. No login: the signature is the
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
    scope.post<HookRoute>('/hooks/:channel/:shopId', { bodyLimit: WEBHOOK_BODY_LIMIT }, async (request, reply) => {
      const started = performance.now();
      const receipt = await link.receive({
        channel: request.params.channel,
        shopId: request.params.shopId,
        headers: plainHeaders(request.headers),
        body: request.body ?? new Uint8Array(),
        receivedAt: Date.now(),
      });
      acknowledged((performance.now() - started) / 1000, receipt.status);
      return reply.code(receipt.status).type(receipt.contentType).send(receipt.body);
    });
    done();
  });
}
