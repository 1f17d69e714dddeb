import { digest, keyedDigest } from '../kit/sign.ts';

/**
 * Taobao's signature, upper-case hex: every parameter but `sign`, sorted by name, names and values joined raw (before any URL
 * encoding). `md5` wraps the text in the secret, `hmac` and `hmac-sha256` key it and wrap nothing; which one is said by
 * `sign_method` itself, MD5 where it is absent.
 * Source: TOP guide 101617.
 */
export function signRequest(params: Readonly<Record<string, string>>, secret: string): string {
  const text = Object.keys(params)
    .filter((name) => name !== 'sign')
    .sort()
    .map((name) => name + params[name])
    .join('');
  switch (params.sign_method) {
    case 'hmac':
      return keyedDigest('md5', secret, text, 'HEX');
    case 'hmac-sha256':
      return keyedDigest('sha256', secret, text, 'HEX');
    default:
      return digest('md5', `${secret}${text}${secret}`, 'HEX');
  }
}
