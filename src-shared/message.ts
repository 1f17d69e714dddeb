import type { LocalisedText } from './text.ts';

/** What a buyer may want with a message; one message may want several things, or none of these. */
export const MESSAGE_INTENTS = [
  'complaint',
  'urging',
  'refund',
  'cash-back',
  'brushing',
  'invoice-improper',
  'invoice',
  'off-platform',
  'address-change',
  'handling-note',
  'question',
  'thanks',
] as const;
export type MessageIntent = (typeof MESSAGE_INTENTS)[number];

export const INTENT_NAMES: Record<MessageIntent, LocalisedText> = {
  complaint: { zh: '投诉举报', en: 'complaint' },
  urging: { zh: '催促发货', en: 'urging delivery' },
  refund: { zh: '退款退货', en: 'refund or return' },
  'cash-back': { zh: '好评返现', en: 'cash back for a review' },
  brushing: { zh: '刷单', en: 'brushing' },
  'invoice-improper': { zh: '不合规开票', en: 'improper invoice' },
  invoice: { zh: '开具发票', en: 'invoice' },
  'off-platform': { zh: '站外交易', en: 'deal outside the platform' },
  'address-change': { zh: '修改收货信息', en: 'change of address or phone' },
  'handling-note': { zh: '包装配送嘱托', en: 'packing or delivery wish' },
  question: { zh: '商品咨询', en: 'question about goods' },
  thanks: { zh: '感谢', en: 'thanks' },
};

/** The name of an intent, or the word itself where there is none of that name. */
export function intentName(id: string): LocalisedText {
  return (INTENT_NAMES as Record<string, LocalisedText | undefined>)[id] ?? { zh: id, en: id };
}
