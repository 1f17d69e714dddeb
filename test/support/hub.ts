import type { Principal } from '#shared/contract/index.ts';
import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';
import type { HubLink, WebhookReceipt } from '#main/gateway/link.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { HubOverrides, LocalHub } from '#main/host/open-hub.ts';
import { configSchema } from '#main/hub/config.ts';
import type { HubConfig, HubConfigInput } from '#main/hub/config.ts';
import { signStandard } from './webhooks.ts';

export const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
export const SHOP = { channel: 'standard-webhooks', shopId: 'own', credentials: { secret: SECRET } } as const;
export const ADMIN: Principal = { operator: 'admin', role: 'admin', locale: 'en' };

/** One own store with stock of one article in Suzhou. */
export function testConfig(more: HubConfigInput = {}): HubConfig {
  return configSchema.parse({
    shops: [SHOP],
    openingStock: [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 1_000, safety: 100 }],
    ...more,
  });
}

/** A hub on a real database in memory; jobs run only when told. */
export function memoryHub(config: HubConfig = testConfig(), overrides: HubOverrides = {}): Promise<LocalHub> {
  return openHub({ dataDirectory: '', config, demo: false }, { databasePath: ':memory:', runJobs: false, ...overrides });
}

/** A plain, paid, good order in the words of the own-store channel. */
export function orderData(id: string, now: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    channelOrderId: id,
    status: 'paid',
    currency: 'CNY',
    goodsMinor: 4_000,
    freightMinor: 0,
    discountMinor: 0,
    paidMinor: 4_000,
    createdAt: now - 5_000,
    paidAt: now - 4_000,
    updatedAt: now - 4_000,
    buyer: { key: `buyer-${id}`, name: '张晓明' },
    receiver: {
      name: '张晓明',
      phone: phoneOf(id),
      country: 'CN',
      province: '江苏省',
      city: '南京市',
      district: '玄武区',
      address: `珠江路 ${id} 号 3 幢 502 室`,
    },
    lines: [{ sku: 'CUP', name: '杯子', quantity: 2, unitPriceMinor: 2_000 }],
    ...more,
  };
}

/** A well-formed mobile number of its own for every order. */
function phoneOf(id: string): string {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 100_000_000;
  return `139${String(sum).padStart(8, '0')}`;
}

/** Signs and hands in one message; `deliveryId` defaults to one per order and type. */
export function deliver(
  link: HubLink,
  type: string,
  data: Record<string, unknown>,
  now: number,
  deliveryId?: string,
): Promise<WebhookReceipt> {
  const id = deliveryId ?? `msg_${String(data['channelOrderId'])}_${type}`.replaceAll('.', '-');
  const signed = signStandard(SECRET, id, now, { type, timestamp: new Date(now).toISOString(), data });
  return link.receive({ channel: SHOP.channel, shopId: SHOP.shopId, ...signed, receivedAt: now });
}

/** A request that has to succeed. */
export async function ask<N extends MethodName>(
  link: HubLink,
  method: N,
  params: MethodInput<N>,
  principal = ADMIN,
): Promise<MethodOutput<N>> {
  const answer = await link.request(method, params, principal);
  if (!answer.ok) throw new Error(`${method}: ${answer.error.code} ${answer.error.message}`);
  return answer.value as MethodOutput<N>;
}
