import type { WindowSpec } from '#shared/rule.ts';
import { fieldOf, parseWindowFieldId } from '#main/rules/index.ts';

/** What has to be run through from before the span so that fields can be derived as they would have been then. */
export interface HistoryNeeds {
  windows: WindowSpec[];
  profiles: boolean;
  shops: boolean;
  topTenth: boolean;
  regions: boolean;
  /** What the trained model reads in buyers' messages. */
  messages: boolean;
}

/** Fields that follow from the stored order alone, from what services answered about it among them. Whatever is not listed anywhere here is derived with everything at hand. */
const OF_THE_ORDER = new Set([
  ...['currency', 'order-amount', 'paid-amount', 'goods-amount', 'freight-amount', 'coupon-amount', 'discount-amount', 'discount-share'],
  ...['province', 'city', 'country', 'address-text', 'address-complete', 'phone-malformed', 'remarks', 'buyer-message', 'invoice-wish'],
  ...['invoice-incomplete', 'channel', 'local-hour', 'weekday', 'shop', 'line-count', 'gift-pieces', 'skus', 'goods-names', 'order-tags'],
  ...['pieces', 'largest-line-pieces', 'mixed-storage', 'presale', 'ip', 'device', 'merge-candidates', 'duplicate-candidates'],
  ...['tier-discount-excess', 'wms-missing', 'risk-score', 'declared-vs-paid', 'duty-free-excess', 'duty-free-basis'],
]);
const OF_THE_BUYER = new Set([
  ...['amount-vs-customer-average', 'customer-repurchase-rate', 'customer-orders', 'customer-average', 'customer-refund-share'],
  ...['orders-today', 'first-order', 'corporate-buyer', 'buyer-tags', 'distance-from-usual-area'],
]);
const OF_THE_MESSAGE = new Set(['complaint-tendency', 'message-intent', 'complaint-reasons', 'message-model']);

/** May the field be worked out again from stored orders? What the shelves held then, nobody knows now. */
export function isDerivable(id: string): boolean {
  const field = fieldOf(id);
  return field !== null && field.group !== 'stock';
}

/** What a service outside answered; it may have come after the first judgement. */
export function isAnswer(id: string): boolean {
  const source = fieldOf(id)?.source;
  return source === 'crm' || source === 'wms' || source === 'risk-list';
}

/** What deriving these fields takes. */
export function historyNeeds(fields: Iterable<string>): HistoryNeeds {
  const needs: HistoryNeeds = { windows: [], profiles: false, shops: false, topTenth: false, regions: false, messages: false };
  for (const id of fields) {
    const window = parseWindowFieldId(id);
    if (window) needs.windows.push(window);
    else if (OF_THE_ORDER.has(id)) continue;
    else if (OF_THE_MESSAGE.has(id)) needs.messages = true;
    else if (OF_THE_BUYER.has(id)) needs.profiles = true;
    else if (id === 'amount-vs-shop-average') needs.shops = true;
    else if (id === 'customer-top-tenth') Object.assign(needs, { profiles: true, shops: true, topTenth: true });
    else if (id === 'region-return-rate') needs.regions = true;
    else Object.assign(needs, { profiles: true, shops: true, regions: true });
  }
  return needs;
}

/** Does anything have to be folded order by order? Buyers are looked up one by one. */
export function needsFolding({ windows, shops, regions, topTenth }: HistoryNeeds): boolean {
  return windows.length > 0 || shops || regions || topTenth;
}
