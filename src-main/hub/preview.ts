import type { TryResult } from '#shared/contract/connections.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { ChannelAdapter, RawMessage, ReadingShop } from '#main/channels/channel.ts';
import type { Incoming, UnknownWord } from '#main/model/incoming.ts';
import { orderPreviewOf, refundPreviewOf } from './order-preview.ts';

const UNREADABLE: LocalisedText = { zh: '读取这段内容时程序出错', en: 'The program failed on this content' };
const NOTHING: LocalisedText = {
  zh: '已读懂，但其中没有订单、退款或需拉取的内容',
  en: 'Understood, but it holds no order, no refund and nothing to fetch',
};

/** What a message says to an adapter, personal data masked (A4 test bench). Keeps nothing and never throws. */
export function tryMessage(adapter: ChannelAdapter, message: RawMessage, shop: ReadingShop): TryResult {
  const nothing = { orders: [], refunds: [], wanted: [], unknown: [] };
  let said: ReturnType<ChannelAdapter['normalise']>;
  try {
    said = adapter.normalise(message, shop);
  } catch {
    return { ok: false, reason: UNREADABLE, ...nothing };
  }
  if (!said.ok) return { ok: false, reason: said.reason, ...nothing };
  const wanted = (said.wanted ?? []).map(({ kind, id }) => ({ kind, id }));
  const orders = said.items.flatMap((item) => (item.kind === 'order' ? [item.order] : []));
  const reason = said.items.length === 0 && wanted.length === 0 ? NOTHING : null;
  return {
    ok: true,
    reason,
    orders: orders.map(orderPreviewOf),
    refunds: said.items.flatMap(refundsOf),
    wanted,
    unknown: distinct(said.items.flatMap(unknownOf)),
  };
}

function unknownOf(item: Incoming): readonly UnknownWord[] {
  if (item.kind === 'refund') return item.refund.unknown ?? [];
  const { unknown, status, rawStatus } = item.order;
  return unknown ?? (status === null ? [{ kind: 'status', word: rawStatus }] : []);
}

function refundsOf(item: Incoming): TryResult['refunds'] {
  if (item.kind === 'refund') return [refundPreviewOf(item.refund)];
  const { channelOrderId, refunds } = item.order;
  return (refunds ?? []).map((refund) => refundPreviewOf({ channelOrderId, refund }));
}

function distinct(words: readonly UnknownWord[]): UnknownWord[] {
  return [...new Map(words.map((word) => [`${word.kind} ${word.word}`, word])).values()];
}
