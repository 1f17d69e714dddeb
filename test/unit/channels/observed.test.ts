import { describe, expect, it } from 'vitest';
import type { ChannelId } from '#shared/channels.ts';
import { ADAPTERS } from '#main/channels/registry.ts';
import { bytes, NOW, readingShop } from '#test/support/scripted-channel.ts';
import samples from '../../fixtures/channels/samples.json' with { type: 'json' };

/** One order of each channel as a read returns it. */
const ORDERS: Record<ChannelId, unknown> = {
  taobao: samples.taobao,
  jd: samples.jd,
  pinduoduo: samples.pinduoduo,
  douyin: samples.douyin,
  youzan: { full_order_info: JSON.parse(decodeURIComponent(samples.youzan_push.msg)).full_order_info as unknown },
  'wechat-store': samples.wechat_store,
  kuaishou: samples.kuaishou,
  xiaohongshu: samples.xiaohongshu,
  shopify: samples.shopify,
  lazada: samples.lazada,
  woocommerce: samples.woocommerce,
  'standard-webhooks': {
    type: 'order.updated',
    data: { channelOrderId: 'A1', status: 'paid', currency: 'CNY', updatedAt: NOW, lines: [{ sku: 'S', quantity: 1, unitPriceMinor: 1 }] },
  },
};

describe('a read of two versions of the same second is decided by when it was made (A5)', () => {
  it.each([...ADAPTERS])('%s hands the time of a read on, and none for a push', (id, adapter) => {
    const observed = (observedAt: number | null) => {
      const said = adapter.normalise({ topic: 'order', body: bytes(ORDERS[id]), observedAt }, readingShop(adapter));
      const [item] = said.ok ? said.items : [];
      if (item?.kind !== 'order') throw new Error(JSON.stringify(said));
      return item.order.observedAt;
    };
    expect(observed(NOW)).toBe(NOW);
    expect(observed(null)).toBeUndefined();
  });
});
