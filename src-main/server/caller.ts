import type { FastifyRequest } from 'fastify';
import type { Answer, ErrorCode, Principal } from '#shared/contract/index.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { Access, Operator } from './access.ts';

/** What every route needs to know about the host it belongs to. */
export interface Doorkeeper {
  access: Access;
  /** Cookies ignore ports: each hub on a machine has its own name. */
  cookieName: () => string;
  /** Host names this hub answers to; null where the address alone decides. */
  hosts: ReadonlySet<string> | null;
}

/** Screen language of a request: `X-Locale`, else the first one of `Accept-Language` we speak, else Chinese. */
export function localeOf(headers: FastifyRequest['headers']): Locale {
  const wanted = headers['x-locale'] ?? headers['accept-language'] ?? '';
  const list = (Array.isArray(wanted) ? wanted.join(',') : wanted).toLowerCase().split(',');
  for (const entry of list) {
    const language = entry.trim().slice(0, 2);
    if (language === 'zh' || language === 'en') return language;
  }
  return 'zh';
}

/** The operator behind a bearer token or a login cookie. A token that is given and wrong is not helped by a cookie. */
export function operatorOf(request: FastifyRequest, keeper: Doorkeeper): Operator | null {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    const match = /^Bearer +(\S+)$/i.exec(authorization);
    return match?.[1] ? keeper.access.byToken(match[1]) : null;
  }
  const cookie = request.cookies[keeper.cookieName()];
  return cookie === undefined ? null : keeper.access.byCookie(cookie);
}

export function principalOf(operator: Operator, locale: Locale): Principal {
  return { operator: operator.operator, role: operator.role, locale };
}

/** The name part of a Host or Origin value, lower case, without port; null when it is none. */
function hostName(value: string): string | null {
  try {
    return new URL(value.includes('://') ? value : `http://${value}`).hostname.toLowerCase();
  } catch {
    return null;
  }
}

/**
 * Refuses requests a foreign page could have caused. The Host must be one of ours (a foreign name that resolves to this
 * machine is a rebinding attack), and a request that names its origin must come from this very address.
 */
export function isForeign(request: FastifyRequest, keeper: Doorkeeper): boolean {
  const host = request.headers.host ?? '';
  const name = hostName(host);
  if (name === null || (keeper.hosts !== null && !keeper.hosts.has(name))) return true;
  const { origin } = request.headers;
  if (origin !== undefined) {
    try {
      if (new URL(origin).host !== host.toLowerCase()) return true;
    } catch {
      return true;
    }
  }
  const site = request.headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

const REFUSALS = {
  bad_request: { zh: '请求不是有效的 JSON 对象', en: 'The request is not a JSON object' },
  unauthenticated: { zh: '请先登录：令牌缺失或无效', en: 'Log in first: the token is missing or not valid' },
  forbidden: { zh: '拒绝来自其他网站的请求', en: 'Requests from other sites are refused' },
  not_found: { zh: '没有这个地址', en: 'There is nothing at this address' },
  busy: { zh: '请求过于频繁或中枢暂时不可用，请稍后再试', en: 'Too many requests, or the hub is away for a moment: try again shortly' },
} satisfies Partial<Record<ErrorCode, LocalisedText>>;
export type TransportRefusal = keyof typeof REFUSALS;

/** A refusal that happens before the hub is asked, in the shape of every other answer. */
export function refusal(code: TransportRefusal, locale: Locale): Answer<never> {
  return { ok: false, error: { code, message: REFUSALS[code][locale] } };
}
