import { createHash } from 'node:crypto';

/** What JD signs, and nothing else: `format` and `sign_method` may be sent and are not covered. */
const COVERED = ['360buy_param_json', 'access_token', 'app_key', 'method', 'timestamp', 'v'] as const;

/** MD5 of the covered parameters, in this order, between the secret twice; upper-case hex. Source: JD guide listId=2643. */
export function josSign(form: Readonly<Record<string, string>>, secret: string): string {
  const hash = createHash('md5').update(secret, 'utf8');
  for (const name of COVERED) if (form[name] !== undefined) hash.update(name + form[name], 'utf8');
  return hash.update(secret, 'utf8').digest('hex').toUpperCase();
}
