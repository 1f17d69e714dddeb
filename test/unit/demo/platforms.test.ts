import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { ChannelAdapter } from '#main/channels/channel.ts';
import { adapterOf } from '#main/channels/registry.ts';
import { bridgeLetters, sign } from '#main/demo/platforms/bridge.ts';
import type { Letter } from '#main/demo/platforms/letter.ts';
import { shopifyLetters } from '#main/demo/platforms/shopify.ts';
import type { DemoOrder, Posting } from '#main/demo/order.ts';
import { refundedMinor } from '#main/demo/order.ts';
import { shopOf } from '#main/demo/shops.ts';
import { keyOf } from '#main/demo/world.ts';
import { simulate } from './simulate.ts';

const BRIDGE_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SHOPIFY_SECRET = 'hush';
const { live, history } = simulate({ seed: 'platforms', minutes: 75 });

function lettersOf(posting: Posting): Letter[] {
  return posting.order.shop.startsWith('shopify/') ? shopifyLetters(posting, SHOPIFY_SECRET) : bridgeLetters(posting, BRIDGE_SECRET);
}

/** What a platform says of an order, whatever its door; the native door has whole seconds and its own words for states. */
function saidOf(order: DemoOrder): unknown {
  const native = order.shop.startsWith('shopify/');
  const { province, city, phone } = order.receiver;
  return {
    key: keyOf(order),
    money: [
      order.goodsMinor,
      order.discountMinor,
      order.freightMinor,
      native && order.paidAt === null ? 0 : order.totalMinor,
      refundedMinor(order),
    ],
    status: native ? null : order.stuck && order.status === 'paid' ? 'awaiting_shipment' : order.status,
    second: Math.floor(order.updatedAt / 1_000),
    people: [province, city, phone, order.ip, order.buyerMessage, order.trackingNumber],
    lines: order.lines.map(({ sku, quantity, unitPriceMinor }) => [sku, quantity, unitPriceMinor]),
  };
}

function understoodOf(order: IncomingOrder): unknown {
  const native = order.channel === 'shopify';
  const { province, city, phone } = order.receiver;
  const refunds = order.refunds ?? [];
  const refunded = refunds.reduce((sum, { state, amountMinor }) => sum + (state === 'succeeded' ? amountMinor : 0), 0);
  return {
    key: `${order.channel}/${order.shopId}/${order.channelOrderId}`,
    money: [order.goodsMinor, order.discountMinor, order.freightMinor, order.paidMinor, refunded],
    status: native ? null : order.status,
    second: Math.floor(order.updatedAt / 1_000),
    people: [province, city, phone.plain, order.ip, order.buyerMessage, order.trackingNumber],
    lines: order.lines.map(({ sku, quantity, unitPriceMinor }) => [sku, quantity, unitPriceMinor]),
  };
}

