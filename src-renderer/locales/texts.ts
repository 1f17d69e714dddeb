import { createI18n } from 'vue-i18n';
import type { Locale, LocalisedText } from '#shared/text.ts';
import { en } from './en/index.ts';
import { zh, type Messages } from './zh/index.ts';

/** Dotted path of every text: `t('frame.page.desk')`; a path that does not exist fails the types. */
export type MessageKey = Paths<Messages>;
type Paths<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string];

export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages: { zh, en } });

export function currentLocale(): Locale {
  return i18n.global.locale.value;
}

/** The text of a key in the language on screen; reactive when called while rendering. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return i18n.global.t(key, values);
}

/** The hub's own sentences come in both languages; this picks the one on screen. */
export function said(text: LocalisedText): string {
  return text[currentLocale()];
}
