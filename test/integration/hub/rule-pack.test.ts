import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, memoryHub, orderData, SECRET, SHOP, testConfig } from '#test/support/hub.ts';
import { signStandard } from '#test/support/webhooks.ts';

/** 14:00 in Shanghai. */
const NOON = Date.UTC(2026, 5, 18, 6);
type Data = Record<string, unknown>;
/** An order told `before` ms earlier than the one that is judged. */
type Told = Data & { before?: number; type?: string };

interface Row {
  /** Rule of the shipped pack. */
  rule: string;
  /** What the hub knows before, told by webhooks like everything else. */
  past?: Told[];
  /** The order it stops, and one on the other side of the limit. */
  hits: Data;
  passes: Data;
  /** B2: an order that would be stopped, were it not for who placed it; the sentence that says why it was not. */
  relaxed?: { past?: Told[]; order: Data; why: RegExp };
  at?: number;
  channel?: 'douyin';
}

const buyer = (key: string, tags: string[] = []) => ({ buyer: { key, name: '林晓', tags } });
const paid = (minor: number) => ({
  goodsMinor: minor,
  paidMinor: minor,
  lines: [{ sku: 'LAMP', name: '灯', quantity: 1, unitPriceMinor: minor }],
});
const to = (province: string, city: string) => ({
  receiver: { name: '林晓', phone: '13912345678', country: 'CN', province, city, district: '', address: '人民路 8 号 2 幢' },
});
const many = (count: number, of: (index: number) => Told): Told[] => Array.from({ length: count }, (_, index) => of(index));
const receiver = (changes: Data) => ({ receiver: { ...to('江苏省', '南京市').receiver, ...changes } });
/** Four earlier orders on four days: a repurchase rate of 75 %. */
const regular = (key: string, more: Data = {}) => many(4, (index) => ({ before: (index + 2) * DAY, ...buyer(key), ...more }));
const CORPORATE = /企业客户/;
const LOYAL = /复购率高于 30% 的老客户/;

