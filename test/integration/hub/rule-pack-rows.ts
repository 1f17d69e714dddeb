import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import { DESK_NOON } from '#test/support/shop-desk.ts';
import type { Told } from '#test/support/shop-desk.ts';

export type Data = Record<string, unknown>;

/** An order that would be stopped, were it not for who placed it. */
interface Relaxed {
  past?: Told[];
  order: Data;
}

export interface Row {
  /** Rule of the shipped pack. */
  rule: string;
  /** What the hub knows before, told by webhooks like everything else. */
  past?: Told[];
  /** Orders it stops, and ones just on the other side of the limit. */
  hits: Data[];
  passes: Data[];
  /** B2: one for every relaxation of the rule. */
  relaxed?: Record<string, Relaxed>;
  at?: number;
  channel?: 'douyin';
  /** The pack ships it switched off; a supervisor publishes it first. */
  off?: true;
}

export const buyer = (key: string, tags: string[] = []) => ({ buyer: { key, name: '林晓', tags } });
export const paid = (minor: number) => ({
  goodsMinor: minor,
  paidMinor: minor,
  lines: [{ sku: 'LAMP', name: '灯', quantity: 1, unitPriceMinor: minor }],
});
export const to = (province: string, city: string) => ({
  receiver: { name: '林晓', phone: '13912345678', country: 'CN', province, city, district: '', address: '人民路 8 号 2 幢' },
});
export const many = (count: number, of: (index: number) => Told): Told[] => Array.from({ length: count }, (_, index) => of(index));
export const receiver = (changes: Data) => ({ receiver: { ...to('江苏省', '南京市').receiver, ...changes } });
export const line = (sku: string) => ({ sku, name: sku, quantity: 1, unitPriceMinor: 2_000 });
const phone = (number: string) => receiver({ phone: number });
const says = (buyerMessage: string) => ({ buyerMessage });
const presale = () => ({ presale: { depositMinor: 1_000, balanceMinor: 3_000, balancePaidAt: DESK_NOON - HOUR } });
const refund = (channelOrderId: string, before: number): Told => ({
  ...{ before, type: 'refund.succeeded', channelOrderId, refundId: `f-${channelOrderId}`, amountMinor: 4_000 },
});
const abroad = (country: string, currency: string, declaredMinor: number) => ({
  ...receiver({ country }),
  ...{ currency, customs: { declaredMinor, currency } },
});

const FIRM = ['企业客户'];
/** Four earlier orders on four days: a repurchase rate of 75 %. */
const regular = (more: Data = {}) => many(4, (index) => ({ before: (index + 2) * DAY, ...buyer('loyal'), ...more }));
/** Ten earlier orders on one day: no repurchase to speak of, but an old acquaintance. */
const acquainted = (more: Data = {}) => many(10, (index) => ({ before: 3 * DAY + index * MINUTE, ...buyer('established'), ...more }));
/** A hundred buyers of small sums, and one of large ones who came on two days of five: 20 %, no loyal one. */
const bigSpender = (more: Data = {}) => [
  ...many(100, (index) => ({ before: 3 * HOUR + index, ...buyer(`crowd${index}`), ...paid(1_000 + index) })),
  ...[5, 2, 2, 2, 2].map((days, index) => ({ before: days * DAY + index * MINUTE, ...buyer('top-tenth'), ...paid(90_000), ...more })),
];
/** The same burst for each of them. */
const burst = (key: string, tags: string[] = []) =>
  many(3, (index) => ({ before: (index + 1) * MINUTE, ...buyer(key, tags), ...paid(90_000 + index) }));
const latest = (key: string, tags: string[] = []): Data => ({ ...buyer(key, tags), ...paid(95_000) });
const toPhone = (number: string) =>
  many(3, (index) => ({ before: (index + 1) * MINUTE, ...receiver({ phone: number, address: `珠江路 ${index + 1} 号` }) }));
const fromIp = (ip: string) => many(2, (index) => ({ before: MINUTE, ip, ...buyer(`${ip}-${index}`) }));
/** A province with some orders of which some came back. */
const province = (name: string, city: string, orders: number, refunds: number) => [
  ...many(orders, (index) => ({ before: HOUR + index, channelOrderId: `${name}${index}`, ...to(name, city) })),
  ...many(refunds, (index) => refund(`${name}${index}`, HOUR / 2)),
];

