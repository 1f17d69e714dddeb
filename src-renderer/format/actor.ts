import { t } from '../locales/texts.ts';

/** Who did something: the hub and the warehouse system in words, an operator by name. */
export function actorName(actor: string): string {
  if (actor === 'hub') return t('common.hub');
  return actor === 'wms' ? t('checks.source.wms') : actor;
}
