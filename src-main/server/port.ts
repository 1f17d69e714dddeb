import type { FastifyInstance } from 'fastify';

/** The port the host listens on; 0 before it does. */
export function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
