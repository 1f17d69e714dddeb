import { scoreParts, suggestionFor, usualArea } from '#main/engine/index.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import { explainVerdict } from '#main/rules/index.ts';
import type { HubContext } from '../context.ts';
import { maskPersonal } from '../mask-text.ts';
import { toSummary, toWireOrder } from '../projection.ts';
import { standingOf } from '../standing.ts';
import { stopSentence } from '../stop-sentence.ts';
import { findOrder, notFound, plainOf } from './lookup.ts';

type OrderHandlers = Pick<
  Handlers,
  | 'orders.get'
  | 'orders.list'
  | 'orders.explain'
  | 'orders.timeline'
  | 'orders.buyer'
  | 'orders.similar'
  | 'orders.links'
  | 'orders.unmask'
  | 'orders.raw'
>;

const RECENT_ORDERS = 10;
const SIMILAR_CASES = 20;

/** Orders: lists, one with its explanation, its buyer and its links. Personal data is masked but for `orders.unmask`. */
export function orderHandlers(context: HubContext): OrderHandlers {
  const { store, rules } = context;
  return {
    'orders.get': (key) => toWireOrder(findOrder(store, key).record),
    'orders.list': (filter) => {
      const page = store.queries.orders(filter);
      return { items: page.items.map(toSummary), next: page.next };
    },
    'orders.explain': (key) => {
      const { record } = findOrder(store, key);
      const verdict = store.queries.lastVerdict(record.orderNo);
      if (!verdict) throw notFound(record.orderNo);
      const judgedBy = rules.of(verdict);
      const explained = explainVerdict(judgedBy, verdict, record.clearances);
      const nameOf = (ruleId: string) => judgedBy.rules.find(({ id }) => id === ruleId)?.name ?? null;
      return {
        orderNo: record.orderNo,
        orderVersion: verdict.orderVersion,
        decidedAt: verdict.at,
        ruleSetVersion: verdict.ruleSetVersion,
        sentence: stopSentence(record, verdict, nameOf),
        results: explained.results,
        score: scoreParts({ record, hits: verdict.hits, fields: verdict.fields, inputs: verdict.inputs }),
        rederived: explained.rederived,
      };
    },
    'orders.timeline': (key) => ({ items: store.queries.timeline(findOrder(store, key).record.orderNo) }),
    'orders.buyer': (key) => buyerOf(context, findOrder(store, key).record),
    'orders.similar': (key) => {
      const { ruleId, counts, cases } = store.queries.similar(findOrder(store, key).record.orderNo, SIMILAR_CASES);
      return { ruleId, ...counts, items: cases.map(({ record, ended }) => ({ ...toSummary(record), ended })) };
    },
    'orders.links': (key) => {
      const { record } = findOrder(store, key);
      const items = record.linked.flatMap((link) => {
        const peer = store.orders.byNumber(link.orderNo);
        return peer ? [{ ...link, order: toSummary(peer.record), suggestion: suggestionFor(record, link, peer.record) }] : [];
      });
      return { items };
    },
    'orders.unmask': ({ orderNo, reason }, { operator }) => {
      const { id, record } = findOrder(store, { orderNo });
      const now = context.clock.now();
      const text = { zh: `查看了明文收件信息：${reason}`, en: `Read the receiver in plain text: ${reason}` };
      store.transaction(() => {
        store.audit.append({ actor: operator, action: 'order.unmask', subject: orderNo, detail: { reason } }, now);
        store.orders.addTimeline([{ orderId: id, inboxId: null, entries: [{ kind: 'unmask', actor: operator, text }] }], now);
      });
      const { name, phone, address } = record.receiver;
      return { name: plainOf(name), phone: plainOf(phone), address: plainOf(address) };
    },
    'orders.raw': ({ orderNo }) => ({
      items: store.queries.messagesOf(findOrder(store, { orderNo }).record.orderNo).map((message) => ({
        inboxId: message.id,
        receivedAt: message.receivedAt,
        topic: message.topic,
        body: maskPersonal(message.body),
      })),
    }),
  };
}

function buyerOf(context: HubContext, record: ReturnType<typeof findOrder>['record']): ReturnType<OrderHandlers['orders.buyer']> {
  const { store, hot } = context;
  const profile = hot.profile(record.keys.buyer);
  const recent = record.keys.buyer === null ? [record] : store.queries.ofBuyer(record.keys.buyer, RECENT_ORDERS);
  if (!profile) {
    const one = {
      orders: 1,
      refundedOrders: record.refundedMinor > 0 ? 1 : 0,
      heldOrders: record.hold ? 1 : 0,
      paidMinor: record.paidMinor,
    };
    const at = { firstOrderAt: record.createdAt, lastOrderAt: record.createdAt };
    return { ...one, ...at, averageMinor: record.paidMinor, usualArea: null, standing: null, recent: recent.map(toSummary) };
  }
  return {
    orders: profile.orders,
    refundedOrders: profile.refundedOrders,
    heldOrders: profile.heldOrders,
    paidMinor: profile.paidMinor,
    averageMinor: profile.orders > 0 ? Math.round(profile.paidMinor / profile.orders) : null,
    firstOrderAt: profile.firstOrderAt,
    lastOrderAt: profile.lastOrderAt,
    usualArea: usualArea(profile)?.place ?? null,
    standing: standingOf(profile, hot.shop(record.channel, record.shopId).read(context.clock.now())),
    recent: recent.map(toSummary),
  };
}
