import type { FastifyInstance } from 'fastify';

/** Passes over requests whose sender is gone: there is nobody to answer, and no address left to count them by. */
export function passOverGone(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.raw.socket.destroyed) reply.hijack();
    else done();
  });
}
