import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { HubLink } from '#main/gateway/link.ts';
import { SECOND } from '#shared/time.ts';
import type { Access } from './access.ts';
import type { Doorkeeper } from './caller.ts';
import { registerConsole, registerLogin } from './console.ts';
import { registerEvents } from './events.ts';
import { passOverGone } from './gone.ts';
import { registerObservation } from './observe.ts';
import { isLoopback } from './options.ts';
import { portOf } from './port.ts';
import { registerRpc } from './rpc.ts';
import { EventBroadcast } from './stream.ts';
import { registerWebhooks } from './webhooks.ts';

export interface ServerParts {
  link: HubLink;
  access: Access;
  host: string;
  allowedHosts: readonly string[];
  tls: { cert: Buffer; key: Buffer } | null;
  /** Folder of the built console. */
  consoleDirectory: string;
  logger: FastifyBaseLogger;
  /** An operator asked the hub to stop. */
  onStop: () => void;
}

/** Per address and second: far above ten times the busiest promo day (23,000 orders/min), far below what hurts. */
const REQUESTS_PER_SECOND = 10_000;
const WEBSOCKET_MESSAGE_LIMIT = 4 * 1024;
const REQUEST_TIMEOUT = 30 * SECOND;

/**
 * What a page of ours may load. Naive UI writes its styles into the page, hence inline styles; scripts come from here alone.
 * Source: MDN, Content-Security-Policy.
 */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

function allowedHosts({ host, allowedHosts: more }: ServerParts): ReadonlySet<string> | null {
  if (!isLoopback(host)) return more.length > 0 ? new Set([host, ...more].map((name) => name.toLowerCase())) : null;
  const bare = host.replace(/^\[|\]$/g, '');
  return new Set(['localhost', '127.0.0.1', '[::1]', bare.includes(':') ? `[${bare}]` : bare, ...more].map((name) => name.toLowerCase()));
}

/** Assembles the server host around a hub. Nothing a feature needs is decided here. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: parts.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1024 * 1024,
    requestTimeout: REQUEST_TIMEOUT,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    ...(parts.tls && { https: { cert: parts.tls.cert, key: parts.tls.key } }),
  }) as FastifyInstance;
  const keeper: Doorkeeper = {
    access: parts.access,
    hosts: allowedHosts(parts),
    cookieName: () => `orderpulse_${portOf(app)}`,
  };
  passOverGone(app);
  await app.register(rateLimit, { max: REQUESTS_PER_SECOND, timeWindow: SECOND });
  await app.register(helmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    strictTransportSecurity: parts.tls !== null,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
  });
  await app.register(cookie);
  await app.register(websocket, { options: { maxPayload: WEBSOCKET_MESSAGE_LIMIT } });

  const broadcast = new EventBroadcast(parts.link);
  app.addHook('onClose', () => broadcast.close());
  const observation = registerObservation(app, parts.link, keeper, () => broadcast.consoles);
  registerWebhooks(app, parts.link, (seconds, status) => observation.acknowledged(seconds, status));
  registerRpc(app, parts.link, keeper, parts.onStop);
  registerEvents(app, broadcast, keeper);
  registerLogin(app, keeper, parts.tls !== null);
  registerConsole(app, parts.consoleDirectory, keeper);
  return app;
}
