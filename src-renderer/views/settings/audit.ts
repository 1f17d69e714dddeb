import type { MethodOutput } from '#shared/contract/index.ts';
import { t } from '../../locales/texts.ts';
import { settings } from '../../locales/zh/settings.ts';

type Entry = MethodOutput<'audit.list'>['items'][number];
type Words = typeof settings.audit.action;
const REFUSED = '.refused';

/** Recorded as `order.released`; a dot in the name of a text would mean a folder, so texts write it with a dash. */
function wordsOf(action: string): string {
  const name = action.replace('.', '-');
  return Object.hasOwn(settings.audit.action, name) ? t(`settings.audit.action.${name as keyof Words}`) : action;
}

/** The action in words; one this console has no words for is shown as it was recorded. */
export function actionWords(action: string): string {
  return action.endsWith(REFUSED) && action !== 'status.refused'
    ? t('settings.audit.refused', { action: wordsOf(action.slice(0, -REFUSED.length)) })
    : wordsOf(action);
}

/** True where the subject is an order number, so that the entry leads to the order: channel code, then a time stamp (A6). */
export function isAboutOrder({ subject }: Pick<Entry, 'subject'>): boolean {
  return /^[A-Z]{2}\d{15,}$/.test(subject);
}
