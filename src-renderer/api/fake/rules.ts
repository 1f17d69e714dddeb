import type { MethodOutput } from '#shared/contract/index.ts';
import type { Rule } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY, HOUR } from '#shared/time.ts';

type Row = MethodOutput<'rules.list'>['items'][number];

const text = (zh: string, en: string): LocalisedText => ({ zh, en });

const RELAXED: Rule['relax'] = [
  {
    id: 'repurchase',
    when: { field: 'customer-repurchase-rate', op: '>', value: 30 },
    effect: { multiplyThreshold: 1.5 },
    why: text('复购率超过 30%', 'Repurchase rate above 30 %'),
  },
  {
    id: 'corporate',
    when: {
      any: [
        { field: 'corporate-buyer', op: '==', value: true },
        { field: 'customer-top-tenth', op: '==', value: true },
      ],
    },
    effect: { skip: true },
    why: text('企业客户或客单价前 10%', 'Corporate buyer, or top tenth by average order'),
  },
];

const COMMON: Pick<Rule, 'version' | 'enabled' | 'stock' | 'effectiveFrom' | 'effectiveTo' | 'source' | 'relax'> = {
  version: 3,
  enabled: true,
  stock: 'keep',
  effectiveFrom: null,
  effectiveTo: null,
  source: 'order',
  relax: [],
};

/** Rules in every state the page can show: on, off, waiting for a source, dated, with and without relaxations. */
const RULES: Rule[] = [
  {
    ...COMMON,
    relax: [...RELAXED],
    id: 'coupon-abuse',
    name: text('优惠占比过高', 'Coupon abuse'),
    about: text('大额优惠把实付压到几乎为零，常见于刷券', 'Discounts that bring the paid sum close to nothing: coupon farming'),
    severity: 'medium',
    action: 'hold',
    role: 'finance',
    when: {
      all: [
        { field: 'discount-share', op: '>', value: 90 },
        { field: 'discount-amount', op: '>', value: 2_000 },
        { not: { field: 'presale', op: '==', value: true } },
      ],
    },
    sentence: text('优惠占比 {value}，上限 {limit}。', 'Discount share {value}; limit {limit}.'),
    advice: text('核对优惠券是否本人领取；属实即可放行。', 'Check that the buyer collected the coupon; if so, release.'),
  },
  {
    ...COMMON,
    version: 5,
    id: 'phone-burst',
    name: text('同手机号短时多单', 'Phone burst'),
    about: text('一个手机号短时间内连续下单', 'One phone number placing orders one after the other'),
    severity: 'high',
    action: 'freeze',
    role: 'risk',
    when: { field: 'window', window: { count: 'orders', by: 'phone', minutes: 10 }, op: '>', value: 3 },
    sentence: text(
      '同一手机号 {minutes} 分钟内下了 {value} 单，上限 {limit} 单。',
      '{value} orders from this phone in {minutes} min; limit {limit}.',
    ),
  },
  {
    ...COMMON,
    relax: [...RELAXED],
    id: 'far-address',
    name: text('收货地偏离常用地', 'Away from usual area'),
    about: text('收货城市远离该客户常用的收货城市', 'The receiving city is far from the one this buyer uses'),
    severity: 'medium',
    action: 'hold',
    role: 'service',
    when: { field: 'distance-from-usual-area', op: '>', value: 50 },
    sentence: text('收货地距常用地 {value}，上限 {limit}。', 'Receiver is {value} from the usual area; limit {limit}.'),
  },
  {
    ...COMMON,
    relax: [...RELAXED],
    id: 'amount-spike',
    name: text('金额远高于均值', 'Amount spike'),
    about: text('金额远高于客户自己与店铺的均值', 'An amount far above the means of buyer and shop'),
    severity: 'medium',
    action: 'hold',
    role: 'service',
    when: {
      any: [
        { field: 'amount-vs-customer-average', op: '>', value: 3 },
        {
          all: [
            { field: 'first-order', op: '==', value: true },
            { field: 'order-amount', op: '>', value: 500_000 },
          ],
        },
      ],
    },
    sentence: text('实付是均值的 {value}，上限 {limit}。', 'Paid {value} the average; limit {limit}.'),
  },
  {
    ...COMMON,
    id: 'blacklisted-words',
    name: text('备注含敏感词', 'Listed words in remarks'),
    about: text('买家留言或备注里出现刷单用语', 'Remarks contain words of order brushing'),
    severity: 'high',
    action: 'freeze',
    role: 'risk',
    when: { field: 'remarks', op: 'contains-any', value: 'brushing-words' },
    sentence: text('备注含「{words}」。', 'Remarks contain "{words}".'),
  },
  {
    ...COMMON,
    version: 1,
    enabled: false,
    id: 'daily-limit',
    name: text('单日订单数上限', 'Orders per day'),
    about: text('同一客户一天内的订单数', 'Orders of one buyer within a day'),
    severity: 'low',
    action: 'task',
    role: 'service',
    when: { field: 'orders-today', op: '>', value: 2 },
    sentence: text('当日第 {value} 单，上限 {limit} 单。', 'Order {value} of the day; limit {limit}.'),
  },
  {
    ...COMMON,
    version: 1,
    source: 'crm',
    id: 'tier-discount',
    name: text('优惠超出客户等级', 'Discount beyond the tier'),
    about: text('优惠力度超出客户等级允许的范围', 'The discount is larger than the tier allows'),
    severity: 'medium',
    action: 'hold',
    role: 'finance',
    when: { field: 'tier-discount-excess', op: '>', value: 0 },
    sentence: text('超出等级优惠 {value}。', 'Discount {value} beyond the tier.'),
  },
];

