import type { WebhookDelivery } from '#main/gateway/link.ts';
import { seededChance } from '#test/support/chance.ts';
import { signStandard } from '#test/support/webhooks.ts';

/** Secret of the one shop of the benchmarks. */
export const BENCH_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const BENCH_SHOP = { channel: 'standard-webhooks', shopId: 'bench', credentials: { secret: BENCH_SECRET } } as const;

const PLACES = [
  ['江苏省', '南京市', '玄武区'],
  ['浙江省', '杭州市', '西湖区'],
  ['广东省', '深圳市', '南山区'],
  ['北京市', '北京市', '朝阳区'],
  ['四川省', '成都市', '武侯区'],
  ['湖北省', '武汉市', '洪山区'],
] as const;
const SKUS = 300;

/** Enough of every article that no order of a benchmark runs short. */
export function benchStock(warehouses: readonly string[]): { sku: string; name: string; warehouse: string; spot: number }[] {
  return Array.from({ length: SKUS }, (_, index) => index).flatMap((index) =>
    warehouses.map((warehouse) => ({ sku: `BENCH-${index}`, name: `商品 ${index}`, warehouse, spot: 1_000_000 })),
  );
}

/**
 * Paid orders as a self-built store sends them: signed bytes of about 900 each, one to four lines, a buyer who mostly
 * comes once, a full Chinese receiver. Plain good orders: what a hub sees nearly all the time.
 */
export function signedOrders(count: number, seed: number, now: number): WebhookDelivery[] {
  const chance = seededChance(seed);
  const pick = (below: number): number => Math.floor(chance() * below);
  return Array.from({ length: count }, (_, index) => {
    const [province, city, district] = PLACES[pick(PLACES.length)] ?? PLACES[0];
    const buyer = pick(count * 4);
    const lines = Array.from({ length: 1 + pick(4) }, () => {
      const sku = pick(SKUS);
      return { sku: `BENCH-${sku}`, name: `商品 ${sku}`, quantity: 1 + pick(2), unitPriceMinor: 1_990 + sku * 10 };
    });
    const goodsMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
    const data = {
      channelOrderId: `B${seed}-${index}`,
      status: 'awaiting_shipment',
      currency: 'CNY',
      goodsMinor,
      freightMinor: 0,
      discountMinor: 500,
      paidMinor: goodsMinor - 500,
      couponMinor: 500,
      createdAt: now - 30_000,
      paidAt: now - 5_000,
      updatedAt: now - 5_000,
      buyer: { key: `buyer-${seed}-${buyer}`, name: '测试买家' },
      receiver: {
        name: '测试买家',
        phone: `139${String(10_000_000 + ((seed * 7_919 + buyer) % 89_999_999))}`,
        country: 'CN',
        province,
        city,
        district,
        address: `示例路${1 + pick(900)}号${1 + pick(20)}栋${1 + pick(30)}0${1 + pick(4)}室`,
      },
      buyerMessage: '',
      sellerMemo: '',
      ip: `10.${pick(256)}.${pick(256)}.${pick(256)}`,
      deviceId: `device-${seed}-${buyer}`,
      lines,
    };
    const message = { type: 'order.paid', timestamp: new Date(now - 5_000).toISOString(), data };
    const { headers, body } = signStandard(BENCH_SECRET, `msg_${seed}_${index}`, now, message);
    return { channel: BENCH_SHOP.channel, shopId: BENCH_SHOP.shopId, headers, body, receivedAt: now };
  });
}
