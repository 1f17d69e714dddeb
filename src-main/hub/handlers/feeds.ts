import type { MethodParams } from '#shared/contract/index.ts';
import type { LocalisedText } from '#shared/text.ts';
import { businessDayStart } from '#shared/time.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { HubContext } from '../context.ts';
import type { Done } from '../decider.ts';
import { toWireOrder } from '../projection.ts';
import { canWriteBack } from '../write-back/offers.ts';
import { checkVersion, findOrder, findShop, notFound } from './lookup.ts';

type FeedHandlers = Pick<Handlers, Extract<keyof Handlers, `${'feeds' | 'gaps'}.${string}`> | 'orders.ship' | 'orders.memo'>;

const NO_MEMO: LocalisedText = {
  zh: '此店铺不支持写回备注，或未开启写回',
  en: 'This shop takes no memos, or writing back is switched off',
};

/** How the shops are read, what is missing, and what people write back. */
export function feedHandlers(context: HubContext): FeedHandlers {
  const { store, shops, feeds, dayAudits } = context;
  return {
    'feeds.list': () => ({ items: feeds.states() }),
    'feeds.poll': ({ channel, shopId }) => {
      findShop(shops, { channel, shopId });
      feeds.pollNow(channel, shopId);
      return { channel, shopId };
    },
    'gaps.days': ({ days, channel, shopId }) => ({
      items: dayAudits.days(days, { ...(channel && { channel }), ...(shopId !== undefined && { shopId }) }),
    }),
    'gaps.list': ({ channel, shopId, day, after, limit }) => {
      const shop = { channel, shopId };
      const rows = store.dayAudits.gaps(shop, businessDayStart(day), after, limit + 1);
      const items = rows.slice(0, limit).map(({ channelOrderId, foundAt, askedAt, filledAt, orderNo }) => ({
        channelOrderId,
        foundAt,
        askedAt,
        filledAt,
        orderNo,
        error: filledAt === null ? store.wishes.errorOf(shop, 'order', channelOrderId) : null,
      }));
      return { items, next: rows.length > limit ? (items.at(-1)?.channelOrderId ?? null) : null };
    },
    'gaps.check': ({ day, ...key }) => dayAudits.check(findShop(shops, key), businessDayStart(day)),
    'gaps.backfill': ({ day, ...key }, { operator }) => {
      const shop = findShop(shops, key);
      const asked = dayAudits.fill(shop, businessDayStart(day));
      store.transaction(() =>
        store.audit.append(
          {
            actor: operator,
            action: 'gaps.backfill',
            subject: `${shop.channel}/${shop.shopId}`,
            detail: { day: businessDayStart(day), asked },
          },
          context.clock.now(),
        ),
      );
      return { asked };
    },
    'orders.ship': (request, { operator }) => toWireOrder(ship(context, request, operator)),
    'orders.memo': ({ orderNo, memo, flag }, { operator }) => {
      const { record } = findOrder(store, { orderNo });
      const shop = shops.find(record.channel, record.shopId);
      if (!shop || !canWriteBack(shop, 'channel.memo')) throw new Refusal('bad_request', NO_MEMO);
      const done = context.decider.command(orderNo, { kind: 'memo', actor: operator, memo, flag });
      if (done?.kind === 'refused') throw new Refusal(done.code, done.text);
      context.monitor.health.manualWork(orderNo);
      context.wakeOutbox();
      return { queued: done !== null };
    },
  };
}

/** Ships by hand: a receipt like the warehouse's, with a person behind it. */
function ship(context: HubContext, request: MethodParams<'orders.ship'>, operator: string): OrderRecord {
  const { store, decider, clock, monitor, wakeOutbox } = context;
  const { orderNo, version, trackingNumber, carrier } = request;
  const { record } = findOrder(store, { orderNo });
  checkVersion(record, version);
  const text = { zh: '手动发货', en: 'Shipped by hand' };
  const receipt = { kind: 'shipped', trackingNumber, carrier, at: clock.now(), source: 'operator', actor: operator, text } as const;
  const done: Done | null = decider.run((batch) => decider.onOrder(batch, orderNo, { kind: 'receipt', receipt }));
  if (!done) throw notFound(orderNo);
  if (done.kind === 'refused') throw new Refusal(done.code, done.text);
  monitor.health.manualWork(orderNo);
  wakeOutbox();
  return done.kind === 'changed' || done.kind === 'created' ? done.record : findOrder(store, { orderNo }).record;
}