const LEGEND: MethodOutput<'rules.list'>['legend'] = {
  fields: {
    'discount-share': {
      label: text('优惠占比', 'Discount share'),
      about: text('优惠 ÷（实付＋优惠）', 'Discount ÷ (paid + discount)'),
      unit: 'percent',
    },
    'discount-amount': {
      label: text('优惠金额', 'Discount'),
      about: text('优惠与优惠券两者取大', 'The larger of discount and coupon'),
      unit: 'minor',
    },
    presale: { label: text('预售', 'Presale'), about: text('预售订单', 'Presale order'), unit: 'boolean' },
    'window:orders:phone:10': {
      label: text('同一手机号 10 分钟内订单数', 'orders from the same phone within 10 min'),
      about: text('滑动窗口计数，含本单', 'Sliding-window count, this order included'),
      unit: 'count',
    },
    'distance-from-usual-area': {
      label: text('距常用收货地', 'Distance from the usual area'),
      about: text('城市间直线距离', 'Great-circle distance'),
      unit: 'km',
    },
    'amount-vs-customer-average': {
      label: text('金额与本人 30 天均值之比', "Amount against the customer's 30-day average"),
      about: text('少于 3 单时未知', 'Unknown below 3 orders'),
      unit: 'ratio',
    },
    'first-order': { label: text('首单', 'First order'), about: text('此前没有订单', 'No order before this one'), unit: 'boolean' },
    'order-amount': {
      label: text('订单金额', 'Order amount'),
      about: text('实付；未付款时为应付', 'Paid; while unpaid the payable sum'),
      unit: 'minor',
    },
    remarks: { label: text('备注', 'Remarks'), about: text('买家留言与卖家备注', "Buyer's message and seller's memo"), unit: 'text' },
    'orders-today': { label: text('当日订单数', 'Orders on this day'), about: text('含本单', 'This one included'), unit: 'count' },
    'tier-discount-excess': {
      label: text('超出等级优惠', 'Discount beyond the tier'),
      about: text('优惠超出客户等级上限', 'Discount above the tier limit'),
      unit: 'percent',
    },
    'customer-repurchase-rate': {
      label: text('复购率', 'Repurchase rate'),
      about: text('隔日再来才算复购', 'Coming back on another day counts'),
      unit: 'percent',
    },
    'corporate-buyer': { label: text('企业客户', 'Corporate buyer'), about: text('标签为企业客户', 'Tagged corporate'), unit: 'boolean' },
    'customer-top-tenth': {
      label: text('客单价前 10%', 'Top tenth by average order'),
      about: text('位于店铺前 10%', 'Among the top tenth of the shop'),
      unit: 'boolean',
    },
  },
  lists: { 'brushing-words': text('刷单用语', 'words of order brushing') },
  words: { 'brushing-words': ['刷单', '返现', '好评返', '补单'] },
};

const CONDITION_TEXTS: Record<string, LocalisedText> = {
  'coupon-abuse': text(
    '优惠占比 大于 90% 且 优惠金额 大于 20.00 元 且 非预售',
    'Discount share above 90 % and Discount above 20.00 CNY and not Presale',
  ),
  'phone-burst': text('同一手机号 10 分钟内订单数 大于 3', 'orders from the same phone within 10 min above 3'),
  'far-address': text('距常用收货地 大于 50 公里', 'Distance from the usual area above 50 km'),
  'amount-spike': text(
    '金额与本人 30 天均值之比 大于 3 倍 或 （首单 且 订单金额 大于 5000.00 元）',
    "Amount against the customer's 30-day average above 3 times or (First order and Order amount above 5000.00 CNY)",
  ),
  'blacklisted-words': text('备注 含「brushing-words」中的词', 'Remarks containing a word of "brushing-words"'),
  'daily-limit': text('当日订单数 大于 2', 'Orders on this day above 2'),
  'tier-discount': text('超出等级优惠 大于 0%', 'Discount beyond the tier above 0 %'),
};

/** The invented rule set in force. */
export function ruleList(now: number): MethodOutput<'rules.list'> {
  const items = RULES.map((rule, index): Row => {
    const state = rule.source !== 'order' ? 'waiting' : rule.enabled ? 'on' : 'off';
    const hitsPerDay = state === 'on' ? [12, 18, 9, 22, 31, 14, 14].map((hits) => Math.round(hits / (index + 1))) : [0, 0, 0, 0, 0, 0, 0];
    const hits7d = hitsPerDay.reduce((sum, hits) => sum + hits, 0);
    return {
      rule,
      state,
      hits7d,
      released7d: Math.round(hits7d * (0.5 - index * 0.08)),
      hitsPerDay,
      failing: null,
      falseKillShare: state === 'on' ? 0.52 - index * 0.1 : null,
      falseKillSharePerDay: hitsPerDay.map((hits, day) => (hits > 0 ? Math.max(0, 0.6 - index * 0.1 - day * 0.03) : null)),
      conditionText: CONDITION_TEXTS[rule.id] ?? text('', ''),
    };
  });
  return { version: 12, publishedAt: now - DAY - 6 * HOUR, items, legend: LEGEND };
}