const BURSTS: Row[] = [
  {
    rule: 'same-buyer-burst',
    // A fourth of the second buyer lies outside of the ten minutes.
    past: [...burst('b'), ...burst('c').slice(0, 2), { before: 10 * MINUTE, ...buyer('c'), ...paid(80_000) }],
    hits: [latest('b')],
    passes: [latest('c')],
    relaxed: {
      loyal: { past: [...regular(), ...burst('loyal')], order: latest('loyal') },
      'top-tenth': { past: [...bigSpender(), ...burst('top-tenth')], order: latest('top-tenth') },
      established: { past: [...acquainted(), ...burst('established')], order: latest('established') },
      corporate: { past: burst('firm', FIRM), order: latest('firm', FIRM) },
    },
  },
  {
    rule: 'same-phone-burst',
    past: [...toPhone('13711112222'), ...toPhone('13711113333').slice(0, 2)],
    hits: [phone('+86 137 1111 2222')],
    passes: [phone('13711113333')],
    relaxed: {
      loyal: { past: [...regular(), ...toPhone('13722220001')], order: { ...buyer('loyal'), ...phone('13722220001') } },
      'top-tenth': { past: [...bigSpender(), ...toPhone('13722220002')], order: { ...buyer('top-tenth'), ...phone('13722220002') } },
      corporate: { past: toPhone('13722220003'), order: { ...buyer('firm', FIRM), ...phone('13722220003') } },
    },
  },
  {
    rule: 'one-ip-many-accounts',
    past: [...fromIp('198.51.100.7'), ...fromIp('198.51.100.8').slice(0, 1), { before: 10 * MINUTE, ip: '198.51.100.8', ...buyer('gone') }],
    hits: [{ ip: '198.51.100.7' }],
    passes: [{ ip: '198.51.100.8' }],
    relaxed: {
      loyal: { past: regular(), order: { ip: '198.51.100.7', ...buyer('loyal') } },
      'top-tenth': { past: bigSpender(), order: { ip: '198.51.100.7', ...buyer('top-tenth') } },
      corporate: { order: { ip: '198.51.100.7', ...buyer('firm', FIRM) } },
    },
  },
  {
    rule: 'orders-per-day',
    off: true,
    past: [
      ...many(2, (index) => ({ before: (index + 1) * HOUR, ...buyer('b') })),
      // Most of the other buyer's were placed the day before.
      ...[1, 15, 15, 15].map((hours, index) => ({ before: hours * HOUR + index, ...buyer('c') })),
    ],
    hits: [buyer('b')],
    passes: [buyer('c')],
    relaxed: {
      loyal: { past: [...regular(), ...many(2, (index) => ({ before: (index + 1) * HOUR, ...buyer('loyal') }))], order: buyer('loyal') },
      'top-tenth': {
        past: [...bigSpender(), ...many(2, (index) => ({ before: (index + 1) * HOUR, ...buyer('top-tenth'), ...paid(90_000 + index) }))],
        order: latest('top-tenth'),
      },
      corporate: { past: many(2, (index) => ({ before: (index + 1) * HOUR, ...buyer('firm', FIRM) })), order: buyer('firm', FIRM) },
    },
  },
  {
    rule: 'duplicate-order',
    past: [{ before: MINUTE, ...buyer('b'), ...phone('13711112222') }],
    hits: [{ ...buyer('b'), ...phone('13711112222') }],
    // Another sum; the same for somebody else.
    passes: [
      { ...buyer('b'), ...phone('13711112222'), ...paid(7_700) },
      { ...buyer('b'), ...phone('13711113333') },
    ],
    relaxed: {
      corporate: {
        past: [{ before: MINUTE, ...buyer('firm', FIRM), ...phone('13711112222') }],
        order: { ...buyer('firm', FIRM), ...phone('13711112222') },
      },
    },
  },
  {
    rule: 'merge-candidate',
    past: [{ before: 29 * MINUTE, ...phone('13711112222'), ...paid(1_200) }],
    hits: [phone('13711112222')],
    passes: [receiver({ phone: '13711112222', address: '珠江路 9 号' })],
  },
];

