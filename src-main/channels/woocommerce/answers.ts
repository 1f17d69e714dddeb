import type { ChannelErrorCode, ChannelErrorDetails } from '../errors.ts';
import { ChannelError } from '../errors.ts';
import { fields, text } from '../kit/fields.ts';
import { codeMeaning } from '../kit/refusal.ts';
import type { HttpResponse } from '../transport.ts';

/** WordPress error codes. Source: woocommerce-rest-api-docs, _introduction (errors) and _authentication. */
export const CODES: Readonly<Record<string, ChannelErrorCode>> = {
  woocommerce_rest_cannot_view: 'permission',
  woocommerce_rest_cannot_create: 'permission',
  woocommerce_rest_cannot_edit: 'permission',
  woocommerce_rest_authentication_error: 'token-revoked',
  woocommerce_rest_shop_order_invalid_id: 'not-found',
  woocommerce_rest_invalid_id: 'not-found',
  woocommerce_rest_order_invalid_id: 'not-found',
  rest_no_route: 'bad-answer',
  rest_forbidden: 'permission',
  rest_invalid_param: 'refused',
};

/** What WooCommerce says about keys is in its words alone: the code is the same for all of them. A key it does not know was deleted there. */
function authenticationMeaning(message: string): ChannelErrorCode {
  if (/signature/i.test(message)) return 'auth-wrong-secret';
  if (/timestamp/i.test(message)) return 'clock-skew';
  if (/consumer secret/i.test(message)) return 'auth-wrong-secret';
  return 'token-revoked';
}

function meaningOf(code: string, message: string, status: number, writing: boolean): ChannelErrorCode {
  const known = codeMeaning(CODES, code) ?? undefined;
  if (status === 401 && (known === undefined || known === 'token-revoked')) return authenticationMeaning(message);
  if (known !== undefined) return known;
  if (status === 401) return 'token-revoked';
  if (status === 403) return 'permission';
  if (status === 404) return 'not-found';
  return writing || status < 500 ? 'refused' : 'transient';
}

/** Throws what a refusal means. */
export function check(value: unknown, response: HttpResponse, writing: boolean): void {
  if (response.status < 300) return;
  const answer = fields(value);
  const [code, message] = [text(answer['code']), text(answer['message'])];
  const details: ChannelErrorDetails = { platformCode: code || String(response.status), platformMessage: message };
  const meaning = meaningOf(code, message, response.status, writing);
  const clockOffMs = response.date === null ? 0 : response.sentAt - response.date;
  throw new ChannelError(meaning, {
    ...details,
    ...(meaning === 'permission' && { permission: writing ? 'write' : 'read' }),
    ...(meaning === 'clock-skew' && { clockOffMs }),
  });
}
