import type { CarrierId } from '#shared/carriers.ts';

/** How people write the carriers; our own ids are among the words. */
const WORDS: readonly (readonly [RegExp, CarrierId])[] = [
  [/顺丰|^sf\b|shunfeng/i, 'sf'],
  [/申通|^sto\b|shentong/i, 'sto'],
  [/圆通|^yto\b|yuantong/i, 'yto'],
  [/中通|^zto\b|zhongtong/i, 'zto'],
  [/韵达|^yunda\b/i, 'yunda'],
  [/极兔|^jt\b|^j&t\b|jtexpress/i, 'jt'],
  [/京东|^jd\b/i, 'jd'],
  [/邮政|^ems\b/i, 'ems'],
  [/德邦|^deppon\b|debang/i, 'deppon'],
];

/** A carrier by our own id where its word is known, else as it was told; null for none. */
export function carrierOf(told: string | null | undefined): string | null {
  const word = told?.trim() ?? '';
  if (word === '') return null;
  return WORDS.find(([pattern]) => pattern.test(word))?.[1] ?? word;
}
