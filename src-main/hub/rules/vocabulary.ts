import { CHANNEL_IDS, CHANNELS } from '#shared/channels.ts';
import { DUTY_BASES } from '#shared/code-name.ts';
import type { RuleField } from '#shared/contract/rule-work.ts';
import { INTENT_NAMES, MESSAGE_INTENTS } from '#shared/message.ts';
import type { CompareOperator } from '#shared/rule.ts';
import { COMPARE_OPERATORS, WINDOW_KEYS } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { MethodOutput } from '#shared/contract/index.ts';
import { domainOf, FIELDS, operatorsFor, RADAR_MODEL, WINDOW_COUNT_LABELS, WINDOW_KEY_LABELS } from '#main/rules/index.ts';
import type { FieldDefinition } from '#main/rules/index.ts';
import type { Shop } from '../shops.ts';

const LONGEST_WINDOW_MINUTES = 60 * 24 * 31;

const OPERATORS: Record<CompareOperator, LocalisedText> = {
  '>': { zh: '大于', en: 'above' },
  '>=': { zh: '不少于', en: 'at least' },
  '<': { zh: '小于', en: 'below' },
  '<=': { zh: '不超过', en: 'at most' },
  '==': { zh: '等于', en: 'is' },
  '!=': { zh: '不等于', en: 'is not' },
  between: { zh: '介于', en: 'between' },
  in: { zh: '属于', en: 'is one of' },
  'not-in': { zh: '不属于', en: 'is none of' },
  'contains-any': { zh: '包含任一', en: 'contains any of' },
  matches: { zh: '符合表达式', en: 'matches the pattern' },
  'in-list': { zh: '在名单中', en: 'is on the list' },
  'not-in-list': { zh: '不在名单中', en: 'is not on the list' },
};

/** What the workspace itself has to choose from. */
export interface Choosable {
  shops: readonly Shop[];
  provinces: readonly LocalisedText[];
  /** Names of radar models, newest first. */
  radarModels: readonly string[];
}

/** The values of a field that has few and known ones; null: it has not. */
function choicesOf(id: string, { shops, provinces, radarModels }: Choosable): RuleField['choices'] {
  if (id === 'channel') return CHANNEL_IDS.map((channel) => ({ value: channel, label: CHANNELS[channel] }));
  if (id === 'shop') return shops.map(({ shopId, name }) => ({ value: shopId, label: { zh: name, en: name } }));
  if (id === 'message-intent') return MESSAGE_INTENTS.map((intent) => ({ value: intent, label: INTENT_NAMES[intent] }));
  if (id === 'duty-free-basis') return Object.entries(DUTY_BASES).map(([value, label]) => ({ value, label }));
  if (id === RADAR_MODEL && radarModels.length > 0) return radarModels.map((value) => ({ value, label: { zh: value, en: value } }));
  if (id === 'province') return provinces.map((label) => ({ value: label.zh, label }));
  return null;
}

function fieldOf(definition: FieldDefinition, choices: RuleField['choices']): RuleField {
  const { id, group, label, about, type, unit, source, sensitive } = definition;
  const domain = domainOf(definition);
  return {
    ...{ id, group, label, about, type, unit, source, sensitive, choices },
    operators: [...operatorsFor(definition)],
    lowest: domain?.lowest ?? null,
    highest: domain?.highest ?? null,
    whole: domain?.whole ?? false,
  };
}

/** All an editor needs to offer fields, operators and windows. */
export function vocabulary(choosable: Choosable): MethodOutput<'rules.catalogue'> {
  return {
    fields: [...FIELDS.values()]
      .filter((definition) => operatorsFor(definition).length > 0)
      .map((definition) => fieldOf(definition, choicesOf(definition.id, choosable))),
    windows: {
      counts: (['orders', 'buyers'] as const).map((id) => ({ id, label: WINDOW_COUNT_LABELS[id] })),
      keys: WINDOW_KEYS.map((id) => ({ id, label: WINDOW_KEY_LABELS[id] })),
      longestMinutes: LONGEST_WINDOW_MINUTES,
    },
    operators: COMPARE_OPERATORS.map((id) => ({ id, label: OPERATORS[id] })),
  };
}
