import rateLimit from '@fastify/rate-limit';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger } from 'fastify';
import type { HubLink } from '#main/gateway/link.ts';
import { SECOND } from '#shared/time.ts';
import { passOverGone } from './gone.ts';
import { portOf } from './port.ts';
import { listenFailure } from './start-error.ts';
import { registerWebhooks } from './webhooks.ts';

export interface WebhookListener {
  /** `http://127.0.0.1:7420` */
  url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * The webhook doors alone, on loopback: what the desktop shell opens, since its console needs no HTTP. Throws StartError
 * when the port is taken.
 */
export async function listenForWebhooks(link: HubLink, port: number, logger: FastifyBaseLogger): Promise<WebhookListener> {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 30 * SECOND,
    forceCloseConnections: 'idle',
  });
  passOverGone(app);
  await app.register(rateLimit, { max: 10_000, timeWindow: SECOND });
  registerWebhooks(app, link, () => undefined);
  try {
    await app.listen({ host: LOOPBACK, port });
  } catch (error) {
    await app.close();
    throw listenFailure(error, LOOPBACK, port) ?? error;
  }
  return { url: `http://${LOOPBACK}:${portOf(app)}`, close: () => app.close() };
}
