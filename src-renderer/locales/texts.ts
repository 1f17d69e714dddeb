import { createI18n } from 'vue-i18n';
import type { Locale, LocalisedText } from '#shared/text.ts';
import { zh, type Messages } from './zh/index.ts';

/** Dotted path of every text: `t('frame.page.desk')`; a path that does not exist fails the types. */
export type MessageKey = Paths<Messages>;
type Paths<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Paths<T[K]>}` }[keyof T & string];

/** Walks to a text by its path. A name may hold dots itself, as the hub's own words do: `audit.action.order.released`. */
function resolveText(node: unknown, path: string): string | null {
  if (typeof node !== 'object' || node === null) return null;
  const here: unknown = Object.hasOwn(node, path) ? (node as Record<string, unknown>)[path] : undefined;
  if (typeof here === 'string') return here;
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const found = resolveText((node as Record<string, unknown>)[path.slice(0, dot)], path.slice(dot + 1));
    if (found !== null) return found;
  }
  return null;
}

/** Chinese comes with the console; every other language is fetched when somebody first reads it. */
const FETCHED: Record<Exclude<Locale, 'zh'>, () => Promise<Messages>> = {
  en: async () => (await import('./en/index.ts')).en,
};

const atHand: Record<string, Messages> = { zh };

export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messageResolver: resolveText, messages: atHand });

/** Has the texts of a language at hand before anything is said in it. Rejects when they cannot be fetched. */
export async function loadTexts(locale: Locale): Promise<void> {
  if (locale === 'zh' || i18n.global.availableLocales.includes(locale)) return;
  i18n.global.setLocaleMessage(locale, await FETCHED[locale]());
}

export function currentLocale(): Locale {
  return i18n.global.locale.value as Locale;
}

/**
 * The text of a key in the language on screen; reactive when called while rendering. `plural` chooses between the forms of
 * a message that has several (`one order | many orders`); the shown figure is a value of its own, so that it may be grouped.
 */
export function t(key: MessageKey, values: Record<string, string | number> = {}, plural?: number): string {
  return plural === undefined ? i18n.global.t(key, values) : i18n.global.t(key, values, plural);
}

/** The hub's own sentences come in both languages; this picks the one on screen. */
export function said(text: LocalisedText): string {
  return text[currentLocale()];
}
