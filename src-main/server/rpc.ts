import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, MethodName } from '#shared/contract/index.ts';
import type { HubLink } from '#main/gateway/link.ts';
import { isForeign, localeOf, operatorOf, principalOf, refusal } from './caller.ts';
import type { Doorkeeper } from './caller.ts';

/** Requests that are themselves wrong also say so in the HTTP status; refusals of a valid request are plain answers. */
const STATUS_OF_CODE: Partial<Record<string, number>> = { bad_request: 400, unauthenticated: 401, forbidden: 403, unknown_method: 404 };

/** Requests that carry a rule set: ten thousand rules are some twelve megabytes. */
const WHOLE_RULE_SETS: readonly MethodName[] = ['rules.lint', 'rules.draft.create', 'rules.draft.save'];
const RULE_SET_LIMIT = 32 * 1024 * 1024;

/** Once the answer is out, or at once where nobody waits for it any more. */
function afterClose({ raw }: FastifyReply, task: () => void): void {
  if (raw.destroyed) task();
  else raw.once('close', task);
}

/** HTTP status of an answer: 200 for values and business refusals. */
export function statusOf(answer: Answer<unknown>): number {
  return answer.ok ? 200 : (STATUS_OF_CODE[answer.error.code] ?? 200);
}

/**
 * `POST /rpc/:method`: body is the parameters as a JSON object (none: `{}`), the answer is an `Answer`, whatever happens.
 * `onStop` runs after the hub agreed to `workspace.stop`: closing the doors is the host's part of it.
 */
export function registerRpc(app: FastifyInstance, link: HubLink, keeper: Doorkeeper, onStop: () => void): void {
  void app.register((scope, _options, done) => {
    scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const status = error.statusCode ?? 500;
      const locale = localeOf(request.headers);
      if (status === 429) return reply.code(429).send(refusal('busy', locale));
      if (status >= 400 && status < 500) return reply.code(400).send(refusal('bad_request', locale));
      request.log.error({ err: error }, 'a request was not answered');
      return reply.code(503).send(refusal('busy', locale));
    });
    const answerTo = async (method: string, request: FastifyRequest, reply: FastifyReply) => {
      const locale = localeOf(request.headers);
      const operator = operatorOf(request, keeper);
      if (operator === null) return reply.code(401).send(refusal('unauthenticated', locale));
      const params: unknown = request.body ?? {};
      if (typeof params !== 'object' || Array.isArray(params)) return reply.code(400).send(refusal('bad_request', locale));
      const answer = await link.request(method, params, principalOf(operator, locale));
      if (method === 'workspace.stop' && answer.ok) afterClose(reply, onStop);
      return reply.code(statusOf(answer)).send(answer);
    };
    // Before the body is read: nothing large is taken from somebody unknown.
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      const locale = localeOf(request.headers);
      if (isForeign(request, keeper)) return reply.code(403).send(refusal('forbidden', locale));
      if (operatorOf(request, keeper) === null) return reply.code(401).send(refusal('unauthenticated', locale));
      return undefined;
    };
    scope.post<{ Params: { method: string } }>('/rpc/:method', { onRequest }, (request, reply) =>
      answerTo(request.params.method, request, reply),
    );
    for (const method of WHOLE_RULE_SETS) {
      scope.post(`/rpc/${method}`, { onRequest, bodyLimit: RULE_SET_LIMIT }, (request, reply) => answerTo(method, request, reply));
    }
    done();
  });
}