const ROWS: Row[] = [
  {
    rule: 'same-buyer-burst',
    past: many(3, (index) => ({ before: (index + 1) * MINUTE, ...buyer('b') })),
    hits: buyer('b'),
    passes: buyer('another'),
    relaxed: {
      past: many(3, () => ({ before: MINUTE, ...buyer('firm', ['corporate']) })),
      order: buyer('firm', ['corporate']),
      why: CORPORATE,
    },
  },
  {
    rule: 'same-phone-burst',
    past: many(3, (index) => ({ before: (index + 1) * MINUTE, ...receiver({ phone: '13711112222', address: `珠江路 ${index} 号` }) })),
    hits: receiver({ phone: '+86 137 1111 2222' }),
    passes: receiver({ phone: '13711112223' }),
  },
  {
    rule: 'one-ip-many-accounts',
    past: many(2, (index) => ({ before: MINUTE, ip: '198.51.100.7', ...buyer(`b${index}`) })),
    hits: { ip: '198.51.100.7' },
    passes: { ip: '198.51.100.8' },
    relaxed: { past: regular('loyal'), order: { ip: '198.51.100.7', ...buyer('loyal') }, why: LOYAL },
  },
  {
    rule: 'away-from-usual-area',
    past: many(2, (index) => ({ before: (index + 1) * HOUR, ...buyer('b'), ...to('江苏省', '南京市') })),
    hits: { ...buyer('b'), ...to('江苏省', '苏州市') },
    passes: { ...buyer('b'), ...to('江苏省', '南京市') },
    relaxed: { past: regular('loyal', to('江苏省', '南京市')), order: { ...buyer('loyal'), ...to('江苏省', '无锡市') }, why: LOYAL },
  },
  {
    rule: 'discount-too-deep',
    hits: { goodsMinor: 10_000, discountMinor: 9_100, paidMinor: 900 },
    passes: { goodsMinor: 10_000, discountMinor: 9_000, paidMinor: 1_000 },
  },
  {
    rule: 'amount-above-own-average',
    past: many(3, () => ({ before: HOUR, ...buyer('b'), ...paid(1_000) })),
    hits: { ...buyer('b'), ...paid(3_001) },
    passes: { ...buyer('b'), ...paid(1_500) },
    relaxed: { past: regular('loyal', paid(1_000)), order: { ...buyer('loyal'), ...paid(5_000) }, why: LOYAL },
  },
  {
    rule: 'amount-above-shop-average',
    past: many(30, () => ({ before: HOUR, ...paid(1_000) })),
    hits: { ...buyer('new'), ...paid(4_000) },
    passes: { ...buyer('newer'), ...paid(3_000) },
    relaxed: { order: { ...buyer('firm', ['企业客户']), ...paid(4_000) }, why: CORPORATE },
  },
  {
    rule: 'remote-high-return',
    past: [
      ...many(30, (index) => ({ before: HOUR, channelOrderId: `r${index}`, ...to('新疆维吾尔自治区', '乌鲁木齐市') })),
      ...many(6, (index) => ({ ...refund(`r${index}`), before: HOUR / 2 })),
    ],
    hits: to('新疆', '喀什市'),
    passes: to('江苏省', '南京市'),
    relaxed: { past: regular('loyal'), order: { ...buyer('loyal'), ...to('新疆', '乌鲁木齐市') }, why: LOYAL },
  },
  {
    rule: 'mixed-storage',
    hits: { lines: [line('CUP'), { ...line('MILK'), storage: 'cold' }] },
    passes: { lines: [{ ...line('MILK'), storage: 'cold' }] },
  },
  { rule: 'malicious-returns', hits: buyer('b', ['恶意退货']), passes: buyer('c', ['vip']) },
  {
    rule: 'new-customer-large-order',
    hits: { ...buyer('new'), ...paid(500_001) },
    passes: { ...buyer('newer'), ...paid(500_000) },
    relaxed: { order: { ...buyer('firm', ['corporate']), ...paid(600_000) }, why: CORPORATE },
  },
  {
    rule: 'night-order',
    channel: 'douyin',
    at: Date.UTC(2026, 5, 18, 14, 5),
    hits: {},
    passes: { createdAt: Date.UTC(2026, 5, 18, 13, 59) },
  },
  { rule: 'vague-address', hits: receiver({ address: '人民路附近超市旁' }), passes: receiver({ address: '人民路 8 号 2 幢 501' }) },
  { rule: 'phone-malformed', hits: receiver({ phone: '1391234' }), passes: receiver({ phone: '139****5678' }) },
  { rule: 'blacklisted-words', hits: { buyerMessage: '刷单，返现 5 元' }, passes: { buyerMessage: '请放门口' } },
  { rule: 'improper-invoice', hits: { buyerMessage: '发票开成办公用品' }, passes: { buyerMessage: '发票按明细开' } },
  { rule: 'complaint-words', hits: { buyerMessage: '再不发货就举报' }, passes: { buyerMessage: '麻烦尽快' } },
  { rule: 'blacklisted-device', hits: { ip: '203.0.113.250' }, passes: { ip: '203.0.113.249', deviceId: 'mine' } },
  {
    rule: 'stock-short-spot',
    hits: { lines: [{ ...line('CUP'), quantity: 1_001 }] },
    passes: { lines: [{ ...line('BOWL'), quantity: 1_000 }] },
  },
  {
    rule: 'stock-short-presale',
    hits: { ...presale(), lines: [{ ...line('CUP'), quantity: 11 }] },
    passes: { ...presale(), lines: [{ ...line('BOWL'), quantity: 10 }] },
  },
  { rule: 'invoice-incomplete', hits: { invoice: { title: '南京某某公司' } }, passes: { invoice: { title: '林晓' } } },
  {
    rule: 'customs-declared-value',
    hits: { customs: { declaredMinor: 3_000, currency: 'CNY' } },
    passes: { customs: { declaredMinor: 4_000, currency: 'CNY' } },
  },
  {
    rule: 'duty-free-limit',
    hits: { ...receiver({ country: 'GB' }), currency: 'GBP', customs: { declaredMinor: 13_501, currency: 'GBP' } },
    passes: { ...receiver({ country: 'GB' }), currency: 'GBP', customs: { declaredMinor: 13_500, currency: 'GBP' } },
  },
  { rule: 'duplicate-order', past: [{ before: MINUTE, ...buyer('b') }], hits: buyer('b'), passes: { ...buyer('b'), ...paid(7_700) } },
  {
    rule: 'merge-candidate',
    past: [{ before: 29 * MINUTE, ...receiver({ phone: '13711112222' }), ...paid(1_200) }],
    hits: receiver({ phone: '13711112222' }),
    passes: receiver({ phone: '13711112222', address: '珠江路 9 号' }),
  },
];

