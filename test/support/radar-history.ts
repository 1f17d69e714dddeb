import { IMPORT_CHUNK_BYTES } from '#shared/contract/imports.ts';
import { DAY, HOUR, MINUTE, parseBusinessTime } from '#shared/time.ts';
import { chanceOf } from '#main/learning/random.ts';
import type { HubOptions } from '#main/host/options.ts';
import type { HubOverrides, LocalHub } from '#main/host/open-hub.ts';
import { openHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, orderData, SHOP, testConfig } from './hub.ts';

/** End of the invented past, business time. */
export const NOW = parseBusinessTime('2026-03-02 12:00:00') as number;

/** One order of the invented past. */
export interface PastOrder {
  id: string;
  at: number;
  disputed: boolean;
  data: Record<string, unknown>;
}

const PROVINCES = ['江苏省', '浙江省', '山东省', '四川省'];

/** An order as those that were disputed: large, at night, to one province. */
export function dubiousData(id: string, at: number): Record<string, unknown> {
  return dataOf(id, at, { buyer: `dubious-${id}`, province: '广东省', quantity: 12 });
}

function dataOf(id: string, at: number, { buyer, province, quantity }: { buyer: string; province: string; quantity: number }) {
  const paidMinor = quantity * 2_000;
  const receiver = { ...(orderData(id, at)['receiver'] as object), province };
  return orderData(id, at, {
    goodsMinor: paidMinor,
    paidMinor,
    receiver,
    buyer: { key: buyer, name: '张晓明' },
    lines: [{ sku: 'CUP', name: '杯子', quantity, unitPriceMinor: 2_000 }],
  });
}

/**
 * Thirty days of twelve orders, three of them disputed on a day: mostly large ones to Guangdong at night, with exceptions on both sides.
 * Buyers come back, so that a split by order would leak. `signal` false: looks and disputes are each dealt by chance alone.
 */
export function pastOrders({ days = 30, signal = true }: { days?: number; signal?: boolean } = {}): PastOrder[] {
  const chance = chanceOf(7);
  return Array.from({ length: days * 12 }, (_, index) => {
    const disputed = signal ? index % 4 === 0 : chance() < 0.25;
    const odd = chance() < 0.15;
    const looks = signal ? disputed !== odd : chance() < 0.25;
    const day = NOW - (days - Math.floor(index / 12)) * DAY;
    const minutes = Math.floor(chance() * 120) * MINUTE;
    const at = looks ? day - 10 * HOUR + minutes : day - 3 * HOUR + minutes;
    const buyer = `b${Math.floor(chance() * days * 4)}`;
    const province = looks ? '广东省' : (PROVINCES[Math.floor(chance() * PROVINCES.length)] as string);
    const quantity = looks ? 6 + Math.floor(chance() * 9) : 1 + Math.floor(chance() * 5);
    return { id: `R${index}`, at, disputed, data: dataOf(`R${index}`, at, { buyer, province, quantity }) };
  }).sort((a, b) => a.at - b.at);
}

export interface RadarHub {
  hub: LocalHub;
  time: ManualTime;
}

/** A hub of the shipped rules; its clock stands still. */
export async function openRadarHub(
  folder: string,
  now: number,
  people: HubOptions['people'] = [],
  overrides: HubOverrides = {},
): Promise<RadarHub> {
  const time = new ManualTime(now);
  const stock = [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 1_000_000, safety: 100 }];
  const hub = await openHub(
    { dataDirectory: folder, config: testConfig({ openingStock: stock }), demo: false, people },
    { clock: time, timers: time, runJobs: false, durable: false, ...overrides },
  );
  return { hub, time };
}

/** Lives through the orders, message by message. Disputed ones are refunded, the others received, two days later. */
export async function live({ hub, time }: RadarHub, orders: readonly PastOrder[]): Promise<void> {
  const steps = orders.flatMap(({ id, at, disputed, data }) => [
    { at, run: () => deliver(hub, 'order.paid', data, at) },
    { at: at + 2 * DAY, run: () => deliver(hub, ...endOf(id, at, disputed, data)) },
  ]);
  for (const step of steps.toSorted((a, b) => a.at - b.at).filter(({ at }) => at < NOW)) {
    hub.advanceTo(step.at, time);
    await step.run();
  }
  hub.advanceTo(NOW, time);
}

function endOf(id: string, at: number, disputed: boolean, data: Record<string, unknown>): [string, Record<string, unknown>, number] {
  const now = at + 2 * DAY;
  if (!disputed) return ['order.completed', { ...data, status: 'completed', updatedAt: now }, now];
  const refund = { id: `r-${id}`, amountMinor: data['paidMinor'], at: now, state: 'succeeded' };
  return ['refund.succeeded', { channelOrderId: id, refund, updatedAt: now }, now];
}

/** Uploads a file and answers its number. */
export async function upload(hub: LocalHub, name: string, bytes: Uint8Array): Promise<number> {
  const { channel, shopId } = SHOP;
  const { id } = await ask(hub, 'imports.begin', { channel, shopId, name, bytes: bytes.length });
  for (let offset = 0; offset < bytes.length; offset += IMPORT_CHUNK_BYTES) {
    const piece = bytes.subarray(offset, offset + IMPORT_CHUNK_BYTES);
    await ask(hub, 'imports.append', { id, offset, chunk: Buffer.from(piece).toString('base64') });
  }
  return id;
}

/** The file of these orders as a person would export it. */
export function disputeFile(orders: readonly PastOrder[]): string {
  const rows = orders.map(
    ({ id, disputed }) => `${id},${disputed ? '纠纷' : '正常'},${disputed ? '仅退款' : ''},${disputed ? '说没收到货' : ''}`,
  );
  return `订单编号,是否纠纷,纠纷类型,内容\r\n${rows.join('\r\n')}\r\n`;
}
