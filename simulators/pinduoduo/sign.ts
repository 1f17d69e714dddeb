import { createHash } from 'node:crypto';

/** Upper-case MD5 hex over every parameter but `sign` in order of names, the secret before and after. Source: POP guide. */
export function popSign(form: Readonly<Record<string, string>>, secret: string): string {
  const parts = Object.entries(form)
    .filter(([name]) => name !== 'sign')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('md5').update(secret, 'utf8');
  for (const [name, value] of parts) hash.update(name, 'utf8').update(value, 'utf8');
  return hash.update(secret, 'utf8').digest('hex').toUpperCase();
}

/** The one address of the message connection for this moment: the hex text of the digest in base64, URL-encoded once. */
export function pmcTarget(clientId: string, secret: string, at: string): string {
  const hex = createHash('md5')
    .update(clientId + at + secret, 'utf8')
    .digest('hex');
  return `/message/${clientId}/${at}/${encodeURIComponent(Buffer.from(hex, 'latin1').toString('base64'))}`;
}
