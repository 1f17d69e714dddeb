import { describe, expect, it } from 'vitest';
import type { ChannelAdapter } from '#main/channels/channel.ts';
import { adapter as kuaishou } from '#main/channels/kuaishou/adapter.ts';
import { adapter as lazada } from '#main/channels/lazada/adapter.ts';
import { adapter as ownStore } from '#main/channels/standard-webhooks/adapter.ts';
import { adapter as pinduoduo } from '#main/channels/pinduoduo/adapter.ts';
import { adapter as shopify } from '#main/channels/shopify/adapter.ts';
import { adapter as wechatStore } from '#main/channels/wechat-store/adapter.ts';
import { adapter as woocommerce } from '#main/channels/woocommerce/adapter.ts';
import { adapter as xiaohongshu } from '#main/channels/xiaohongshu/adapter.ts';
import { adapter as youzan } from '#main/channels/youzan/adapter.ts';
import type { Facets } from '#main/model/incoming.ts';
import samples from '../../fixtures/channels/samples.json' with { type: 'json' };
import { read } from '../../support/scripted-channel.ts';

/** What channels tell of an order beyond the common fields: how it travels, when it must have left and arrived. */

/** The same document with one value set, however deep. */
function withValue(document: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof first === 'number') {
    const list = Array.isArray(document) ? [...(document as unknown[])] : [];
    list[first] = withValue(list[first], rest, value);
    return list;
  }
  const fields = (document ?? {}) as Record<string, unknown>;
  return { ...fields, [first]: withValue(fields[first], rest, value) };
}
function facetsOf(adapter: ChannelAdapter, topic: string, payload: unknown): Facets | undefined {
  const said = read(adapter, topic, payload);
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order.facets;
}

const AT = Date.parse('2025-06-20T12:15:33+08:00');
const DEADLINE = { 'ship-by-at': AT };

interface Case {
  name: string;
  adapter: ChannelAdapter;
  topic: string;
  sample: unknown;
  path: (string | number)[];
  told: unknown;
  facets: Facets;
  /** What the platform writes for "nothing". */
  empty: unknown[];
}
const CASES: Case[] = [
  {
    ...{ name: 'Pinduoduo: last_ship_time', adapter: pinduoduo, topic: 'order', sample: samples.pinduoduo },
    path: ['order_info_get_response', 'order_info', 'last_ship_time'],
    ...{ told: '2025-06-20 12:15:33', facets: DEADLINE, empty: ['', 'null', '0001-01-01 00:00:00'] },
  },
  {
    ...{ name: 'Kuaishou: validPromiseShipmentTimeStamp', adapter: kuaishou, topic: 'order', sample: samples.kuaishou },
    path: ['data', 'orderBaseInfo', 'validPromiseShipmentTimeStamp'],
    ...{ told: AT, facets: DEADLINE, empty: [0, ''] },
  },
  {
    ...{ name: 'Xiaohongshu: promiseLastDeliveryTime', adapter: xiaohongshu, topic: 'order', sample: samples.xiaohongshu },
    path: ['promiseLastDeliveryTime'],
    ...{ told: AT, facets: DEADLINE, empty: [0, null, 'null'] },
  },
  {
    ...{ name: 'Lazada: promised_shipping_times', adapter: lazada, topic: 'order', sample: samples.lazada },
    path: ['data', 'promised_shipping_times'],
    ...{ told: '2025-06-20 12:15:33 +0800', facets: DEADLINE, empty: [''] },
  },
  {
    ...{ name: 'WooCommerce: the shipping line', adapter: woocommerce, topic: 'order.updated', sample: samples.woocommerce },
    path: ['shipping_lines', 0, 'method_title'],
    ...{ told: 'Flat rate', facets: { 'shipping-mode': 'Flat rate' }, empty: ['', ' '] },
  },
  {
    ...{ name: 'Shopify: the shipping line', adapter: shopify, topic: 'orders/updated', sample: samples.shopify },
    path: ['shipping_lines', 0, 'title'],
    ...{ told: 'Next day', facets: { 'shipping-mode': 'Next day' }, empty: ['', null] },
  },
];