describe('Standard Webhooks as the bridge writes it', () => {
  it('signs like the specification’s known answer', () => {
    // Source: standard-webhooks/standard-webhooks, library tests (MIT).
    const signature = sign(BRIDGE_SECRET, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', Buffer.from('{"test": 2432232314}'));
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('keeps id and body over attempts and signs each attempt’s own second', () => {
    const [letter] = live.filter(({ order }) => !order.shop.startsWith('shopify/')).flatMap(lettersOf);
    const first = letter?.headers(1_700_000_000_000);
    const second = letter?.headers(1_700_000_007_000);
    expect(first?.['webhook-id']).toBe(second?.['webhook-id']);
    expect(first?.['webhook-timestamp']).toBe('1700000000');
    expect(second?.['webhook-timestamp']).toBe('1700000007');
    expect(first?.['webhook-signature']).not.toBe(second?.['webhook-signature']);
  });
});

describe('Shopify', () => {
  const letters = live.filter(({ order }) => order.shop.startsWith('shopify/')).flatMap(lettersOf);

  it('signs the raw body in base64 and speaks the subscribed topics', () => {
    for (const { body, headers } of letters) {
      expect(headers(0)['x-shopify-hmac-sha256']).toBe(createHmac('sha256', SHOPIFY_SECRET).update(body).digest('base64'));
    }
    const topics = new Set(letters.map(({ headers }) => headers(0)['x-shopify-topic']));
    expect([...topics].sort()).toEqual(['orders/cancelled', 'orders/create', 'orders/paid', 'orders/updated', 'refunds/create']);
  });

  it('writes money as decimal text and its order number as a number', () => {
    for (const { body } of letters) {
      const order = JSON.parse(body.toString()) as { total_price?: string; id: number };
      if (order.total_price !== undefined) expect(order.total_price).toMatch(/^\d+\.\d{2}$/);
      expect(Number.isSafeInteger(order.id)).toBe(true);
    }
  });
});

type DemoShop = ReturnType<typeof shopOf>;

function doorOf(shop: DemoShop): ChannelAdapter {
  return adapterOf(shop.door === 'standard-webhooks' ? 'standard-webhooks' : shop.channel);
}
function readBy({ normalise, mapping }: ChannelAdapter, { channel, shopId }: DemoShop, topic: string, body: Uint8Array) {
  return normalise({ topic, body, observedAt: null }, { channel, shopId, options: {}, mapping });
}

describe('what the platforms say and what the hub’s doors read', () => {
  it('gives every message an id of its own', () => {
    const ids = [...history.postings, ...live].flatMap(lettersOf).map(({ shop, id }) => `${shop} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id.split(' ')[1]).not.toContain('.');
  });

  it('agrees on signature, state, money, time, people and goods', () => {
    const now = Date.parse('2026-11-22T20:00:00+08:00');
    let orders = 0;
    const differences: unknown[] = [];
    // Every third message: all shops, states and troubles are among them.
    for (const posting of [...history.postings, ...live].filter((_, index) => index % 3 === 0)) {
      const shop = shopOf(posting.order.shop);
      const adapter = doorOf(shop);
      for (const letter of lettersOf(posting)) {
        const secret = shop.channel === 'shopify' ? SHOPIFY_SECRET : BRIDGE_SECRET;
        const delivery = { headers: letter.headers(now), body: letter.body };
        const verified = adapter.push?.verify(delivery, { fields: {}, secrets: [secret] }, now);
        const [message] = verified?.ok ? verified.messages : [];
        const read = readBy(adapter, shop, message?.topic ?? '', letter.body);
        if (message?.deliveryId !== letter.id || !read.ok) differences.push([letter, verified, read]);
        for (const item of read.ok ? read.items : []) {
          if (item.kind === 'refund') continue;
          orders += 1;
          const [said, understood] = [saidOf(posting.order), understoodOf(item.order)];
          if (!isDeepStrictEqual(said, understood)) differences.push([said, understood]);
        }
      }
    }
    expect(differences).toEqual([]);
    expect(orders).toBeGreaterThan(1_500);
  });

  it('agrees on the state of the native shop’s orders', () => {
    const states = new Map<string, Set<string | null>>();
    for (const posting of live.filter(({ order }) => order.shop.startsWith('shopify/'))) {
      for (const letter of lettersOf(posting)) {
        const shop = shopOf(posting.order.shop);
        const read = readBy(doorOf(shop), shop, letter.headers(0)['x-shopify-topic'] ?? '', letter.body);
        for (const item of read.ok ? read.items : []) {
          if (item.kind === 'order')
            states.set(posting.order.status, (states.get(posting.order.status) ?? new Set()).add(item.order.status));
        }
      }
    }
    expect(Object.fromEntries([...states].map(([status, read]) => [status, [...read]]))).toMatchObject({
      pending_payment: ['pending_payment'],
      paid: ['awaiting_shipment'],
      shipped: ['shipped'],
      delivered: ['delivered'],
      completed: ['completed'],
    });
  });
});
