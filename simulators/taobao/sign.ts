import { createHash, createHmac } from 'node:crypto';

export const METHODS = ['md5', 'hmac', 'hmac-sha256'] as const;

/** Upper-case hex over every parameter but `sign`, names in byte order, name and value run together. Source: TOP guide 101617. */
export function topSign(params: Readonly<Record<string, string>>, secret: string): string {
  let text = '';
  for (const name of Object.keys(params).sort()) if (name !== 'sign') text += name + (params[name] ?? '');
  const bytes = Buffer.from(text, 'utf8');
  switch (params.sign_method) {
    case 'hmac':
      return createHmac('md5', secret).update(bytes).digest('hex').toUpperCase();
    case 'hmac-sha256':
      return createHmac('sha256', secret).update(bytes).digest('hex').toUpperCase();
    default: {
      const around = Buffer.from(secret, 'utf8');
      return createHash('md5')
        .update(Buffer.concat([around, bytes, around]))
        .digest('hex')
        .toUpperCase();
    }
  }
}
