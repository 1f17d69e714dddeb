import type { FastifyInstance } from 'fastify';
import { Gauge, Histogram, Registry } from 'prom-client';
import type { HubLink } from '#main/gateway/link.ts';
import { SECOND } from '#shared/time.ts';
import { localeOf, operatorOf, refusal } from './caller.ts';
import type { Doorkeeper } from './caller.ts';
import { isLoopback } from './options.ts';

/** Seconds; the platforms' own limits are 3 to 5 s, ours is 0.05 s. */
const ACKNOWLEDGEMENT_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5];

/** A hub that says nothing for so long does not work, whatever keeps it. */
const PATIENCE = 10 * SECOND;

export interface Observation {
  acknowledged(seconds: number, status: number): void;
}

function peerIsLocal(address: string): boolean {
  return isLoopback(address.replace(/^::ffff:/, ''));
}

/** Rejects where the hub does not answer in time: whoever watches it must not wait for ever as well. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`The hub has not answered for ${PATIENCE / SECOND} seconds.`)), PATIENCE);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** `GET /healthz` (open) and `GET /metrics` (this machine, or with a token): the hub's figures and the host's own. */
export function registerObservation(app: FastifyInstance, link: HubLink, keeper: Doorkeeper, consoles: () => number): Observation {
  const registry = new Registry();
  const acknowledgement = new Histogram({
    name: 'orderpulse_webhook_acknowledgement_seconds',
    help: 'Time from the last byte of a webhook to its answer, by HTTP status.',
    labelNames: ['status'],
    buckets: ACKNOWLEDGEMENT_BUCKETS,
    registers: [registry],
  });
  new Gauge({
    name: 'orderpulse_consoles',
    help: 'Consoles connected to the event stream.',
    registers: [registry],
    collect() {
      this.set(consoles());
    },
  });

  app.get('/healthz', async (_request, reply) => {
    const health = await inTime(link.health()).catch((error: unknown) => ({
      ok: false,
      problem: error instanceof Error ? error.message : String(error),
      startedAt: null,
    }));
    const { ok, problem, startedAt } = health;
    return reply
      .code(ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ok, problem, startedAt });
  });

  app.get('/metrics', async (request, reply) => {
    if (!peerIsLocal(request.ip) && operatorOf(request, keeper) === null) {
      return reply.code(401).send(refusal('unauthenticated', localeOf(request.headers)));
    }
    const [hub, own] = await Promise.all([inTime(link.health()).then((health) => health.metrics), registry.metrics()]);
    return reply.type(registry.contentType).send(`${hub.trimEnd()}\n${own}`);
  });

  return {
    acknowledged: (seconds, status) => acknowledgement.observe({ status: String(status) }, seconds),
  };
}