const CUSTOMERS: Row[] = [
  {
    rule: 'away-from-usual-area',
    past: many(2, (index) => ({ before: (index + 1) * HOUR, ...buyer('b'), ...to('广东省', '广州市') })),
    hits: [{ ...buyer('b'), ...to('广东省', '深圳市') }],
    // 48 kilometres away, and 18.
    passes: [
      { ...buyer('b'), ...to('广东省', '东莞市') },
      { ...buyer('b'), ...to('广东省', '佛山市') },
    ],
    relaxed: {
      loyal: { past: regular(), order: { ...buyer('loyal'), ...to('江苏省', '无锡市') } },
      'top-tenth': { past: bigSpender(), order: { ...buyer('top-tenth'), ...to('江苏省', '无锡市') } },
      corporate: {
        past: many(2, () => ({ before: HOUR, ...buyer('firm', FIRM) })),
        order: { ...buyer('firm', FIRM), ...to('新疆', '喀什市') },
      },
    },
  },
  {
    rule: 'amount-above-own-average',
    past: many(6, (index) => ({ before: HOUR, ...buyer(index % 2 ? 'b' : 'c'), ...paid(1_000) })),
    hits: [{ ...buyer('b'), ...paid(3_001) }],
    passes: [{ ...buyer('c'), ...paid(3_000) }],
    relaxed: {
      loyal: { past: regular(paid(1_000)), order: { ...buyer('loyal'), ...paid(5_000) } },
      'top-tenth': { past: bigSpender(), order: { ...buyer('top-tenth'), ...paid(500_000) } },
      corporate: {
        past: many(3, () => ({ before: HOUR, ...buyer('firm', FIRM), ...paid(1_000) })),
        order: { ...buyer('firm', FIRM), ...paid(90_000) },
      },
    },
  },
  {
    rule: 'amount-above-shop-average',
    past: many(30, () => ({ before: HOUR, ...paid(1_000) })),
    hits: [{ ...buyer('new'), ...paid(3_001) }],
    passes: [{ ...buyer('newer'), ...paid(3_000) }],
    relaxed: { corporate: { order: { ...buyer('firm', FIRM), ...paid(4_000) } } },
  },
  {
    rule: 'new-customer-large-order',
    hits: [{ ...buyer('new'), ...paid(500_001) }],
    passes: [{ ...buyer('newer'), ...paid(500_000) }],
    relaxed: { corporate: { order: { ...buyer('firm', ['corporate']), ...paid(600_000) } } },
  },
  {
    rule: 'remote-high-return',
    // Six of forty are exactly the limit of 15 %.
    past: [
      ...province('新疆维吾尔自治区', '乌鲁木齐市', 30, 6),
      ...province('西藏自治区', '拉萨市', 40, 6),
      ...province('江苏省', '南京市', 30, 9),
    ],
    hits: [to('新疆', '喀什市')],
    passes: [to('西藏', '日喀则市'), to('江苏省', '南京市')],
    relaxed: {
      loyal: { past: regular(), order: { ...buyer('loyal'), ...to('新疆', '乌鲁木齐市') } },
      'top-tenth': { past: bigSpender(), order: { ...buyer('top-tenth'), ...to('新疆', '乌鲁木齐市') } },
      corporate: { order: { ...buyer('firm', FIRM), ...to('新疆', '乌鲁木齐市') } },
    },
  },
  { rule: 'malicious-returns', hits: [buyer('b', ['恶意退货'])], passes: [buyer('c', ['vip'])] },
];

const goods = (sku: string, quantity: number, unitPriceMinor: number) => ({
  goodsMinor: quantity * unitPriceMinor,
  paidMinor: quantity * unitPriceMinor,
  lines: [{ sku, name: sku, quantity, unitPriceMinor }],
});
/** An article whose price is whatever somebody enters. */
const byHand = (minor: number) => goods('BY-HAND', 1, minor);

const SLIPS: Row[] = [
  {
    rule: 'rebooked-refund',
    past: [
      { before: 3 * DAY, channelOrderId: 'ten-cups', ...buyer('b'), ...goods('CUP', 10, 2_000) },
      {
        ...{ before: 2 * DAY, type: 'refund.succeeded', channelOrderId: 'ten-cups', refundId: 'four-cups', amountMinor: 8_000 },
        lines: [{ sku: 'CUP', quantity: 4, amountMinor: 8_000 }],
      },
    ],
    hits: [{ ...buyer('b'), ...goods('CUP', 4, 2_000) }],
    passes: [
      { ...buyer('b'), ...goods('CUP', 5, 2_000) },
      { ...buyer('c'), ...goods('CUP', 4, 2_000) },
    ],
  },
  {
    rule: 'open-price-order',
    past: [
      ...[1_000, 200_000, 5_000, 400_000].map((minor, index) => ({ before: 4 * DAY + index, ...buyer(`d${index}`), ...byHand(minor) })),
      { before: 3 * DAY, ...buyer('b'), ...goods('CUP', 10, 2_000) },
    ],
    hits: [{ ...buyer('b'), ...byHand(20_000) }],
    passes: [
      { ...buyer('b'), ...byHand(2_000) },
      { ...buyer('new'), ...byHand(20_000) },
    ],
  },
  {
    rule: 'huge-quantity',
    // Two hundred lines of one or three pieces: the largest usual quantity is 35.
    past: many(200, (index) => ({ before: DAY + index * MINUTE, ...goods('DOT', 1 + 2 * (index % 2), 1) })),
    hits: [{ ...buyer('b'), ...goods('DOT', 1_200, 1) }],
    passes: [{ ...buyer('c'), ...goods('DOT', 900, 1) }],
    relaxed: { corporate: { order: { ...buyer('firm', FIRM), ...goods('DOT', 1_500, 1) } } },
  },
];

