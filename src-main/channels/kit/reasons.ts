import { z } from 'zod';
import type { LocalisedText } from '#shared/text.ts';

/** Zod's own words, but for what is simply not there. */
function inWords(localeError: z.core.$ZodErrorMap, missing: string): z.core.$ZodErrorMap {
  return (issue) => (issue.code === 'invalid_type' && issue.input === undefined ? missing : localeError(issue));
}
const chinese = inWords(z.locales.zhCN().localeError, '缺少此项');
const english = inWords(z.locales.en().localeError, 'is missing');

/** `['data', 'lines', 0, 'sku']` -> `data.lines[0].sku`, the way a developer of the sending side looks for it. */
export function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`), '');
  return place.replace(/^\./, '');
}

function sentence(issues: z.core.$ZodIssue[], base: PropertyKey[], separator: string): string {
  return issues
    .slice(0, 5)
    .map((issue) => {
      const place = placeOf([...base, ...issue.path]);
      return place === '' ? issue.message : `${place}${separator}${issue.message}`;
    })
    .join('; ');
}

/**
 * Checks a value from outside. A refusal names each place (at most five) and what is wrong there, in both languages;
 * the second reading, for the Chinese words, happens only when something is wrong.
 * `base` is where the value was found in the message.
 */
export function readAs<T extends z.ZodType>(
  schema: T,
  value: unknown,
  ...base: string[]
): { ok: true; value: z.output<T> } | { ok: false; reason: LocalisedText } {
  const read = schema.safeParse(value, { error: english });
  if (read.success) return { ok: true, value: read.data };
  const zh = schema.safeParse(value, { error: chinese });
  return { ok: false, reason: { zh: sentence(zh.error?.issues ?? [], base, '：'), en: sentence(read.error.issues, base, ': ') } };
}