function line(sku: string) {
  return { sku, name: sku, quantity: 1, unitPriceMinor: 2_000 };
}
function presale() {
  return { presale: { depositMinor: 1_000, balanceMinor: 3_000, balancePaidAt: NOON - HOUR } };
}
function refund(channelOrderId: string): Told {
  return { type: 'refund.succeeded', channelOrderId, refundId: `f-${channelOrderId}`, amountMinor: 4_000 };
}

/** A hub at a moment, told things as a shop tells them. */
class Desk {
  readonly #time: ManualTime;
  readonly #channel: 'douyin' | 'standard-webhooks';
  readonly hub: LocalHub;
  #told = 0;

  constructor(hub: LocalHub, time: ManualTime, channel: 'douyin' | 'standard-webhooks') {
    this.hub = hub;
    this.#time = time;
    this.#channel = channel;
  }

  static async open({ at = NOON, channel }: Pick<Row, 'at' | 'channel'> = {}, more: Data = {}): Promise<Desk> {
    const time = new ManualTime(at);
    const shops = channel ? [{ ...SHOP, channel, door: 'standard-webhooks' as const }] : [SHOP];
    const openingStock = ['CUP', 'BOWL'].map((sku) => ({ sku, name: sku, warehouse: 'suzhou', spot: 1_000, presaleQuota: 10, safety: 0 }));
    const config = testConfig({ shops, openingStock, ...more });
    return new Desk(await memoryHub(config, { clock: time, timers: time }), time, channel ?? 'standard-webhooks');
  }

