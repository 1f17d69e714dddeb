import type { RefundEntry } from '#main/model/incoming.ts';
import type { ChannelMapping } from '../channel.ts';
import { count, decimal, fields, list, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { meaningOf } from '../kit/words.ts';
import type { Reading } from './payload.ts';

/** SKU of a Shopify line: the merchant's own code, else the variant or product id, which at least identifies the goods. */
export function skuOf(line: Fields): string {
  return text(line.sku) || text(line.variant_id) || text(line.product_id) || text(line.id) || 'unknown';
}

function transactionsOf(refund: Fields): Fields[] {
  return list(refund.transactions)
    .map(fields)
    .filter(({ kind }) => text(kind) === '' || text(kind) === 'refund');
}

/** A refund's own words: the states of its transactions. */
function wordsOf(transactions: readonly Fields[]): string[] {
  return transactions.map(({ status }) => text(status) || 'success');
}

/** Payment gateways may answer later: pending money is an open refund, failed money never left. */
function stateOf(words: readonly string[], mapping: ChannelMapping): RefundEntry['state'] {
  const meanings = words.map((word) => meaningOf(mapping.refunds, word) ?? 'none');
  if (meanings.length === 0 || meanings.includes('succeeded')) return 'succeeded';
  return meanings.every((meaning) => meaning === 'withdrawn') ? 'withdrawn' : 'open';
}

/** Words no table knows, for the list of unknown words. */
export function unknownRefundWords(refund: Fields, mapping: ChannelMapping): string[] {
  return wordsOf(transactionsOf(refund)).filter((word) => meaningOf(mapping.refunds, word) === undefined);
}

/** Currency of the shop as a refund names it, else of what was paid back; its order may not be at hand. */
export function currencyOf(refund: Fields): string {
  for (const line of list(refund.refund_line_items)) {
    const code = text(fields(fields(fields(line).subtotal_set).shop_money).currency_code);
    if (code !== '') return code;
  }
  const codes = list(refund.transactions).map((transaction) => text(fields(transaction).currency));
  return codes.find((code) => code !== '') ?? '';
}

/** One sum in the currency of the shop and in the one the buyer paid with. */
interface BothMoneys {
  shopMinor: number;
  buyerMinor: number;
}

function bothOf(set: unknown, shopCurrency: string, buyerCurrency: string): BothMoneys {
  const { shop_money: shop, presentment_money: buyer } = fields(set);
  return {
    shopMinor: decimal(fields(shop).amount, shopCurrency) ?? 0,
    buyerMinor: decimal(fields(buyer).amount, buyerCurrency) ?? 0,
  };
}

/** `minor` at the rate of two sums, rounded half up, in whole numbers all the way. */
function atRate(minor: number, { shopMinor, buyerMinor }: BothMoneys): number {
  const [doubled, divisor] = [2n * BigInt(minor) * BigInt(shopMinor), 2n * BigInt(buyerMinor)];
  return Number((doubled + BigInt(buyerMinor)) / divisor);
}

/**
 * A buyer who paid in another currency gets that currency back, and transactions tell it: the same sum in the shop's currency stands with
 * the lines where they make up the whole of it, else it follows from the rate of the order. Null where no rate is told.
 * Source: shopify.dev, GraphQL Admin API, RefundInput.currency; REST Order `total_price_set`.
 */
function inShopCurrency(foreignMinor: number, foreign: string, refund: Fields, context: RefundContext): number | null {
  const shop = context.reading.currency;
  const lines = list(refund.refund_line_items).map((line) => {
    const [goods, tax] = [fields(line).subtotal_set, fields(line).total_tax_set].map((set) => bothOf(set, shop, foreign));
    return { shopMinor: (goods?.shopMinor ?? 0) + (tax?.shopMinor ?? 0), buyerMinor: (goods?.buyerMinor ?? 0) + (tax?.buyerMinor ?? 0) };
  });
  const all = {
    shopMinor: lines.reduce((sum, line) => sum + line.shopMinor, 0),
    buyerMinor: lines.reduce((sum, line) => sum + line.buyerMinor, 0),
  };
  if (all.buyerMinor > 0 && all.buyerMinor === foreignMinor) return all.shopMinor;
  const rate = [bothOf(context.orderTotal, shop, foreign), all].find(({ buyerMinor, shopMinor }) => buyerMinor > 0 && shopMinor > 0);
  return rate === undefined ? null : atRate(foreignMinor, rate);
}

export interface RefundContext {
  reading: Reading;
  fallbackAt: number;
  skuOfLine: ReadonlyMap<string, string>;
  mapping: ChannelMapping;
  /** `total_price_set` of the order, where it is at hand. */
  orderTotal: unknown;
}

/** Money that went back or is going, in the shop's currency; null when the payload tells no transactions. */
function movedOf(refund: Fields, state: RefundEntry['state'], context: RefundContext): number | null {
  if (!Array.isArray(refund.transactions)) return null;
  const { reading } = context;
  const bought = new Map<string, number>();
  for (const transaction of transactionsOf(refund)) {
    if (state !== 'withdrawn' && meaningOf(context.mapping.refunds, text(transaction.status)) === 'withdrawn') continue;
    const currency = text(transaction.currency) || reading.currency;
    const minor =
      currency === reading.currency
        ? reading.amount(transaction.amount, 'refunds[].transactions.amount', 0)
        : (decimal(transaction.amount, currency) ?? 0);
    bought.set(currency, (bought.get(currency) ?? 0) + minor);
  }
  let moved = 0;
  for (const [currency, minor] of bought) {
    moved += currency === reading.currency ? minor : (inShopCurrency(minor, currency, refund, context) ?? minor);
  }
  return moved;
}

/**
 * One refund. The sum is the money that went back (or is going); a refund without transactions in the payload is summed
 * from its lines. Pending and successful transactions count, failed ones do not.
 */
export function refundEntry(refund: Fields, context: RefundContext): RefundEntry {
  const { reading, skuOfLine, mapping, fallbackAt } = context;
  const words = wordsOf(transactionsOf(refund));
  const state = stateOf(words, mapping);
  const lines = list(refund.refund_line_items).map((entry, index) => {
    const line = fields(entry);
    const id = text(line.line_item_id);
    const item = fields(line.line_item);
    return {
      sku: line.line_item == null ? (skuOfLine.get(id) ?? (id || 'unknown')) : skuOf(item),
      quantity: Math.max(0, count(line.quantity)),
      amountMinor:
        reading.amount(line.subtotal, 'refund_line_items[].subtotal', index) +
        reading.amount(line.total_tax, 'refund_line_items[].total_tax', index),
    };
  });
  const entry: RefundEntry = {
    id: text(refund.id),
    amountMinor: movedOf(refund, state, context) ?? lines.reduce((sum, line) => sum + line.amountMinor, 0),
    at: reading.time(refund.processed_at, 'processed_at') ?? reading.time(refund.created_at, 'created_at') ?? fallbackAt,
    state,
    lines,
    reason: text(refund.note),
  };
  if (words[0] !== undefined) entry.rawState = words[0];
  return entry;
}

/** Pieces per line item that were taken off by refunds (as opposed to edits of the order). */
export function refundedQuantities(refunds: readonly Fields[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const line of refunds.flatMap((refund) => list(refund.refund_line_items)).map(fields)) {
    const key = text(line.line_item_id) || text(fields(line.line_item).id);
    quantities.set(key, (quantities.get(key) ?? 0) + count(line.quantity));
  }
  return quantities;
}
