import type { RuleField } from '#shared/contract/rule-work.ts';
import type { LocalisedText } from '#shared/text.ts';

/**
 * How a field's value is counted and printed. `minor` is integer minor units of the order's own currency, `percent` runs
 * from 0 to 100, `ratio` is a multiple (3 means three times), `hour` is the hour of the day in Asia/Shanghai.
 */
export type FieldUnit =
  | ('minor' | 'ratio' | 'percent' | 'km' | 'hours' | 'hour' | 'count' | 'score' | 'text' | 'reason' | 'boolean')
  /** Codes that have names, see `codeName`. */
  | ('intent' | 'channel' | 'weekday' | 'duty-basis');
export type FieldType = 'number' | 'text' | 'boolean' | 'words';
export type FieldGroup = RuleField['group'];
export type RuleSource = 'order' | 'crm' | 'wms' | 'risk-list' | 'customs' | 'model';

/** What a rule may ask of an order: one field, how its value is counted and what it is called. */
export interface FieldDefinition {
  id: string;
  label: LocalisedText;
  /** What exactly is measured; shown beside the field in the rule list. */
  about: LocalisedText;
  type: FieldType;
  unit: FieldUnit;
  /** Where an editor offers it. */
  group: FieldGroup;
  /** Personal or free text: it may be searched and looked up in lists, and only the match is ever shown. */
  sensitive: boolean;
  /** Least and greatest value a number can have, where its unit does not tell. */
  lowest?: number;
  highest?: number;
  /** Where the value comes from; anything but `order` is unknown until that source is connected. */
  source: RuleSource;
  /** Fields that stand in every vector this one stands in, so that a stored verdict tells them too. */
  beside?: readonly string[];
  /** The field whose words say what spoke for this value; shown with it. */
  because?: string;
}

/** A field before the group it is listed in is added. */
export type Ungrouped = Omit<FieldDefinition, 'group'>;
type Extra = Partial<Pick<FieldDefinition, 'sensitive' | 'source' | 'lowest' | 'highest' | 'beside' | 'because'>>;
type Words = [zh: string, en: string];

/** One line of the list: read from the order and not personal, unless `extra` says otherwise. */
export function field(type: FieldType, unit: FieldUnit, id: string, label: Words, about: Words, extra: Extra = {}) {
  return {
    id,
    type,
    unit,
    label: { zh: label[0], en: label[1] },
    about: { zh: about[0], en: about[1] },
    sensitive: false,
    source: 'order',
    ...extra,
  } satisfies Ungrouped;
}

export const number = (unit: FieldUnit, id: string, label: Words, about: Words, extra?: Extra) =>
  field('number', unit, id, label, about, extra);
export const yesNo = (id: string, label: Words, about: Words) => field('boolean', 'boolean', id, label, about);
export const text = (id: string, label: Words, about: Words, extra?: Extra) => field('text', 'text', id, label, about, extra);

/** Personal or free text. */
export const SENSITIVE: Extra = { sensitive: true };
