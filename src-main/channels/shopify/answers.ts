import type { ChannelErrorCode, ChannelErrorDetails } from '../errors.ts';
import { ChannelError } from '../errors.ts';
import { fields, text } from '../kit/fields.ts';
import type { HttpResponse } from '../transport.ts';

/** What a status means; 429 and 5xx were dealt with before. Source: shopify.dev, REST Admin API response codes. */
export const CODES: Readonly<Record<number, ChannelErrorCode>> = {
  401: 'token-revoked',
  402: 'permission',
  403: 'permission',
  404: 'not-found',
  423: 'permission',
  400: 'refused',
  406: 'refused',
  409: 'refused',
  422: 'refused',
};

/** Shopify explains itself as text, a list or a list per field, all under `errors`. */
function explanation(value: unknown): string {
  const errors = fields(value)['errors'] ?? fields(value)['error'];
  if (typeof errors === 'string') return errors;
  return errors === undefined ? '' : JSON.stringify(errors).slice(0, 300);
}

/** Throws what a refusal means; an unknown status is tried again when reading and given up when writing. */
export function check(value: unknown, response: HttpResponse, writing: boolean): void {
  if (response.status < 300) return;
  const code = CODES[response.status] ?? (writing ? 'refused' : 'transient');
  const message = explanation(value);
  const details: ChannelErrorDetails = { platformCode: String(response.status), platformMessage: message };
  const [, before, after] = /\b([a-z]+_[a-z_]+) scope|scope[:\s]+([a-z_]+)/i.exec(message) ?? [];
  const scope = before ?? after;
  throw new ChannelError(code, code === 'permission' && scope !== undefined ? { ...details, permission: text(scope) } : details);
}
