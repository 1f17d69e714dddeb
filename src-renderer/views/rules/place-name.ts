import { t } from '../../locales/texts.ts';
import { COMMON_PLACES } from './editor/placeholders.ts';

/** What a place of a sentence is filled with, in words; `labelOf` names a field, or null where it is not known here. */
export function placeName(place: string, labelOf: (field: string) => string | null): string {
  const common = COMMON_PLACES.find((one) => one === place);
  if (common !== undefined) return t(`ruleEditor.place.${common}`);
  const field = place.replace(/^limit:/, '');
  const label = labelOf(field) ?? field;
  return field === place ? label : t('ruleEditor.place.limitOf', { label });
}
