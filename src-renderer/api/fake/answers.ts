import type { MethodOutput, MethodParams } from '#shared/contract/index.ts';
import type { Explanation } from '#shared/rule.ts';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import type { Order } from '#shared/order.ts';
import { OHI_PARTS } from '#shared/health.ts';
import { channelAnswers, feeds } from './channels.ts';
import { PLACES, SHOPS, TROUBLES, WAREHOUSES } from './catalogue.ts';
import { fileAnswers } from './files.ts';
import { FakeRefusal, type Answers } from './refusal.ts';
import { radarAnswers } from './radar.ts';
import { reportAnswers } from './reports.ts';
import { ruleAnswers, type Publish } from './rule-work.ts';
import { ruleList } from './rules.ts';
import { summary, type World } from './world.ts';

type Key = MethodParams<'orders.get'>;

export function createAnswers(world: World, now: () => number, changed: (order: Order) => void, publish: Publish): Answers {
  const undo = new Map<string, { hold: Order['hold']; until: number }>();

  function find(key: Key): Order {
    const order = world.orders.find((one) => ('orderNo' in key ? one.orderNo === key.orderNo : one.channelOrderId === key.channelOrderId));
    if (!order) throw new FakeRefusal('not_found');
    return order;
  }
  function decide(orderNo: string, version: number, hold: (order: Order) => Order['hold']): MethodOutput<'holds.release'> {
    const order = find({ orderNo });
    if (order.version !== version) throw new FakeRefusal('stale_version');
    const until = now() + 10 * SECOND;
    undo.set(orderNo, { hold: order.hold, until });
    order.hold = hold(order);
    order.version += 1;
    changed(order);
    return { order: structuredClone(order), undoUntil: until };
  }
  const release = (): null => null;
  const freeze = (order: Order): Order['hold'] => (order.hold ? { ...order.hold, kind: 'frozen', releaseAt: null } : null);
  function takeBack(orderNo: string): MethodOutput<'holds.undo'> {
    const order = find({ orderNo });
    const before = undo.get(orderNo);
    if (!before || before.until < now()) throw new FakeRefusal('undo_expired');
    undo.delete(orderNo);
    order.hold = before.hold;
    order.version += 1;
    changed(order);
    return { order: structuredClone(order), undoUntil: null };
  }
  const many = (
    orders: { orderNo: string; version: number }[],
    hold: (order: Order) => Order['hold'],
  ): MethodOutput<'holds.releaseMany'> => ({
    done: orders.map(({ orderNo, version }) => ({ orderNo, version: decide(orderNo, version, hold).order.version })),
    refused: [],
    undoUntil: now() + 10 * SECOND,
  });

  return {
    ...channelAnswers(now),
    ...fileAnswers(now),
    ...radarAnswers(world, now),
    ...reportAnswers(now),
    ...ruleAnswers(world, now, publish),
    'session.hello': () => ({
      workspace: '小鹿母婴',
      demo: true,
      operator: '林晓',
      role: 'admin',
      version: '0.1.0',
      serverTime: now(),
      startedAt: world.startedAt,
      stream: { epoch: 'fake', seq: 0 },
    }),
    'pulse.snapshot': ({ at }) => world.pulse(at ?? now(), at === undefined),
    'orders.get': (key) => structuredClone(find(key)),
    'orders.list': (params) => {
      const text = params.text?.toLowerCase();
      const items = world.orders
        .filter((order) => !params.channel || order.channel === params.channel)
        .filter((order) => !params.status || params.status.includes(order.status))
        .filter((order) =>
          !params.held || params.held === 'any'
            ? params.held === undefined || order.hold !== null
            : params.held === 'none'
              ? order.hold === null
              : order.hold?.kind === params.held,
        )
        .filter((order) => !params.from || order.receivedAt >= params.from)
        .filter((order) => !text || order.orderNo.toLowerCase().includes(text) || order.channelOrderId.includes(text))
        .map(summary)
        .reverse();
      return { items: items.slice(0, params.limit ?? 100), next: null };
    },
    'orders.explain': (key) => explain(world, find(key)),
    'orders.timeline': (key) => {
      const order = find(key);
      const entries: MethodOutput<'orders.timeline'>['items'] = [
        { at: order.receivedAt, kind: 'received', actor: 'webhook', text: { zh: '收到付款消息', en: 'Payment message received' } },
        { at: order.decidedAt, kind: 'stock', actor: 'hub', text: { zh: '锁定库存', en: 'Stock reserved' } },
      ];
      if (order.hold)
        entries.push({
          at: order.decidedAt,
          kind: order.hold.kind === 'frozen' ? 'freeze' : 'hold',
          actor: 'rule',
          text: order.hold.reasons[0]?.sentence ?? { zh: '', en: '' },
        });
      else entries.push({ at: order.decidedAt, kind: 'route', actor: 'hub', text: order.route?.reason ?? { zh: '', en: '' } });
      return { items: entries };
    },
    'orders.buyer': () => ({
      orders: 7,
      refundedOrders: 1,
      heldOrders: 2,
      paidMinor: 182_300,
      averageMinor: 26_043,
      firstOrderAt: now() - 4000 * HOUR,
      lastOrderAt: now() - 90 * HOUR,
      usualArea: '江苏 苏州',
      standing: { zh: '复购率 42 %，已放宽', en: 'Repurchase rate 42 %: relaxed' },
      recent: world.orders.slice(0, 3).map(summary),
    }),
    'orders.similar': (key) => ({
      ruleId: find(key).hold?.reasons[0]?.ruleId ?? null,
      released: 31,
      frozen: 4,
      expired: 6,
      cancelled: 2,
      items: world.orders.slice(4, 8).map((order) => ({ ...summary(order), ended: 'released' as const })),
    }),
    'orders.links': () => ({ items: [] }),
    'holds.list': (params) => {
      const items = world.held().filter(({ hold }) => !params.ruleId || hold?.reasons.some(({ ruleId }) => ruleId === params.ruleId));
      return { items: items.slice(0, params.limit ?? 100), next: null, total: items.length };
    },
    'holds.release': ({ orderNo, version }) => decide(orderNo, version, release),
    'holds.freeze': ({ orderNo, version }) => decide(orderNo, version, freeze),
    'holds.undo': ({ orderNo }) => takeBack(orderNo),
    'holds.releaseMany': ({ orders }) => many(orders, release),
    'holds.freezeMany': ({ orders }) => many(orders, freeze),
    'holds.undoMany': ({ orderNos }) => ({
      done: orderNos.map((orderNo) => ({ orderNo, version: takeBack(orderNo).order.version })),
      refused: [],
      undoUntil: null,
    }),
    'holds.claim': ({ orderNo, version, assignee }) =>
      decide(orderNo, version, (order) => (order.hold ? { ...order.hold, assignee } : null)),
    'holds.handOver': ({ orderNo, version, role }) => decide(orderNo, version, (order) => (order.hold ? { ...order.hold, role } : null)),
    'holds.note': () => ({ at: now() }),
    'holds.snooze': ({ orderNo, version, minutes }) =>
      decide(orderNo, version, (order) => (order.hold ? { ...order.hold, snoozedUntil: now() + minutes * MINUTE } : null)),
    'holds.shift': () => ({ released: 42, frozen: 3, expired: 1, medianHandlingMs: 13_400 }),
    'stock.list': ({ sku }) => ({ items: world.levels.filter((level) => !sku || level.sku === sku), next: null }),
    'stock.map': () => stockMap(world, now()),
    'stock.movements': ({ sku }) => ({
      items: world.orders
        .filter((order) => order.lines[0]?.sku === sku)
        .slice(-40)
        .reverse()
        .map((order, index) => ({
          id: 1000 - index,
          at: order.decidedAt,
          sku,
          warehouse: order.allocations[0]?.warehouse ?? 'suzhou',
          kind: 'reserve' as const,
          pool: 'spot' as const,
          quantity: 1,
          orderNo: order.orderNo,
          note: '',
        })),
      next: null,
    }),
    'health.current': ({ hours }) => health(now(), hours ?? 24),
    'rules.list': () => ruleList(now()),
    'channels.list': () => ({
      items: feeds(now()).map(({ channel, shopId, name, state, problem }) => {
        const perMinute = SHOPS.find((shop) => shop.shopId === shopId)?.perMinute ?? 0;
        const received24h = Math.round(perMinute * 1300);
        const isOwn = channel === 'standard-webhooks';
        return {
          channel,
          shopId,
          name,
          door: isOwn ? ('standard-webhooks' as const) : channel === 'jd' || channel === 'taobao' ? ('none' as const) : ('native' as const),
          source: isOwn ? ('file' as const) : ('screen' as const),
          on: true,
          state,
          problem,
          webhookPath: `/hooks/${channel}/${shopId}`,
          push: true,
          poll: !isOwn,
          lastReceivedAt: now() - 4000,
          received24h,
          polled24h: isOwn ? 0 : Math.round(received24h / 3),
          failed24h: 0,
          refused24h: 2,
          orders24h: Math.round(perMinute * 1000),
        };
      }),
    }),
    'inbox.failed': () => ({
      items: [
        {
          id: 7,
          channel: 'douyin',
          shopId: 'live',
          topic: 'order.paid',
          origin: 'push' as const,
          receivedAt: now() - 2 * HOUR,
          attempts: 1,
          reason: { zh: '不是合法的 JSON（第 1 行第 18 列）', en: 'Not valid JSON (line 1 column 18)' },
          size: 212,
          preview: '{"type":"order.paid",',
        },
      ],
      next: null,
    }),
    'inbox.retry': () => ({ retried: 1, succeeded: 0 }),
    'outbox.dead': () => ({ items: [], next: null }),
    'outbox.retry': () => ({ retried: 0 }),
    'audit.list': () => ({ items: [], next: null }),
    'audit.verify': () => ({ entries: 4210, intact: true, firstBroken: null, head: 'b7e1c0' }),
    'workspace.lifecycle': () => ({
      items: [
        {
          from: { zh: '待付款', en: 'pending payment' },
          trigger: { zh: '收到付款', en: 'Payment received' },
          to: { zh: '已付款', en: 'paid' },
          action: { zh: '锁定库存，质检', en: 'Lock the stock, judge' },
        },
      ],
    }),
  };
}

