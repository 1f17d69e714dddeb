import type { RuleField } from '#shared/contract/rule-work.ts';
import type { Compare } from '#shared/rule.ts';
import { newCompare, newWindow, WINDOW_FIELD } from './values.ts';

export const FIELD_GROUPS = ['amount', 'customer', 'place', 'order', 'text', 'stock', 'association', 'source', 'model'] as const;

/** A field as it is offered; the sliding window is offered among the customer's fields. */
export interface Offer {
  id: string;
  group: RuleField['group'];
  label: string;
  about: string;
  unit: string;
  /** What else it is found by: its id and its words in the other language. */
  found: string;
}

export interface OfferGroup {
  group: RuleField['group'];
  offers: Offer[];
}

/** Fields by group, narrowed to those whose words hold every word of the search. */
export function offersOf(
  fields: readonly RuleField[],
  window: Pick<Offer, 'label' | 'about' | 'found'>,
  locale: 'zh' | 'en',
  search: string,
): OfferGroup[] {
  const words = search.toLowerCase().split(/\s+/);
  const all: Offer[] = fields.map((field) => ({
    id: field.id,
    group: field.group,
    label: field.label[locale],
    about: field.about[locale],
    unit: field.unit,
    found: [field.id, field.label.zh, field.label.en, field.about.zh, field.about.en].join('\n').toLowerCase(),
  }));
  all.push({ id: WINDOW_FIELD, group: 'customer', unit: 'count', ...window, found: window.found.toLowerCase() });
  const found = all.filter((offer) => words.every((word) => offer.found.includes(word)));
  return FIELD_GROUPS.map((group) => ({ group, offers: found.filter((offer) => offer.group === group) })).filter(
    ({ offers }) => offers.length > 0,
  );
}

/** What an offered field starts as; null where the catalogue does not know it. */
export function compareFor(id: string, fields: ReadonlyMap<string, RuleField>): Compare | null {
  if (id === WINDOW_FIELD) return newWindow();
  const field = fields.get(id);
  return field ? newCompare(field) : null;
}
