/**
 * A workspace with many judged orders, written through the store as the hub writes them. Started with a path, a number of orders and
 * one of days it makes it, in a process of its own so that its memory is not another's.
 */
import { readFileSync } from 'node:fs';
import type { RuleSet } from '#shared/rule.ts';
import { businessHour, DAY, HOUR, MINUTE } from '#shared/time.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { FieldValue, VerdictRecord } from '#main/model/verdict.ts';
import { compileRuleSet, fieldOf, parseRuleSet } from '#main/rules/index.ts';
import type { CompiledRuleSet } from '#main/rules/index.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';
import { orderRecord } from '#test/fixtures/order-record.ts';
import { seededChance } from '#test/support/chance.ts';

const SHIPPED = new URL('../../resources/rules.json', import.meta.url);
const TOGETHER = 5_000;
const PLACES = [
  ['江苏省', '南京市'],
  ['浙江省', '杭州市'],
  ['广东省', '深圳市'],
  ['四川省', '成都市'],
] as const;

type Chance = () => number;

/** Mostly ordinary values; about one order in ten has something. */
function vectorOf(compiled: CompiledRuleSet, record: OrderRecord, returning: boolean, chance: Chance): FieldValue[] {
  const odd = () => chance() < 0.002;
  const known: Record<string, FieldValue> = {
    currency: 'CNY',
    'order-amount': record.paidMinor,
    'paid-amount': record.paidMinor,
    'goods-amount': record.goodsMinor,
    'first-order': !returning,
    'customer-orders': returning ? 1 : 0,
    'local-hour': businessHour(record.createdAt),
    channel: record.channel,
    province: record.receiver.province.slice(0, 2),
  };
  return compiled.fields.map((id) => {
    if (id in known) return known[id] ?? null;
    const definition = fieldOf(id);
    if (!definition || definition.source !== 'order') return null;
    if (definition.type === 'boolean') return id === 'address-complete' ? !odd() : odd();
    if (definition.type === 'words') return [];
    if (definition.type === 'text') return chance() < 0.2 ? '请尽快发货，谢谢，放在门口即可' : '';
    if (definition.unit === 'count') return odd() ? 20 : (definition.lowest ?? 0);
    return odd() ? 20 : Math.round(chance() * 200) / 100;
  });
}

function recordOf(index: number, at: number, orders: number, chance: Chance): { record: OrderRecord; returning: boolean } {
  const pick = (below: number) => Math.floor(chance() * below);
  const returning = chance() < 0.25;
  const buyer = `taobao/flagship/${returning ? pick(Math.max(1, orders / 20)) : `n${index}`}`;
  const [province, city] = PLACES[pick(PLACES.length)] ?? PLACES[0];
  const lines = Array.from({ length: 1 + pick(3) }, () => ({
    ...{ sku: `SKU-${pick(300)}`, name: `商品 ${pick(300)}`, quantity: 1 + pick(2), unitPriceMinor: 1_990 + pick(40_000) },
  }));
  const paidMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const refunded = chance() < 0.05;
  const phone = `139${String(10_000_000 + pick(89_999_999))}`;
  const plain = (text: string) => ({ plain: text, mask: `${text.slice(0, 1)}***`, index: null });
  const refund = {
    id: `R${index}`,
    amountMinor: paidMinor,
    at: at + 5 * DAY,
    state: 'succeeded' as const,
    lines: [],
    reason: '七天无理由',
  };
  const record = orderRecord({
    orderNo: `TB${String(index).padStart(18, '0')}`,
    channelOrderId: String(4_000_000_000_000_000 + index),
    ...{ status: refunded ? 'refunded' : chance() < 0.9 ? 'completed' : 'awaiting_shipment', lines, paidMinor, goodsMinor: paidMinor },
    ...{
      createdAt: at,
      paidAt: at + MINUTE,
      updatedAt: at + HOUR,
      receivedAt: at + MINUTE,
      decidedAt: at + MINUTE,
      statusSince: at + HOUR,
    },
    buyer: { key: buyer, name: plain('林晓'), tags: [] },
    receiver: {
      ...{ name: plain('林晓'), phone: plain(phone), country: 'CN', province, city, district: '玄武区', postcode: null, position: null },
      address: plain(`示例路${1 + pick(900)}号${1 + pick(20)}栋${1 + pick(30)}0${1 + pick(4)}室`),
    },
    ...{ ip: `10.${pick(256)}.${pick(256)}.${pick(256)}`, deviceId: `device-${buyer}`, buyerMessage: chance() < 0.2 ? '请尽快发货' : '' },
    keys: { buyer, phone: `hash-of-${phone}`, address: `hash-of-address-${pick(orders)}`, ip: null, device: null },
    ...(refunded ? { refunds: [refund], refundedMinor: paidMinor } : {}),
  });
  return { record, returning };
}

/** The last moment of the orders. */
export const WORKSPACE_END = Date.parse('2026-06-18T16:00:00Z');

export function shippedPack(): RuleSet {
  return parseRuleSet(JSON.parse(readFileSync(SHIPPED, 'utf8'))).ruleSet;
}

/**
 * Makes a workspace with `orders` orders of the last days up to its end, each judged once by the shipped pack.
 * Nothing is random: the same number makes the same workspace.
 */
function makeWorkspace(path: string, orders: number, days: number): void {
  const pack = shippedPack();
  const compiled = compileRuleSet(pack);
  const to = WORKSPACE_END;
  const from = to - days * DAY;
  const chance = seededChance(20_260_618);
  const store = openSqliteStore(path, { durable: false });
  const about = { by: 'hub', approvedBy: null, note: '', origin: 'shipped' as const };
  store.transaction(() =>
    store.ruleSets.publish({ version: pack.version, publishedAt: from - DAY, fields: compiled.fields, document: pack, ...about }),
  );
  for (let done = 0; done < orders; done += TOGETHER) {
    const made: { id: number; record: OrderRecord; verdict: VerdictRecord }[] = [];
    for (let index = done; index < Math.min(orders, done + TOGETHER); index++) {
      const { record, returning } = recordOf(index, from + Math.floor((index / orders) * (to - from)), orders, chance);
      const inputs = vectorOf(compiled, record, returning, chance);
      const verdict: VerdictRecord = {
        ...{
          orderNo: record.orderNo,
          orderVersion: 1,
          at: record.decidedAt,
          ruleSetVersion: pack.version,
          grade: 'pass',
          healthScore: 100,
        },
        ...{ hits: [...compiled.judge(inputs, record.decidedAt, [])], fields: compiled.fields, inputs },
      };
      made.push({ id: index + 1, record, verdict });
    }
    store.transaction(() => {
      store.orders.insert(made.map(({ id, record }) => ({ id, record })));
      store.orders.addVerdicts(made.map(({ id, verdict }) => ({ orderId: id, verdict })));
      for (const { id, record, verdict } of made) {
        if (verdict.hits.length > 0 && chance() < 0.3) {
          store.orders.addDecision(id, record.decidedAt + HOUR, 'lin', chance() < 0.7 ? 'release' : 'freeze', HOUR);
        }
      }
    });
  }
  store.close();
}

if (import.meta.main) {
  const [path, orders, days] = process.argv.slice(2);
  makeWorkspace(path ?? '', Number(orders), Number(days));
}
