import { SECOND } from '#shared/time.ts';
import type { ChannelAccess } from '../client.ts';
import { ChannelError } from '../errors.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpRequest, HttpResponse } from '../transport.ts';
import { parseText } from './json.ts';

/** An answer that is JSON, whatever its status below 500. 64-bit integers in `value` are strings. */
export interface JsonAnswer {
  value: unknown;
  response: HttpResponse;
}

/** A form that is posted; what was signed is what is sent. */
export function formPost(url: string, params: Record<string, string>): HttpRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' };
  return { method: 'POST', url, headers, body: new URLSearchParams(params).toString() };
}

/** JSON that is posted, already written: the bytes that were signed are the bytes that are sent. */
export function jsonPost(url: string, body: string): HttpRequest {
  return { method: 'POST', url, headers: { 'content-type': 'application/json;charset=utf-8' }, body };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** `Retry-After` in ms from now: seconds, or a date as RFC 9110 allows. Null when absent or unreadable. */
function retryAfterOf({ headers, receivedAt }: HttpResponse): number | null {
  const given = headers['retry-after']?.trim();
  if (!given) return null;
  const seconds = Number(given);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * SECOND);
  const date = Date.parse(given);
  return Number.isNaN(date) ? null : Math.max(0, date - receivedAt);
}

/**
 * One request: waits for its turn, builds (and signs) it then, so that its timestamp is fresh, and sends it.
 * Throws ChannelError for what every platform means alike: 429 `rate-limited`, 5xx `transient`, no answer `transient`.
 */
export async function call(
  access: ChannelAccess,
  group: CallGroup,
  build: () => HttpRequest | Promise<HttpRequest>,
): Promise<HttpResponse> {
  await access.pace(group);
  const response = await access.transport.send(await build());
  if (response.status === 429) {
    const retryAfterMs = retryAfterOf(response);
    throw new ChannelError('rate-limited', retryAfterMs === null ? {} : { retryAfterMs });
  }
  if (response.status >= 500) throw new ChannelError('transient', { detail: `HTTP ${response.status}` });
  return response;
}

/** The same for platforms that answer in JSON. HTML, cut text and broken UTF-8 are `bad-answer`; what the value means is the adapter's to say. */
export async function callJson(
  access: ChannelAccess,
  group: CallGroup,
  build: () => HttpRequest | Promise<HttpRequest>,
): Promise<JsonAnswer> {
  const response = await call(access, group, build);
  return { value: jsonOf(response), response };
}

/** The JSON of an answer; ChannelError `bad-answer` when it is none. */
export function jsonOf(response: HttpResponse): unknown {
  let text: string;
  try {
    text = decoder.decode(response.body);
  } catch {
    throw new ChannelError('bad-answer', { detail: `HTTP ${response.status}, UTF-8` });
  }
  const parsed = parseText(text);
  if (!parsed.ok) {
    const html = text.trimStart().startsWith('<');
    throw new ChannelError('bad-answer', { detail: `HTTP ${response.status}, ${html ? 'HTML' : 'JSON'}` });
  }
  return parsed.value;
}
