import { CHANNELS } from '#shared/channels.ts';
import type { HeldOrder } from '#shared/contract/holds.ts';
import type { Order, OrderStatus, OrderSummary } from '#shared/order.ts';
import type { Beat, Lane, PulseSnapshot, StageLoad, Vitals, WardStrip } from '#shared/pulse.ts';
import { STAGES } from '#shared/pulse.ts';
import type { StockAlarm, StockLevel } from '#shared/stock.ts';
import { businessCompactStamp, HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { GOODS, PLACES, SHOPS, TROUBLES, WAREHOUSES, type Trouble } from './catalogue.ts';
import { seeded, type Chance } from './random.ts';

type Shop = (typeof SHOPS)[number];
const SPAN = 5 * MINUTE;

/** An invented merchant: orders of the last hours, a queue, a pool; `grow` lets time pass. */
export class World {
  readonly chance: Chance;
  readonly orders: Order[] = [];
  readonly troubles = new Map<string, Trouble>();
  readonly levels: StockLevel[] = [];
  readonly alarms: StockAlarm[] = [];
  readonly startedAt: number;
  #grownTo: number;

  constructor(seed: number, now: number) {
    this.chance = seeded(seed);
    this.startedAt = now - 4 * HOUR;
    this.#grownTo = this.startedAt;
    this.#stock(now);
    this.grow(now);
  }

  /** Lets orders arrive until `now`; returns the new ones. */
  grow(now: number): Order[] {
    const fresh: Order[] = [];
    for (const shop of SHOPS) {
      const until = shop.until === undefined ? now : this.startedAt + 4 * HOUR - shop.until * MINUTE;
      for (let at = this.#grownTo; at < Math.min(now, until); at += SECOND) {
        if (this.chance.next() < shop.perMinute / 60) fresh.push(this.#order(shop, at + this.chance.between(0, 999), now));
      }
    }
    this.#grownTo = now;
    this.orders.push(...fresh.sort((one, other) => one.receivedAt - other.receivedAt));
    return fresh;
  }

  #order(shop: Shop, at: number, now: number): Order {
    const { chance } = this;
    const age = now - at;
    const [sku, name, price] = chance.pick(GOODS);
    const quantity = chance.next() < 0.85 ? 1 : chance.between(2, 4);
    const [province, city, district] = chance.pick(PLACES);
    const warehouse = chance.pick(WAREHOUSES);
    const trouble = chance.next() < 0.035 && age < 110 * MINUTE ? chance.pick(TROUBLES) : null;
    const status: OrderStatus = trouble
      ? 'paid'
      : chance.next() < 0.06
        ? 'pending_payment'
        : age > 3 * HOUR
          ? 'delivered'
          : age > 90 * MINUTE
            ? 'shipped'
            : age > 3 * MINUTE
              ? 'awaiting_shipment'
              : 'paid';
    const goods = price * quantity;
    const discount = trouble?.ruleId === 'coupon-abuse' ? Math.round(goods * 0.9) : Math.round(goods * 0.1 * chance.next());
    const orderNo = `${CHANNELS[shop.channel].code}${businessCompactStamp(at)}${String(chance.between(0, 9))}`;
    if (trouble) this.troubles.set(orderNo, trouble);
    return {
      orderNo,
      version: 1,
      channel: shop.channel,
      shopId: shop.shopId,
      channelOrderId: String(chance.between(1e9, 9e9)) + String(chance.between(1e8, 9e8)),
      status,
      rawStatus: status.toUpperCase(),
      rawStatusUnknown: false,
      partiallyShipped: false,
      hold: trouble
        ? {
            kind: trouble.kind,
            severity: trouble.severity,
            reasons: [{ ruleId: trouble.ruleId, ruleVersion: 3, severity: trouble.severity, sentence: trouble.sentence }],
            role: trouble.role,
            openedAt: at + 40,
            releaseAt: trouble.kind === 'frozen' ? null : at + 2 * HOUR,
            stock: 'keep',
            assignee: null,
            snoozedUntil: null,
            openedBy: 'rule',
          }
        : null,
      currency: shop.channel === 'shopify' ? 'USD' : 'CNY',
      goodsMinor: goods,
      freightMinor: 0,
      discountMinor: discount,
      paidMinor: goods - discount,
      refundedMinor: 0,
      createdAt: at - chance.between(300, 2500),
      paidAt: status === 'pending_payment' ? null : at - 200,
      updatedAt: at,
      receivedAt: at,
      decidedAt: at + chance.between(4, 38),
      buyer: { key: `buyer-${chance.between(1, 900)}`, nameMask: '林**', tags: [] },
      receiver: { nameMask: '林**', phoneMask: '138****0000', country: 'CN', province, city, district, addressMask: '示例路 ** 号' },
      buyerMessage: '',
      sellerMemo: '',
      presale: null,
      lines: [{ sku, name, quantity, unitPriceMinor: price }],
      tags: [shop.channel],
      healthScore: trouble ? chance.between(35, 62) : chance.between(82, 100),
      grade: trouble?.severity ?? 'pass',
      executable: [
        { id: 'paid', passed: status !== 'pending_payment', note: { zh: '已付款', en: 'Paid' } },
        { id: 'stock', passed: true, note: { zh: '库存已锁定', en: 'Stock locked' } },
        { id: 'risk', passed: trouble === null, note: { zh: '风控通过', en: 'Risk passed' } },
        { id: 'invoice', passed: true, note: { zh: '发票信息完整', en: 'Invoice complete' } },
        { id: 'address', passed: true, note: { zh: '地址完整', en: 'Address complete' } },
      ],
      allocations: [{ sku, warehouse: warehouse.id, quantity, pool: 'spot' }],
      route: {
        warehouse: warehouse.id,
        warehouseName: warehouse.name,
        preferred: null,
        reason: { zh: `${province}就近：${warehouse.name.zh}`, en: `Nearest to ${province}: ${warehouse.name.en}` },
        promisedAt: at + 48 * HOUR,
      },
      linked: [],
      trackingNumber: null,
    };
  }

  #stock(now: number): void {
    for (const [sku, name] of GOODS) {
      for (const { id: warehouse } of WAREHOUSES) {
        const safety = this.chance.between(100, 600);
        const spot = this.chance.between(0, 1800);
        const reserved = Math.min(spot, this.chance.between(0, 60));
        const available = spot - reserved;
        const alarm = available === 0 ? 'out' : available < 50 ? 'short' : available < safety * 0.4 ? 'low' : 'none';
        const sold = this.chance.between(0, 90);
        this.levels.push({
          sku,
          name,
          warehouse,
          spot,
          reserved,
          available,
          presaleQuota: 0,
          presaleReserved: 0,
          safety,
          soldLastDay: sold,
          coverDays: sold === 0 ? null : available / sold,
          alarm,
        });
        if (alarm === 'none') continue;
        this.alarms.push({
          id: `${sku}@${warehouse}`,
          sku,
          name,
          warehouse,
          level: alarm,
          available,
          limit: 50,
          sentence: { zh: `${name}在${warehouse}仅余 ${available} 件`, en: `${available} pieces of ${sku} left in ${warehouse}` },
          raisedAt: now - this.chance.between(1, 90) * MINUTE,
          replenish: safety * 2,
        });
      }
    }
  }

  held(): HeldOrder[] {
    return this.orders.filter(({ hold }) => hold !== null).map((order) => this.heldRow(order));
  }

  heldRow(order: Order): HeldOrder {
    return {
      ...summary(order),
      sentence: order.hold?.reasons[0]?.sentence ?? { zh: '人工冻结', en: 'Frozen by hand' },
      province: order.receiver.province,
      city: order.receiver.city,
      buyerMask: order.buyer.nameMask,
    };
  }

  pulse(at: number, live: boolean): PulseSnapshot {
    const beats = this.orders.filter(({ receivedAt }) => receivedAt > at - SPAN && receivedAt <= at).map(toBeat);
    return { at, live, lanes: this.lanes(at), beats, stages: this.stages(at), ward: this.ward(at), vitals: this.vitals(at) };
  }

  lanes(at: number): Lane[] {
    return SHOPS.map((shop) => {
      const mine = this.orders.filter((order) => order.shopId === shop.shopId && order.receivedAt <= at);
      const recent = mine.filter(({ receivedAt }) => receivedAt > at - SPAN);
      const lastBeatAt = mine.at(-1)?.receivedAt ?? null;
      const gap = lastBeatAt === null ? Infinity : at - lastBeatAt;
      return {
        channel: shop.channel,
        shopId: shop.shopId,
        name: shop.name,
        liveness: gap < 90 * SECOND ? 'live' : gap < 3 * MINUTE ? 'quiet' : 'silent',
        lastBeatAt,
        ordersPerMinute: recent.length / 5,
        syncDelayP95Ms: recent.length === 0 ? null : 2100,
        heldShare: recent.length === 0 ? 0 : recent.filter(({ hold }) => hold !== null).length / recent.length,
      };
    });
  }

  stages(at: number): StageLoad[] {
    const stageOf = (order: Order): string => (order.hold ? 'review' : order.status);
    return STAGES.map((stage) => {
      const mine = this.orders.filter((order) => order.receivedAt <= at && stageOf(order) === stage);
      const oldestAt = mine[0]?.receivedAt ?? null;
      const waited = oldestAt === null ? 0 : at - oldestAt;
      const limits = stage === 'awaiting_shipment' ? [70, 120] : stage === 'shipped' || stage === 'delivered' ? [2880, 4320] : [60, 120];
      const [amber = 0, red = 0] = limits.map((minutes) => minutes * MINUTE);
      return {
        stage,
        backlog: mine.length,
        oldestAt,
        inflowPerMinute: 4.2,
        outflowPerMinute: 3.9,
        level: waited > red ? 'red' : waited > amber ? 'amber' : 'green',
        amberAfterMs: amber,
        redAfterMs: red,
      };
    });
  }

  ward(at: number): WardStrip[] {
    const strip = (id: string, fields: Partial<WardStrip>): WardStrip => ({
      id,
      stage: 'awaiting_shipment',
      cause: { zh: '苏州仓未回传出库', en: 'Suzhou has not confirmed packing' },
      level: 'red',
      count: 1,
      oldestAt: at - 2.4 * HOUR,
      expectedMs: 40 * MINUTE,
      channel: null,
      warehouse: null,
      orderNos: this.orders.slice(0, 4).map(({ orderNo }) => orderNo),
      owner: null,
      nextAction: { zh: '联系仓库核对出库单', en: 'Ask the warehouse for the packing list' },
      ticketId: 'T-1042',
      ...fields,
    });
    return [
      strip('ward-1', { count: 14, warehouse: 'suzhou', owner: '陈主管' }),
      strip('ward-2', {
        stage: 'review',
        level: 'amber',
        count: this.held().length,
        oldestAt: at - 1.6 * HOUR,
        cause: { zh: '审核超时：优惠占比过高', en: 'Review overdue: coupon abuse' },
        nextAction: { zh: '在工作台处理', en: 'Decide at the Desk' },
        ticketId: null,
      }),
      strip('ward-3', {
        stage: 'paid',
        level: 'amber',
        channel: 'douyin',
        oldestAt: at - 66 * MINUTE,
        cause: { zh: '库存不足，未能锁定', en: 'Stock short, not locked' },
        nextAction: { zh: '调拨或补货', en: 'Transfer or replenish' },
      }),
    ];
  }

  vitals(at: number): Vitals {
    const held = this.orders.filter(({ hold }) => hold?.kind === 'held');
    const minute = this.orders.filter(({ receivedAt }) => receivedAt > at - MINUTE && receivedAt <= at);
    return {
      at,
      ordersPerMinute: minute.length,
      open: this.orders.filter(({ status }) => status !== 'delivered').length,
      held: held.length,
      frozen: this.held().length - held.length,
      oldestHeldAt: held[0]?.receivedAt ?? null,
      outboxPending: 3,
      outboxDead: 0,
      inboxFailed: 0,
      storeLoad: 0.04,
      decisionP95Ms: 31,
      stockAlarms: this.alarms.length,
      ohi: 93.4,
    };
  }
}

export function toBeat(order: Order): Beat {
  const { channel, shopId, orderNo, paidMinor, currency, grade } = order;
  return { at: order.receivedAt, orderNo, channel, shopId, paidMinor, currency, grade, held: order.hold?.kind ?? 'none' };
}

export function summary(order: Order): OrderSummary {
  const { orderNo, version, channel, shopId, channelOrderId, status, rawStatus, hold, currency, paidMinor, goodsMinor } = order;
  const { createdAt, paidAt, updatedAt, receivedAt, healthScore, grade, tags } = order;
  return {
    orderNo,
    version,
    channel,
    shopId,
    channelOrderId,
    status,
    rawStatus,
    hold,
    currency,
    paidMinor,
    goodsMinor,
    createdAt,
    paidAt,
    updatedAt,
    receivedAt,
    healthScore,
    grade,
    tags,
  };
}
