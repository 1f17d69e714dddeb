import type { MethodOutput } from '#shared/contract/index.ts';
import type { RuleField } from '#shared/contract/rule-work.ts';
import type { CompareOperator } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';

type Catalogue = MethodOutput<'rules.catalogue'>;
const text = (zh: string, en: string): LocalisedText => ({ zh, en });

const NUMBERS: CompareOperator[] = ['>', '>=', '<', '<=', '==', '!=', 'between', 'in', 'not-in'];
const TEXTS: CompareOperator[] = ['==', '!=', 'in', 'not-in', 'contains-any', 'matches', 'in-list', 'not-in-list'];
const SEARCHED: CompareOperator[] = ['contains-any', 'matches', 'in-list', 'not-in-list'];

function field(group: RuleField['group'], id: string, label: LocalisedText, rest: Partial<RuleField> = {}): RuleField {
  const type = rest.type ?? 'number';
  return {
    id,
    group,
    label,
    about: label,
    type,
    unit: 'count',
    operators: type === 'number' ? NUMBERS : type === 'boolean' ? ['==', '!='] : TEXTS,
    source: 'order',
    sensitive: false,
    lowest: 0,
    highest: null,
    whole: false,
    choices: null,
    ...rest,
  };
}
const yesNo: Partial<RuleField> = { type: 'boolean', unit: 'boolean', lowest: null };
const searched: Partial<RuleField> = { type: 'text', unit: 'text', operators: SEARCHED, sensitive: true, lowest: null };
const PROVINCES = ['浙江', '江苏', '广东', '四川', '新疆', '西藏'].map((value) => ({ value, label: text(value, value) }));

const FIELDS: RuleField[] = [
  field('amount', 'order-amount', text('订单金额', 'Order amount'), { unit: 'minor' }),
  field('amount', 'discount-amount', text('优惠金额', 'Discount'), { unit: 'minor' }),
  field('amount', 'discount-share', text('优惠占比', 'Discount share'), { unit: 'percent', highest: 100 }),
  field('customer', 'amount-vs-customer-average', text('金额与本人 30 天均值之比', "Amount against the customer's 30-day average"), {
    unit: 'ratio',
  }),
  field('customer', 'customer-repurchase-rate', text('复购率', 'Repurchase rate'), { unit: 'percent', highest: 100 }),
  field('customer', 'orders-today', text('当日订单数', 'Orders on this day'), { lowest: 1, whole: true }),
  field('customer', 'first-order', text('首单', 'First order'), yesNo),
  field('customer', 'customer-top-tenth', text('客单价前 10%', 'Top tenth by average order'), yesNo),
  field('customer', 'corporate-buyer', text('企业客户', 'Corporate buyer'), yesNo),
  field('place', 'distance-from-usual-area', text('距常用收货地', 'Distance from the usual area'), { unit: 'km' }),
  field('place', 'province', text('收货省份', 'Province'), { type: 'text', unit: 'text', lowest: null, choices: PROVINCES }),
  field('order', 'local-hour', text('下单时段', 'Hour of the day'), { unit: 'hour', highest: 23, whole: true }),
  field('order', 'weekday', text('星期', 'Day of the week'), { lowest: 1, highest: 7, whole: true }),
  field('order', 'presale', text('预售', 'Presale'), yesNo),
  field('text', 'remarks', text('备注', 'Remarks'), searched),
  field('source', 'tier-discount-excess', text('超出等级优惠', 'Discount beyond the tier'), {
    unit: 'percent',
    source: 'crm',
    lowest: -100,
  }),
  field('model', 'complaint-tendency', text('投诉倾向', 'Complaint tendency'), { unit: 'score', source: 'model', highest: 100 }),
];

export const OPERATOR_WORDS: Record<CompareOperator, LocalisedText> = {
  '>': text('大于', 'above'),
  '>=': text('不少于', 'at least'),
  '<': text('小于', 'below'),
  '<=': text('不超过', 'at most'),
  '==': text('等于', 'equal to'),
  '!=': text('不等于', 'other than'),
  between: text('介于', 'between'),
  in: text('属于', 'one of'),
  'not-in': text('不属于', 'none of'),
  'contains-any': text('含有', 'containing'),
  matches: text('符合表达式', 'matching'),
  'in-list': text('在名单中', 'on the list'),
  'not-in-list': text('不在名单中', 'not on the list'),
};

const KEY_WORDS = {
  buyer: text('同一客户', 'same customer'),
  phone: text('同一手机号', 'same phone'),
  ip: text('同一 IP', 'same IP'),
  device: text('同一设备', 'same device'),
  address: text('同一地址', 'same address'),
};

/** The fields the invented rules read, in every form an editor can show. */
export const CATALOGUE: Catalogue = {
  fields: FIELDS,
  windows: {
    counts: [
      { id: 'orders', label: text('订单数', 'orders') },
      { id: 'buyers', label: text('账号数', 'accounts') },
    ],
    keys: (Object.keys(KEY_WORDS) as (keyof typeof KEY_WORDS)[]).map((id) => ({ id, label: KEY_WORDS[id] })),
    longestMinutes: 60 * 24 * 31,
  },
  operators: (Object.keys(OPERATOR_WORDS) as CompareOperator[]).map((id) => ({ id, label: OPERATOR_WORDS[id] })),
};
