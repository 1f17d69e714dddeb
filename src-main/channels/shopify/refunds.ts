import { toMinor } from '#shared/money.ts';
import type { RefundEntry } from '#main/model/incoming.ts';
import type { ChannelMapping } from '../channel.ts';
import type { ShopifyRefund } from './payload.ts';

/** SKU of a Shopify line: the merchant's own code, else the variant or product id, which at least identifies the goods. */
export function skuOf(line: {
  sku?: string | null | undefined;
  variant_id?: string | null | undefined;
  product_id?: string | null | undefined;
  id?: string | null | undefined;
}): string {
  return line.sku?.trim() || line.variant_id || line.product_id || line.id || 'unknown';
}

/** A refund's own words: the states of its transactions. */
function wordsOf(refund: ShopifyRefund): string[] {
  return (refund.transactions ?? []).filter(isRefund).map((transaction) => transaction.status ?? 'success');
}

/** Payment gateways may answer later: pending money is an open refund, failed money never left. */
function stateOf(words: readonly string[], mapping: ChannelMapping): RefundEntry['state'] {
  const meanings = words.map((word) => mapping.refunds[word] ?? 'none');
  if (meanings.length === 0 || meanings.includes('succeeded')) return 'succeeded';
  return meanings.every((meaning) => meaning === 'withdrawn') ? 'withdrawn' : 'open';
}

/** Words no table knows, for the list of unknown words. */
export function unknownRefundWords(refund: ShopifyRefund, mapping: ChannelMapping): string[] {
  return wordsOf(refund).filter((word) => mapping.refunds[word] === undefined);
}

function isRefund(transaction: { kind?: string | null | undefined }): boolean {
  return transaction.kind == null || transaction.kind === 'refund';
}

/** Currency a refund names itself; its order may not be at hand. */
export function currencyOf(refund: ShopifyRefund): string {
  const transaction = refund.transactions?.find((candidate) => candidate.currency)?.currency;
  return (
    transaction ??
    refund.refund_line_items?.find((line) => line.subtotal_set?.shop_money?.currency_code)?.subtotal_set?.shop_money?.currency_code ??
    ''
  );
}

/**
 * One refund. The sum is the money that went back (or is going); a refund without transactions in the payload is summed
 * from its lines. Pending and successful transactions count, failed ones do not.
 */
export function refundEntry(
  refund: ShopifyRefund,
  {
    currency,
    fallbackAt,
    skuOfLine,
    mapping,
  }: { currency: string; fallbackAt: number; skuOfLine: Map<string, string>; mapping: ChannelMapping },
): RefundEntry {
  const minor = (amount: string | null | undefined) => toMinor(amount ?? '0', currency) ?? 0;
  const words = wordsOf(refund);
  const state = stateOf(words, mapping);
  const lines = (refund.refund_line_items ?? []).map((line) => ({
    sku: line.line_item ? skuOf(line.line_item) : (skuOfLine.get(line.line_item_id ?? '') ?? line.line_item_id ?? 'unknown'),
    quantity: line.quantity,
    amountMinor: minor(line.subtotal) + minor(line.total_tax),
  }));
  const moved = refund.transactions
    ?.filter((transaction) => isRefund(transaction) && (state === 'withdrawn' || !['failure', 'error'].includes(transaction.status ?? '')))
    .reduce((sum, transaction) => sum + minor(transaction.amount), 0);
  return {
    id: refund.id,
    amountMinor: moved ?? lines.reduce((sum, line) => sum + line.amountMinor, 0),
    at: refund.processed_at ?? refund.created_at ?? fallbackAt,
    state,
    lines,
    reason: refund.note,
    ...(words[0] !== undefined && { rawState: words[0] }),
  };
}

/** Pieces per line item that were taken off by refunds (as opposed to edits of the order). */
export function refundedQuantities(refunds: readonly ShopifyRefund[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const line of refunds.flatMap((refund) => refund.refund_line_items ?? [])) {
    const key = line.line_item_id ?? line.line_item?.id ?? '';
    quantities.set(key, (quantities.get(key) ?? 0) + line.quantity);
  }
  return quantities;
}
