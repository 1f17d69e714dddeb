import type { MethodOutput } from '#shared/contract/index.ts';
import { t } from '../../locales/texts.ts';
import { settings } from '../../locales/zh/settings.ts';

type Entry = MethodOutput<'audit.list'>['items'][number];
type KnownAction = keyof typeof settings.audit.action;

function isKnown(action: string): action is KnownAction {
  return Object.hasOwn(settings.audit.action, action);
}

/** The action in words; one this console has no words for is shown as it was recorded. */
export function actionWords(action: string): string {
  return isKnown(action) ? t(`settings.audit.action.${action}`) : action;
}

/** The hub itself, or the operator by name. */
export function actorWords(actor: string): string {
  return actor === 'hub' ? t('settings.audit.hub') : actor;
}

/** True where the subject is an order number, so that the entry leads to the order: channel code, then a time stamp (A6). */
export function isAboutOrder({ subject }: Pick<Entry, 'subject'>): boolean {
  return /^[A-Z]{2}\d{15,}$/.test(subject);
}
