import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { MINUTE } from '#shared/time.ts';
import type { Operator } from './access.ts';
import { isForeign, localeOf, refusal } from './caller.ts';
import type { Doorkeeper } from './caller.ts';

const loginSchema = z.object({ token: z.string().min(1).max(500) });
const LOGIN_LIMIT = { max: 20, timeWindow: MINUTE };

function setLogin(reply: FastifyReply, operator: Operator, keeper: Doorkeeper, secure: boolean): void {
  const { value, maxAge } = keeper.access.cookieFor(operator);
  void reply.setCookie(keeper.cookieName(), value, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge });
}

/**
 * `GET /login?code=` exchanges the one-time code of the printed link for a cookie, `POST /login {token}` a token. A used
 * link leads to the console all the same: it shows its own login page where there is no cookie yet.
 */
export function registerLogin(app: FastifyInstance, keeper: Doorkeeper, secure: boolean): void {
  app.get<{ Querystring: { code?: string } }>('/login', { config: { rateLimit: LOGIN_LIMIT } }, async (request, reply) => {
    const name = keeper.hosts === null || !isForeignHost(request.headers.host, keeper.hosts);
    const operator = name && request.query.code !== undefined ? keeper.access.redeemCode(request.query.code) : null;
    if (operator) setLogin(reply, operator, keeper, secure);
    return reply.header('cache-control', 'no-store').redirect('/', 303);
  });
  app.post('/login', { config: { rateLimit: LOGIN_LIMIT } }, async (request, reply) => {
    const locale = localeOf(request.headers);
    if (isForeign(request, keeper)) return reply.code(403).send(refusal('forbidden', locale));
    const read = loginSchema.safeParse(request.body);
    if (!read.success) return reply.code(400).send(refusal('bad_request', locale));
    const operator = keeper.access.byToken(read.data.token);
    if (operator === null) return reply.code(401).send(refusal('unauthenticated', locale));
    setLogin(reply, operator, keeper, secure);
    return { ok: true, value: { operator: operator.operator, role: operator.role } };
  });
}

function isForeignHost(host: string | undefined, hosts: ReadonlySet<string>): boolean {
  try {
    return !hosts.has(new URL(`http://${host ?? ''}`).hostname.toLowerCase());
  } catch {
    return true;
  }
}

const NOT_BUILT = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>OrderPulse</title>
<p>控制台尚未构建：请先运行 <code>npm run build</code>。中枢与接口已在运行。</p>
<p>The console is not built yet: run <code>npm run build</code>. The hub and its interface are running.</p></html>`;

/**
 * Serves the built console. Its own addresses live behind the hash, so any other page address leads to its one page.
 * Names under `assets/` carry a hash and may be kept for ever; the page itself may not.
 */
export function registerConsole(app: FastifyInstance, directory: string, keeper: Doorkeeper): void {
  const built = existsSync(join(directory, 'index.html'));
  if (built) {
    void app.register(fastifyStatic, {
      root: directory,
      cacheControl: false,
      setHeaders(reply, path) {
        const hashed = path.startsWith(join(directory, 'assets'));
        void reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  } else {
    app.get('/', (_request, reply) => reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT));
  }
  app.setNotFoundHandler(async (request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (built && wantsPage && (keeper.hosts === null || !isForeignHost(request.headers.host, keeper.hosts))) {
      // The page went away while the hub runs, e.g. during a build: leading it to itself would never end.
      const gone = new URL(request.url, 'http://console').pathname === '/';
      return gone ? reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT) : reply.redirect('/');
    }
    return reply.code(404).send(refusal('not_found', localeOf(request.headers)));
  });
}