function explain(world: World, order: Order): Explanation {
  const mine = world.troubles.get(order.orderNo);
  const sentence = mine?.sentence ?? { zh: '没有规则拦截此单。', en: 'No rule stopped this order.' };
  return {
    orderNo: order.orderNo,
    orderVersion: order.version,
    decidedAt: order.decidedAt,
    ruleSetVersion: 12,
    sentence,
    results: [...TROUBLES]
      .sort((one) => (one === mine ? -1 : 0))
      .map((trouble) => ({
        ruleId: trouble.ruleId,
        ruleVersion: 3,
        name: trouble.name,
        result: trouble === mine ? 'hit' : 'no-hit',
        severity: trouble.severity,
        action: trouble.kind === 'frozen' ? 'freeze' : 'hold',
        sentence: trouble.sentence,
        tree: trouble === mine ? trouble.tree : null,
        relaxed:
          trouble === mine && trouble.ruleId === 'far-address'
            ? [{ id: 'repurchase', effect: '× 1.5', why: { zh: '复购率 42 %', en: 'repurchase rate 42 %' } }]
            : [],
        whyNot: trouble === mine ? null : { zh: '低于阈值', en: 'below the limit' },
      })),
    score: [],
    rederived: true,
  };
}

function stockMap(world: World, at: number): MethodOutput<'stock.map'> {
  return {
    at,
    warehouses: WAREHOUSES.map((warehouse, index) => {
      const mine = world.levels.filter((level) => level.warehouse === warehouse.id);
      const count = (alarm: string): number => mine.filter((level) => level.alarm === alarm).length;
      const alarms = { low: count('low'), short: count('short'), out: count('out') };
      return {
        ...warehouse,
        skus: mine.length,
        available: mine.reduce((sum, level) => sum + level.available, 0),
        reserved: mine.reduce((sum, level) => sum + level.reserved, 0),
        alarms,
        health: 1 - (alarms.low + alarms.short + alarms.out) / mine.length,
        coverDays: 9 + index * 4,
        load: 0.3 + index * 0.22,
      };
    }),
    flows: WAREHOUSES.flatMap(({ id }, index) =>
      PLACES.slice(index, index + 4).map(([province], rank) => ({
        warehouse: id,
        province,
        orders: 60 - rank * 12,
        pieces: 80 - rank * 14,
      })),
    ),
    demand: PLACES.map(([province], index) => ({ province, orders: 240 - index * 26 })),
    alarms: world.alarms,
  };
}