describe.each(CASES)('$name', ({ adapter, topic, sample, path, told, facets, empty }) => {
  it('is read, and nothing is told where it is empty', () => {
    expect(facetsOf(adapter, topic, withValue(sample, path, told))).toEqual(facets);
    for (const nothing of empty) expect(facetsOf(adapter, topic, withValue(sample, path, nothing))).toBeUndefined();
  });
});

describe('WeChat Store: delivery_deadline', () => {
  const withDeadlines = (...deadlines: unknown[]) => {
    const [product] = samples.wechat_store.order.order_detail.product_infos;
    const products = deadlines.map((delivery_deadline) => ({ ...product, delivery_deadline }));
    return withValue(samples.wechat_store, ['order', 'order_detail', 'product_infos'], products);
  };

  it('is the first of all articles', () => {
    expect(facetsOf(wechatStore, 'order', withDeadlines(AT / 1_000 + 60, AT / 1_000, 0))).toEqual(DEADLINE);
    expect(facetsOf(wechatStore, 'order', withDeadlines(0))).toBeUndefined();
  });
});

describe('Youzan: express_type', () => {
  const order = (express_type: unknown) => {
    const message = JSON.parse(JSON.stringify(samples.youzan_push)) as { msg: string };
    const payload = JSON.parse(decodeURIComponent(message.msg)) as unknown;
    return withValue(payload, ['full_order_info', 'order_info', 'express_type'], express_type);
  };

  it.each([
    [0, 'express'],
    ['1', 'pickup'],
    [2, 'local'],
    [9, 'virtual'],
  ])('%s is %s', (code, mode) => {
    expect(facetsOf(youzan, 'order', order(code))).toEqual({ 'shipping-mode': mode });
  });

  it('says nothing by a code nobody knows', () => {
    for (const code of [7, '', 'constructor']) expect(facetsOf(youzan, 'order', order(code))).toBeUndefined();
  });
});

describe('an own store', () => {
  const SMALLEST = { channelOrderId: 'A1', currency: 'CNY', lines: [{ sku: 'S1', quantity: 2, unitPriceMinor: 1_500 }] };
  const message = (data: Record<string, unknown>) => ({
    type: 'order.paid',
    timestamp: '2025-06-18T12:15:33Z',
    data: { ...SMALLEST, ...data },
  });
  const refusalOf = (data: Record<string, unknown>): string => {
    const said = read(ownStore, '', message(data));
    return said.ok ? '' : said.reason.zh;
  };

  it('tells how an order travels, by when it leaves and arrives, and whatever else its forecasts should know', () => {
    const told = {
      shippingMode: ' 次日达 ',
      shipByAt: AT,
      promisedAt: '2025-06-22 18:00:00',
      facets: { vendor: 'ACME', 'quoted-at': '2025-06-01', weight: 2.5 },
    };
    expect(facetsOf(ownStore, '', message(told))).toEqual({
      'shipping-mode': '次日达',
      'ship-by-at': AT,
      'promised-at': Date.parse('2025-06-22T18:00:00+08:00'),
      vendor: 'ACME',
      'quoted-at': Date.parse('2025-06-01T00:00:00+08:00'),
      weight: 2.5,
    });
    expect(facetsOf(ownStore, '', message({}))).toBeUndefined();
    expect(facetsOf(ownStore, '', message({ shippingMode: null, promisedAt: null, facets: null }))).toBeUndefined();
  });

  it('is told in words what is wrong with them', () => {
    expect(refusalOf({ promisedAt: 'soon' })).toMatch(/promisedAt.*ISO 8601/);
    expect(refusalOf({ facets: { 'promised-at': 'soon' } })).toMatch(/facets.*promised-at.*ISO 8601/);
    expect(refusalOf({ facets: { Vendor: 'x' } })).toMatch(/小写字母/);
    expect(refusalOf({ facets: { vendor: { name: 'x' } } })).toMatch(/100 字/);
    expect(refusalOf({ facets: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`f${index}`, 1])) })).toMatch(/最多 20/);
  });

  it.each([
    ['sf', 'sf'],
    ['顺丰速运', 'sf'],
    ['中通快递', 'zto'],
    ['JD Logistics', 'jd'],
    ['DHL Express', 'DHL Express'],
  ])('names a carrier %s: %s', (word, carrier) => {
    const said = read(ownStore, '', message({ carrier: word }));
    expect(said.ok && said.items[0]?.kind === 'order' && said.items[0].order.carrier).toBe(carrier);
  });
});
