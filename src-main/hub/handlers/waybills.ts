import { CARRIERS } from '#shared/carriers.ts';
import type { CarrierId } from '#shared/carriers.ts';
import type { LocalisedText } from '#shared/text.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { HubContext } from '../context.ts';
import { carrierCode } from '../partner-doors/carriers.ts';
import { WaybillRefused } from '../partner-ports.ts';
import type { IssuedWaybill, WaybillIssuer } from '../partner-ports.ts';
import { partnerWords } from '../partner-words.ts';
import type { StoredOrder } from '../ports.ts';
import { checkVersion, findOrder } from './lookup.ts';

type WaybillHandlers = Pick<Handlers, 'orders.waybill' | 'orders.requestWaybill' | 'orders.cancelWaybill'>;

const TEXTS = {
  noIssuer: {
    zh: '没有接入电子面单服务，请管理员在「设置 → 合作方」接入快递鸟',
    en: 'No waybill service is connected; an administrator connects Kdniao under Settings, Partners',
  },
  notNow: { zh: '只有待发货且未被拦截的订单可以取面单', en: 'Only an order that awaits shipment and is not held gets a waybill' },
  present: { zh: '这个订单已有面单，要换先取消原来的', en: 'The order has a waybill; cancel it before requesting another' },
  none: { zh: '这个订单没有面单', en: 'The order has no waybill' },
  shipped: { zh: '订单已发货，面单不能再取消', en: 'The order is shipped; its waybill cannot be cancelled any more' },
  underWay: { zh: '正在向快递公司取号，请稍候', en: 'The carrier is being asked already' },
} satisfies Record<string, LocalisedText>;

const CARRIERS_OFFERED = (Object.keys(CARRIERS) as CarrierId[]).filter((id) => carrierCode('kdniao', id) !== null);

/** Calls of the waybill partner, one about an order at a time. Throws the refusal in the partner's own words. */
function callsOf({ partners }: HubContext): <T>(orderNo: string, call: () => Promise<T>) => Promise<T> {
  const underWay = new Set<string>();
  return async (orderNo, call) => {
    if (underWay.has(orderNo)) throw new Refusal('busy', TEXTS.underWay);
    underWay.add(orderNo);
    const started = performance.now();
    try {
      const answer = await call();
      partners.desk.worked('kdniao', performance.now() - started);
      return answer;
    } catch (error) {
      const refused = error instanceof WaybillRefused;
      // A refusal of one order is an answer: the partner is there.
      if (refused) partners.desk.worked('kdniao', performance.now() - started);
      else partners.desk.failed('kdniao', error, performance.now() - started);
      if (refused || (error instanceof Error && error.name === 'PartnerError'))
        throw new Refusal(refused ? 'bad_request' : 'busy', partnerWords(error));
      throw error;
    } finally {
      underWay.delete(orderNo);
    }
  };
}

/** Electronic waybills: asked of the carrier partner, kept with the order, given back where they were not used. */
export function waybillHandlers(context: HubContext): WaybillHandlers {
  const { store, clock, partners } = context;
  const called = callsOf(context);
  function issuer(): WaybillIssuer {
    const { waybills } = partners.links;
    if (!waybills) throw new Refusal('bad_request', TEXTS.noIssuer);
    return waybills;
  }
  /** Writes what was done into the order's way and the audit log, with the waybill itself. */
  function note({ id, record }: StoredOrder, actor: string, action: string, text: LocalisedText, write: () => void): void {
    const now = clock.now();
    store.transaction(() => {
      write();
      store.audit.append({ actor, action, subject: record.orderNo, detail: { text: text.en } }, now);
      store.orders.addTimeline([{ orderId: id, inboxId: null, entries: [{ kind: 'route', actor, text }] }], now);
    });
  }

  return {
    'orders.waybill': ({ orderNo }) => {
      const { record } = findOrder(store, { orderNo });
      return { carriers: partners.links.waybills ? CARRIERS_OFFERED : [], waybill: wireOf(store.waybills.of(record.orderNo)) };
    },
    'orders.requestWaybill': async ({ orderNo, version, carrier }, { operator }) => {
      const waybills = issuer();
      const stored = findOrder(store, { orderNo });
      const { record } = stored;
      checkVersion(record, version);
      if (record.status !== 'awaiting_shipment' || record.hold !== null) throw new Refusal('illegal_move', TEXTS.notNow);
      if (store.waybills.of(orderNo)) throw new Refusal('illegal_move', TEXTS.present);
      const lines = record.lines.map(({ name, quantity }) => ({ name, quantity }));
      const { number } = await called(orderNo, () => waybills.request({ orderNo, carrier, receiver: receiverOf(record), lines }));
      const waybill: IssuedWaybill = { orderNo, carrier, number, requestedAt: clock.now(), by: operator };
      const { zh, en } = CARRIERS[carrier];
      note(stored, operator, 'waybill.requested', { zh: `取得${zh}电子面单 ${number}`, en: `Waybill ${number} of ${en} issued` }, () =>
        store.waybills.put(waybill),
      );
      context.monitor.health.manualWork(orderNo);
      return { carrier, number, requestedAt: waybill.requestedAt, by: operator };
    },
    'orders.cancelWaybill': async ({ orderNo }, { operator }) => {
      const waybills = issuer();
      const stored = findOrder(store, { orderNo });
      const waybill = store.waybills.of(orderNo);
      if (!waybill) throw new Refusal('not_found', TEXTS.none);
      if (stored.record.trackingNumber === waybill.number) throw new Refusal('illegal_move', TEXTS.shipped);
      const { carrier, number } = waybill;
      await called(orderNo, () => waybills.cancel({ orderNo, carrier, number }));
      note(stored, operator, 'waybill.cancelled', { zh: `取消电子面单 ${number}`, en: `Waybill ${number} cancelled` }, () =>
        store.waybills.remove(orderNo),
      );
      return { number };
    },
  };
}

function wireOf(waybill: IssuedWaybill | null): Omit<IssuedWaybill, 'orderNo'> | null {
  if (!waybill) return null;
  const { carrier, number, requestedAt, by } = waybill;
  return { carrier, number, requestedAt, by };
}

/** The receiver by Kdniao's own field names; what the platform hides stays masked, and the partner's client refuses it. */
function receiverOf({ receiver }: OrderRecord): Record<string, string> {
  const { name, phone, province, city, district, address } = receiver;
  const plain = (field: typeof name): string => field.plain ?? field.mask;
  return {
    Name: plain(name),
    Mobile: plain(phone),
    ProvinceName: province,
    CityName: city,
    ExpAreaName: district,
    Address: plain(address),
  };
}
