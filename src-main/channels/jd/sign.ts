import { digest } from '../kit/sign.ts';

/** JD signs neither of these, whether they are sent or not. */
const UNSIGNED = new Set(['sign', 'format', 'sign_method']);

/**
 * JD's signature, upper-case hex: MD5 of the parameters sorted by name (`360buy_param_json` comes first, digits sort before
 * letters), names and values joined raw, wrapped in the secret. The JSON must be the very text that is sent.
 * Source: JD guide listId=2643.
 */
export function signRequest(params: Readonly<Record<string, string>>, secret: string): string {
  const text = Object.keys(params)
    .filter((name) => !UNSIGNED.has(name))
    .sort()
    .map((name) => name + params[name])
    .join('');
  return digest('md5', `${secret}${text}${secret}`, 'HEX');
}