const CONTENT: Row[] = [
  {
    rule: 'discount-too-deep',
    hits: [{ goodsMinor: 10_000, discountMinor: 9_100, paidMinor: 900 }],
    passes: [{ goodsMinor: 10_000, discountMinor: 9_000, paidMinor: 1_000 }],
  },
  {
    rule: 'mixed-storage',
    hits: [{ lines: [line('CUP'), { ...line('MILK'), storage: 'cold' }] }],
    passes: [
      {
        lines: [
          { ...line('MILK'), storage: 'cold' },
          { ...line('FISH'), storage: 'cold' },
        ],
      },
    ],
  },
  {
    rule: 'night-order',
    channel: 'douyin',
    at: Date.UTC(2026, 5, 18, 14, 5),
    hits: [{}, { createdAt: Date.UTC(2026, 5, 17, 21, 59) }],
    passes: [{ createdAt: Date.UTC(2026, 5, 18, 13, 59) }, { createdAt: Date.UTC(2026, 5, 17, 22, 0) }],
  },
  {
    rule: 'vague-address',
    hits: [receiver({ address: '人民路附近超市旁' })],
    passes: [receiver({ address: '人民路 8 号 2 幢 501' }), receiver({ address: '人民路**号' })],
  },
  { rule: 'phone-malformed', hits: [phone('1391234567')], passes: [phone('13912345670'), phone('139****5678')] },
  {
    rule: 'blacklisted-words',
    hits: [says('刷单，返现 5 元'), says('刷-单')],
    passes: [says('请放门口，现在返校'), says('请放单元门口，真空包装')],
  },
  {
    rule: 'improper-invoice',
    hits: [says('发票开成办公用品'), says('发票内容写劳保用品')],
    passes: [says('发票按明细开'), says('办公用品放前台')],
  },
  { rule: 'complaint-words', hits: [says('再不发货就举报')], passes: [says('麻烦尽快')] },
  {
    rule: 'blacklisted-device',
    hits: [{ ip: '203.0.113.250' }, { deviceId: 'blocked-device-example' }],
    passes: [{ ip: '203.0.113.249', deviceId: 'mine' }],
  },
  {
    rule: 'stock-short-spot',
    hits: [{ lines: [{ ...line('CUP'), quantity: 1_001 }] }],
    passes: [{ lines: [{ ...line('BOWL'), quantity: 1_000 }] }],
  },
  {
    rule: 'stock-short-presale',
    hits: [{ ...presale(), lines: [{ ...line('CUP'), quantity: 11 }] }],
    passes: [{ ...presale(), lines: [{ ...line('BOWL'), quantity: 10 }] }],
  },
  {
    rule: 'invoice-incomplete',
    hits: [{ invoice: { title: '南京某某公司' } }, { invoice: { title: '' } }],
    passes: [{ invoice: { title: '林晓' } }, { invoice: { title: '南京某某公司', taxNumber: '91320100MA00000000' } }],
  },
  {
    rule: 'customs-declared-value',
    hits: [{ customs: { declaredMinor: 3_599, currency: 'CNY' } }, { customs: { declaredMinor: 4_401, currency: 'CNY' } }],
    passes: [{ customs: { declaredMinor: 3_600, currency: 'CNY' } }, { customs: { declaredMinor: 4_400, currency: 'CNY' } }],
  },
  { rule: 'duty-free-limit', hits: [abroad('GB', 'GBP', 13_501)], passes: [abroad('GB', 'GBP', 13_500)] },
];

/** What only the trained model reads; no sentence below holds a listed word. */
const READ: Row[] = [
  { rule: 'complaint-tendency', hits: [says('再拖下去我可要维权到底了，必须给个说法')], passes: [says('麻烦尽快发出，谢谢'), says('')] },
  {
    rule: 'improper-invoice-read',
    hits: [says('开票请不要出现化妆品三个字，写清洁用品')],
    // A proper wish, and one the listed words have found already.
    passes: [says('买了文具，按文具开票即可'), says('发票开成办公用品')],
  },
  {
    rule: 'forbidden-deal-read',
    hits: [says('帮店里做数据，货不用真寄'), says('满分评价换红包还有效吗')],
    passes: [says('红包包装能不能喜庆一点'), says('刷单，返现 5 元')],
  },
];

export const ROWS: readonly Row[] = [...BURSTS, ...CUSTOMERS, ...SLIPS, ...CONTENT, ...READ];