function health(at: number, hours: number): MethodOutput<'health.current'> {
  const scores = { timeliness: 95.1, completeness: 97.2, consistency: 91.8, accuracy: 93, controllability: 90.1 };
  const points = Math.min(96, hours * 4);
  return {
    at,
    ohi: 93.4,
    changeSinceYesterday: 1.2,
    windowHours: hours,
    parts: OHI_PARTS.map((id) => ({
      id,
      score: scores[id],
      target: 95,
      weight: 0.2,
      formula: { zh: '按时订单 ÷ 全部订单', en: 'orders in time ÷ all orders' },
      measured: 1200,
      good: Math.round(12 * scores[id]),
    })),
    trend: Array.from({ length: points }, (_, index) => {
      const wave = Math.sin(index / 7) * 2;
      return {
        at: at - (points - index) * ((hours * HOUR) / points),
        ohi: 92 + wave,
        parts: { timeliness: 94 + wave, completeness: 96, consistency: 91 + wave, accuracy: 93, controllability: 89 - wave },
        orders: 300,
      };
    }),
    channels: SHOPS.map(({ channel, shopId, name }, index) => ({
      channel,
      shopId,
      name,
      ohi: 96 - index * 2.1,
      parts: scores,
      orders: 3000 - index * 500,
      held: 40 - index * 6,
      spark: Array.from({ length: 24 }, (_, hour) => 92 + Math.sin(hour / 3 + index) * 3),
    })),
    moved: OHI_PARTS.map((part, index) => ({
      part,
      points: [0.9, 0.4, -0.3, 0.1, 0.1][index] ?? 0,
      why: { zh: '苏州仓积压减少', en: 'Suzhou backlog shrank' },
    })),
    marks: [{ at: at - 5 * HOUR, kind: 'rules', text: { zh: '规则集 v12 生效', en: 'Rule set v12 published' } }],
  };
}
