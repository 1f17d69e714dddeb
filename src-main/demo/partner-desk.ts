import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { z } from 'zod';
import { MINUTE, SECOND } from '#shared/time.ts';

/** What the hub asked of the warehouse or of the message service about one order. */
export interface PartnerRequest {
  type: 'wms.ship' | 'wms.hold' | 'wms.recall' | 'buyer.message';
  channel: string;
  shopId: string;
  channelOrderId: string;
}

/**
 * The merchant's warehouse system and message service: one HTTP server on the loopback address that takes the hub's
 * signed messages (Standard Webhooks 1.0.0), checks them as a stranger would, and does each of them once.
 */
export interface PartnerDesk {
  readonly wmsUrl: string;
  readonly buyerUrl: string;
  /** Requests taken, without the repeated ones. */
  counts(): { taken: number; repeated: number; refused: number };
  stop(): Promise<void>;
}

export interface PartnerDeskOptions {
  wmsSecret: string;
  buyerSecret: string;
  now: () => number;
  onRequest: (request: PartnerRequest) => void;
}

const TOLERANCE = 5 * MINUTE;
const BODY_LIMIT = 65_536;
/** Ids of messages already done; beyond it the oldest are forgotten. */
const MOST_REMEMBERED = 20_000;

const messageSchema = z.object({
  type: z.enum(['wms.ship', 'wms.hold', 'wms.recall', 'buyer.message']),
  timestamp: z.string(),
  data: z.object({ channel: z.string(), shopId: z.string(), channelOrderId: z.string() }),
});

/** Why a message is refused, or null when its signature and age are right. */
export function refusalOf(headers: Record<string, unknown>, body: Buffer, secret: string, now: number): string | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return 'a webhook header is missing';
  if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp) * SECOND) > TOLERANCE) return 'the timestamp is not of now';
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = Buffer.from(createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64'));
  const right = signatures.split(' ').some((entry) => {
    const given = Buffer.from(entry.startsWith('v1,') ? entry.slice(3) : '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return right ? null : 'the signature is wrong';
}

export async function openPartnerDesk(options: PartnerDeskOptions): Promise<PartnerDesk> {
  const server = Fastify({ bodyLimit: BODY_LIMIT });
  const done = new Set<string>();
  const counts = { taken: 0, repeated: 0, refused: 0 };

  server.removeAllContentTypeParsers();
  // The signature is over the bytes as they came.
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));

  function take(headers: Record<string, unknown>, body: unknown, secret: string): { status: number; message: string } {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const refusal = refusalOf(headers, bytes, secret, options.now());
    if (refusal) return { status: 401, message: refusal };
    const id = String(headers['webhook-id']);
    if (done.has(id)) return { status: 200, message: 'already done' };
    const message = messageSchema.safeParse(parseJson(bytes));
    if (!message.success) return { status: 400, message: z.prettifyError(message.error) };
    done.add(id);
    for (const oldest of done) {
      if (done.size <= MOST_REMEMBERED) break;
      done.delete(oldest);
    }
    options.onRequest({ type: message.data.type, ...message.data.data });
    return { status: 202, message: 'taken' };
  }

  for (const [path, secret] of [
    ['/wms', options.wmsSecret],
    ['/buyer', options.buyerSecret],
  ] as const) {
    server.post(path, (request, reply) => {
      const { status, message } = take(request.headers, request.body, secret);
      if (status === 202) counts.taken += 1;
      else if (status === 200) counts.repeated += 1;
      else counts.refused += 1;
      return reply.code(status).send({ message });
    });
  }

  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return {
    wmsUrl: `http://127.0.0.1:${port}/wms`,
    buyerUrl: `http://127.0.0.1:${port}/buyer`,
    counts: () => ({ ...counts }),
    async stop() {
      // The hub keeps its connections open; they are not waited for.
      server.server.closeAllConnections();
      await server.close();
    },
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
