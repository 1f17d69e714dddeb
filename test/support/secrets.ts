import { randomBytes } from 'node:crypto';

/** A secret that occurs nowhere by chance. */
export function randomSecret(): string {
  return `Zq7${randomBytes(21).toString('base64url')}`;
}

/** Every form in which a secret may lie around: as it is, base64 at each of the three alignments, hex, URL-encoded, JSON-escaped. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const shifted = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Characters that a neighbour has a part in are left out.
    const inner = text.slice(shift === 0 ? 0 : 4).replace(/.{0,3}=+$/, '');
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = bytes.toString('hex');
  const url = encodeURIComponent(secret);
  const forms = [secret, ...shifted, hex, hex.toUpperCase(), url, url.toLowerCase(), JSON.stringify(secret).slice(1, -1)];
  return [...new Set(forms)].filter((form) => form.length >= 12);
}

/** Names of the secrets found in a text or in bytes. */
export function secretsIn(haystack: string | Buffer, secrets: ReadonlyMap<string, string>): string[] {
  const bytes = typeof haystack === 'string' ? Buffer.from(haystack) : haystack;
  return [...secrets].filter(([, secret]) => formsOf(secret).some((form) => bytes.includes(form))).map(([name]) => name);
}
