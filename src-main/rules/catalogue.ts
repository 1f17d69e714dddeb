import { WINDOW_KEYS, windowFieldId, type CompareOperator, type WindowSpec } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { FieldDefinition, FieldUnit } from './field-definition.ts';
import { DEFINITIONS } from './fields.ts';

export type { FieldDefinition, FieldGroup, FieldType, FieldUnit, RuleSource } from './field-definition.ts';

export const FIELDS: ReadonlyMap<string, FieldDefinition> = new Map(DEFINITIONS.map((definition) => [definition.id, definition]));

/** The field every vector starts with: money in sentences needs its currency. */
export const CURRENCY_FIELD = 'currency';

/** Who a window is counted by, in words. */
export const WINDOW_KEY_LABELS: Record<WindowSpec['by'], LocalisedText> = {
  buyer: { zh: '同一客户', en: 'the same customer' },
  phone: { zh: '同一手机号', en: 'the same phone' },
  ip: { zh: '同一 IP', en: 'one IP address' },
  device: { zh: '同一设备', en: 'one device' },
  address: { zh: '同一地址', en: 'the same address' },
};

/** What a window counts, in words. */
export const WINDOW_COUNT_LABELS: Record<WindowSpec['count'], LocalisedText> = {
  orders: { zh: '订单数', en: 'orders' },
  buyers: { zh: '下单账号数', en: 'accounts' },
};

/** A span as people say it: whole days and hours where it is some. */
function spanText(minutes: number): LocalisedText {
  const [amount, zh, en] =
    minutes % 1_440 === 0 ? [minutes / 1_440, '天', 'd'] : minutes % 60 === 0 ? [minutes / 60, '小时', 'h'] : [minutes, '分钟', 'min'];
  return { zh: `${amount} ${zh}`, en: `${amount} ${en}` };
}

/** Field definition of a sliding window, made from its specification. */
export function windowField(spec: WindowSpec): FieldDefinition {
  const by = WINDOW_KEY_LABELS[spec.by];
  const what = WINDOW_COUNT_LABELS[spec.count];
  const span = spanText(spec.minutes);
  return {
    id: windowFieldId(spec),
    label: {
      zh: `${by.zh} ${span.zh}内${what.zh}`,
      en: `${what.en} from ${by.en} within ${span.en}`,
    },
    about: { zh: '滑动窗口计数，含本单', en: 'Sliding-window count, this order included' },
    type: 'number',
    unit: 'count',
    group: 'customer',
    // The order itself is counted.
    lowest: 1,
    sensitive: false,
    source: 'order',
  };
}

/** Reads a window specification back from its field id; null for other fields. */
export function parseWindowFieldId(id: string): WindowSpec | null {
  const [head, count, by, minutes] = id.split(':');
  if (head !== 'window' || (count !== 'orders' && count !== 'buyers')) return null;
  const key = WINDOW_KEYS.find((name) => name === by);
  return key && Number(minutes) > 0 ? { count, by: key, minutes: Number(minutes) } : null;
}

/** Definition of any field id, windows included; null when there is none. */
export function fieldOf(id: string): FieldDefinition | null {
  const plain = FIELDS.get(id);
  if (plain) return plain;
  const spec = parseWindowFieldId(id);
  return spec && windowField(spec);
}

const ORDERING: CompareOperator[] = ['>', '>=', '<', '<=', '==', '!='];

/** Operators that make sense for a field. Free text may only be searched, never compared; reasons are told, not asked. */
export function operatorsFor(definition: FieldDefinition): readonly CompareOperator[] {
  if (definition.sensitive) return ['contains-any', 'matches', 'in-list', 'not-in-list'];
  if (definition.unit === 'reason') return [];
  switch (definition.type) {
    case 'number':
      return [...ORDERING, 'between', 'in', 'not-in'];
    case 'boolean':
      return ['==', '!='];
    case 'text':
      return ['==', '!=', 'in', 'not-in', 'contains-any', 'matches', 'in-list', 'not-in-list'];
    case 'words':
      return ['contains-any', 'in-list', 'not-in-list'];
  }
}

/** Units whose thresholds a relaxation may multiply; an hour or a day of the week or a score has no multiple. */
export function isScalable(unit: FieldUnit): boolean {
  return unit === 'minor' || unit === 'ratio' || unit === 'percent' || unit === 'km' || unit === 'hours' || unit === 'count';
}

/** A range of numbers. */
export interface Domain {
  lowest: number;
  highest: number;
  /** Only whole numbers. */
  whole: boolean;
}

const DOMAINS: Partial<Record<FieldUnit, Domain>> = {
  minor: { lowest: 0, highest: 1e13, whole: true },
  ratio: { lowest: 0, highest: 10_000, whole: false },
  percent: { lowest: 0, highest: 100, whole: false },
  km: { lowest: 0, highest: 20_040, whole: false },
  hours: { lowest: 0, highest: 8_784, whole: false },
  hour: { lowest: 0, highest: 23, whole: true },
  weekday: { lowest: 1, highest: 7, whole: true },
  count: { lowest: 0, highest: 1e9, whole: true },
  score: { lowest: 0, highest: 100, whole: false },
};

/** Bounds of a threshold: what is outside is surely meant in another unit. */
export function thresholdBounds(definition: FieldDefinition): Domain | null {
  return definition.type === 'number' ? (DOMAINS[definition.unit] ?? null) : null;
}

/** The values a field can really have. A sum can be negative when a platform says so. */
export function domainOf(definition: FieldDefinition): Domain | null {
  const domain = DOMAINS[definition.unit];
  if (!domain || definition.type !== 'number') return null;
  const lowest = definition.unit === 'minor' ? -domain.highest : domain.lowest;
  return { ...domain, lowest: definition.lowest ?? lowest, highest: definition.highest ?? domain.highest };
}