  /** Tells an order or refund and answers its platform number. */
  async tell({ before = 0, type = 'order.paid', ...data }: Told): Promise<string> {
    const now = this.#time.now();
    this.#told += 1;
    const id = typeof data['channelOrderId'] === 'string' ? data['channelOrderId'] : `o${this.#told}`;
    const at = now - before;
    const times = { createdAt: at, paidAt: at, updatedAt: at };
    const body = type === 'order.paid' ? orderData(id, now, { ...times, ...data }) : { ...data, updatedAt: at };
    const signed = signStandard(SECRET, `msg_${this.#told}`, now, { type, timestamp: new Date(at).toISOString(), data: body });
    const receipt = await this.hub.receive({ channel: this.#channel, shopId: 'own', ...signed, receivedAt: now });
    expect(receipt.status).toBeLessThan(300);
    return id;
  }

  async past(told: readonly Told[] = []): Promise<void> {
    for (const one of [...told].sort((a, b) => (b.before ?? 0) - (a.before ?? 0))) await this.tell(one);
  }

  async judged(data: Data, rule: string) {
    const channelOrderId = await this.tell(data);
    const explained = await ask(this.hub, 'orders.explain', { channel: this.#channel, shopId: 'own', channelOrderId });
    expect(explained.rederived).toBe(true);
    const found = explained.results.find(({ ruleId }) => ruleId === rule);
    if (!found) throw new Error(`no rule ${rule}`);
    const order = await ask(this.hub, 'orders.get', { channel: this.#channel, shopId: 'own', channelOrderId });
    return { result: found, order };
  }
}

const KIND = { task: undefined, hold: 'held', freeze: 'frozen' } as const;

describe('every row of the shipped rules, over the real hub', () => {
  test.each(ROWS)('$rule', async ({ rule, past, hits, passes, relaxed, ...where }) => {
    const desk = await Desk.open(where);
    await desk.past(past);
    const stopped = await desk.judged(hits, rule);
    expect(stopped.result).toMatchObject({ result: 'hit', whyNot: null });
    expect(stopped.result.sentence.zh).not.toMatch(/[{}]|未知/);
    const kind = KIND[stopped.result.action];
    if (kind) expect(stopped.order.hold?.reasons.map(({ ruleId }) => ruleId)).toContain(rule);
    if (kind === 'frozen') expect(stopped.order.hold?.kind).toBe('frozen');
    const passed = await desk.judged(passes, rule);
    expect(passed.result.result).not.toBe('hit');
    expect(passed.result.whyNot?.zh).toBeTruthy();
    if (relaxed) {
      await desk.past(relaxed.past);
      const { result } = await desk.judged(relaxed.order, rule);
      expect(result).toMatchObject({ result: 'snoozed' });
      expect(result.whyNot?.zh).toMatch(relaxed.why);
      expect(result.relaxed.length).toBeGreaterThan(0);
    }
    await desk.hub.close();
  });

  test('the limit of orders a day is off, and says so', async () => {
    const desk = await Desk.open();
    await desk.past(many(3, () => ({ before: HOUR, ...buyer('b') })));
    expect((await desk.judged(buyer('b'), 'orders-per-day')).result).toMatchObject({ result: 'snoozed', whyNot: { zh: '规则已停用' } });
    await desk.hub.close();
  });
});

describe('customs values (L7)', () => {
  const abroad = (country: string, declaredMinor: number, currency: string, more: Data = {}) => ({
    ...receiver({ country }),
    customs: { declaredMinor, currency },
    ...more,
  });

  test('what no channel tells, no row holds or no rate converts is unknown, never a hit', async () => {
    const desk = await Desk.open();
    const unknown = /缺少数据：超出免税额未知/;
    for (const data of [receiver({ country: 'US' }), abroad('ZZ', 9_999_999, 'CNY'), abroad('GB', 9_999_999, 'CNY')]) {
      const { result } = await desk.judged(data, 'duty-free-limit');
      expect(result.result).toBe('no-hit');
      expect(result.whyNot?.zh).toMatch(unknown);
    }
    await desk.hub.close();
  });

  test('a stated rate makes another currency comparable, from its day on', async () => {
    const rate = (since: string, value: number) => ({ from: 'GBP', to: 'CNY', rate: value, since });
    const desk = await Desk.open({}, { exchangeRates: [rate('2026-06-01', 9), rate('2026-07-01', 20)] });
    const { result } = await desk.judged(abroad('GB', 130_500, 'CNY'), 'duty-free-limit');
    // 1,305.00 CNY are 145 GBP: ten above the limit, which are 90 CNY.
    expect(result).toMatchObject({ result: 'hit', sentence: { zh: '超出免税额度 90.00 元' } });
    await desk.hub.close();
  });

  test('each order is measured by the limit of its own day', async () => {
    const desk = await Desk.open({ at: Date.UTC(2026, 6, 1, 6) });
    const on = (day: number) => ({ createdAt: day, updatedAt: day });
    const [june, july] = [Date.UTC(2026, 5, 30, 15), Date.UTC(2026, 5, 30, 17)];
    const rule = 'duty-free-limit';
    expect((await desk.judged(abroad('DE', 10_000, 'EUR', { currency: 'EUR', ...on(june) }), rule)).result.result).toBe('no-hit');
    expect((await desk.judged(abroad('DE', 10_000, 'EUR', { currency: 'EUR', ...on(july) }), rule)).result.result).toBe('hit');
    await desk.hub.close();
  });
});
