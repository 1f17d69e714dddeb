import type { FastifyInstance } from 'fastify';
import { streamPositionSchema } from '#shared/contract/index.ts';
import type { StreamPosition } from '#shared/contract/index.ts';
import { SECOND } from '#shared/time.ts';
import { isForeign, localeOf, operatorOf, refusal } from './caller.ts';
import type { Doorkeeper } from './caller.ts';
import type { EventBroadcast } from './stream.ts';

/** Application close codes: the console shows its login page on the first and forgets its position on the second. */
const UNAUTHENTICATED = 4401;
const BAD_POSITION = 4400;
/** A connection that answers no ping within this time is closed; a cable pulled out says nothing by itself. */
const PING_EVERY = 15 * SECOND;

function positionOf(query: { epoch?: string; seq?: string }): StreamPosition | undefined {
  if (query.epoch === undefined && query.seq === undefined) return null;
  const read = streamPositionSchema.safeParse({ epoch: query.epoch, seq: /^\d{1,15}$/.test(query.seq ?? '') ? Number(query.seq) : -1 });
  return read.success ? read.data : undefined;
}

/** WebSocket `/events?epoch=…&seq=…`: one `StreamEvent` as JSON per frame, from that position on; without it, from now on. */
export function registerEvents(app: FastifyInstance, broadcast: EventBroadcast, keeper: Doorkeeper): void {
  void app.register((scope, _options, done) => {
    scope.get<{ Querystring: { epoch?: string; seq?: string } }>(
      '/events',
      {
        websocket: true,
        preValidation: async (request, reply) => {
          if (isForeign(request, keeper)) await reply.code(403).send(refusal('forbidden', localeOf(request.headers)));
        },
      },
      (socket, request) => {
        if (operatorOf(request, keeper) === null) return socket.close(UNAUTHENTICATED, 'unauthenticated');
        const position = positionOf(request.query);
        if (position === undefined) return socket.close(BAD_POSITION, 'bad position');
        const leave = broadcast.join(socket, position);
        let alive = true;
        const ping = setInterval(() => {
          if (!alive) return socket.terminate();
          alive = false;
          socket.ping();
        }, PING_EVERY);
        socket.on('pong', () => {
          alive = true;
        });
        socket.on('error', (error) => request.log.info({ error: error.message }, 'a console connection failed'));
        socket.on('close', () => {
          clearInterval(ping);
          leave();
        });
      },
    );
    done();
  });
}
