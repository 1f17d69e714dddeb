import { digest } from '../kit/sign.ts';

/**
 * Pinduoduo's request signature, upper-case hex: MD5 of every parameter but `sign`, sorted by name, names and values joined
 * raw, wrapped in the secret. Source: Pinduoduo open platform guide.
 */
export function signRequest(params: Readonly<Record<string, string>>, secret: string): string {
  const text = Object.keys(params)
    .filter((name) => name !== 'sign')
    .sort()
    .map((name) => name + params[name])
    .join('');
  return digest('md5', `${secret}${text}${secret}`, 'HEX');
}

/**
 * Path of the message connection (PMC). The last part is the base64 of the MD5 as lower-case hex **text**, not of its bytes,
 * URL-encoded once. `timestampMs`: epoch ms. Source: Pinduoduo PMC guide.
 */
export function socketPath(clientId: string, secret: string, timestampMs: number): string {
  const proof = Buffer.from(digest('md5', `${clientId}${timestampMs}${secret}`), 'utf8').toString('base64');
  return `/message/${encodeURIComponent(clientId)}/${timestampMs}/${encodeURIComponent(proof)}`;
}
