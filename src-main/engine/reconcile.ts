import type { OrderLine, OrderStatus } from '#shared/order.ts';
import { SECOND } from '#shared/time.ts';
import type { IncomingOrder, RefundEntry, Sensitive, UnknownWord } from '#main/model/incoming.ts';
import type { OrderRecord, PlatformState } from '#main/model/record.ts';
import { orderAmount } from './amount.ts';
import { hasShipped, move, statusRank } from './lifecycle.ts';

/** The part of a record a platform message decides. Everything else is the hub's own. */
export type Content = Pick<
  OrderRecord,
  | 'rawStatus'
  | 'rawStatusUnknown'
  | 'partiallyShipped'
  | 'currency'
  | 'goodsMinor'
  | 'freightMinor'
  | 'discountMinor'
  | 'paidMinor'
  | 'couponMinor'
  | 'createdAt'
  | 'paidAt'
  | 'updatedAt'
  | 'buyer'
  | 'receiver'
  | 'buyerMessage'
  | 'sellerMemo'
  | 'invoice'
  | 'customs'
  | 'ip'
  | 'deviceId'
  | 'presale'
  | 'lines'
  | 'trackingNumber'
  | 'carrier'
  | 'platformHold'
  | 'observedAt'
  | 'unknown'
  | 'facets'
>;

/** What a message changes about what the platform says (A5). */
export interface Reconciled {
  /** `settled`: the stored content, read again when it could no longer change unseen. */
  kind: 'new' | 'update' | 'stale' | 'same' | 'settled';
  content: Content;
  platform: PlatformState;
  refunds: RefundEntry[];
  refundedMinor: number;
  status: OrderStatus;
  /** A status the state table forbids: it was refused, the rest of the message was taken. */
  refused: OrderStatus | null;
}

const NOTHING_UNKNOWN: readonly UnknownWord[] = Object.freeze([]);

/** `parcel`: what our own warehouse told; it stands where the platform names none. */
function contentOf(order: IncomingOrder, parcel: OrderRecord['parcel']): Content {
  return {
    rawStatus: order.rawStatus,
    rawStatusUnknown: order.status === null,
    partiallyShipped: order.partiallyShipped,
    currency: order.currency,
    goodsMinor: order.goodsMinor,
    freightMinor: order.freightMinor,
    discountMinor: order.discountMinor,
    paidMinor: order.paidMinor,
    couponMinor: order.couponMinor,
    createdAt: order.createdAt,
    paidAt: order.paidAt,
    updatedAt: order.updatedAt,
    buyer: order.buyer,
    receiver: order.receiver,
    buyerMessage: order.buyerMessage,
    sellerMemo: order.sellerMemo,
    invoice: order.invoice,
    ...(order.customs && { customs: order.customs }),
    ip: order.ip,
    deviceId: order.deviceId,
    presale: order.presale,
    lines: order.lines,
    trackingNumber: order.trackingNumber ?? parcel?.trackingNumber ?? null,
    carrier: order.carrier ?? (parcel && (order.trackingNumber ?? parcel.trackingNumber) === parcel.trackingNumber ? parcel.carrier : null),
    platformHold: order.platformHold ?? null,
    observedAt: order.observedAt ?? null,
    unknown: order.unknown ?? NOTHING_UNKNOWN,
    ...(order.facets && { facets: order.facets }),
  };
}

function contentOfRecord(record: OrderRecord): Content {
  const { observedAt, ...known } = record;
  const status = record.rawStatusUnknown ? null : record.status;
  return contentOf({ ...known, ...(observedAt != null && { observedAt }), status, refunds: null, sourceTags: [] }, null);
}

/** Ciphertext differs on every read of the same value. */
function withoutCipher({ plain, mask, index }: Sensitive): Sensitive {
  return { plain, mask, index };
}

/**
 * Stable text of a content. Left out are line refund sums, because they come from refunds and not from the message, and
 * what differs between two reads of the same version, and facets, which only some sources tell.
 */
function fingerprint(content: Content): string {
  const { buyer, receiver } = content;
  return JSON.stringify({
    ...content,
    buyer: { ...buyer, name: withoutCipher(buyer.name) },
    receiver: {
      ...receiver,
      name: withoutCipher(receiver.name),
      phone: withoutCipher(receiver.phone),
      address: withoutCipher(receiver.address),
    },
    lines: content.lines.map((line) => ({ ...line, refundedMinor: undefined })),
    observedAt: undefined,
    facets: undefined,
  });
}

const REFUND_RANK: Record<RefundEntry['state'], number> = { open: 0, withdrawn: 1, succeeded: 2 };

/** The later word about one refund; of two from the same moment the one that goes further, then the larger. */
function laterRefund(a: RefundEntry, b: RefundEntry): RefundEntry {
  // Money that went back stays back, whatever an older-looking message says.
  if ((a.state === 'succeeded') !== (b.state === 'succeeded')) return a.state === 'succeeded' ? a : b;
  if (a.at !== b.at) return a.at > b.at ? a : b;
  const rank = REFUND_RANK[a.state] - REFUND_RANK[b.state];
  if (rank !== 0) return rank > 0 ? a : b;
  if (a.amountMinor !== b.amountMinor) return a.amountMinor > b.amountMinor ? a : b;
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b;
}

/** Refunds by id, oldest first. Merging is commutative and repeatable, so the order of arrival does not matter. */
export function mergeRefunds(stored: readonly RefundEntry[], incoming: readonly RefundEntry[]): RefundEntry[] {
  if (incoming.length === 0) return stored as RefundEntry[];
  const merged = new Map(stored.map((refund) => [refund.id, refund]));
  for (const refund of incoming) {
    const known = merged.get(refund.id);
    merged.set(refund.id, known ? laterRefund(known, refund) : refund);
  }
  return [...merged.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function sumOf(refunds: readonly RefundEntry[], state: RefundEntry['state']): number {
  let sum = 0;
  for (const refund of refunds) if (refund.state === state) sum += refund.amountMinor;
  return sum;
}

/** Sums of the succeeded refunds on each line where the platform told them per SKU. */
function withLineRefunds(lines: OrderLine[], refunds: readonly RefundEntry[]): OrderLine[] {
  const bySku = new Map<string, number>();
  for (const refund of refunds) {
    if (refund.state !== 'succeeded') continue;
    for (const line of refund.lines) bySku.set(line.sku, (bySku.get(line.sku) ?? 0) + line.amountMinor);
  }
  if (bySku.size === 0) return lines;
  return lines.map((line) => (bySku.has(line.sku) ? { ...line, refundedMinor: bySku.get(line.sku) ?? 0 } : line));
}

/** What an order was sold for and what it holds, as far as it decides whether its refunds cover all of it. */
export type Sold = Parameters<typeof orderAmount>[0] & { lines: readonly OrderLine[] };

/** The least sum that is all of the order's money: without the postage where the refunds name every piece that was paid for. */
function wholeOf(sold: Sold, refunds: readonly RefundEntry[]): number {
  const total = orderAmount(sold);
  const pieces = new Map<string, number>();
  for (const { sku, quantity, unitPriceMinor } of sold.lines) {
    if (unitPriceMinor > 0) pieces.set(sku, (pieces.get(sku) ?? 0) + quantity);
  }
  for (const { state, lines } of refunds) {
    if (state === 'withdrawn') continue;
    for (const { sku, quantity } of lines) pieces.set(sku, (pieces.get(sku) ?? 0) - quantity);
  }
  const named = sold.lines.length > 0 && [...pieces.values()].every((left) => left <= 0);
  return named ? Math.max(Math.min(1, total), total - sold.freightMinor) : total;
}

/**
 * Refunds lie over the platform's state: the order is refunding or refunded only when all of its goods are; partial refunds
 * keep the state and show their sums; withdrawn ones uncover it again. A platform that calls the whole order refunding
 * without naming refunds is believed, and so is one that calls it refunded while we know only a part of its refunds.
 */
export function overlay(platform: PlatformState, refunds: readonly RefundEntry[], sold: Sold): OrderStatus {
  if (platform.status === 'closed') return 'closed';
  if (platform.refund === 'refunded') return 'refunded';
  if (refunds.length === 0) return platform.refund ?? platform.status;
  const whole = wholeOf(sold, refunds);
  const succeeded = sumOf(refunds, 'succeeded');
  if (whole > 0 && succeeded >= whole) return 'refunded';
  const live = succeeded + sumOf(refunds, 'open');
  if (whole > 0 && live >= whole) return 'refunding';
  return platform.status;
}

/** The platform's state after a message. A refund word leaves what lies beneath it as it was. */
function nextPlatform(record: OrderRecord | null, order: IncomingOrder): PlatformState {
  const before = record?.platform ?? null;
  const { status } = order;
  if (status === null) return before ?? { status: 'pending_payment', refund: null };
  if (status === 'refunding' || status === 'refunded') return { status: statusBeneath(record, order), refund: status };
  if (record && isBehind(record, order)) return { status: record.platform.status, refund: null };
  return { status, refund: null };
}

/** What a refund word lies over: as the platform tells it, where that is no way backwards; else as it was known. */
function statusBeneath(record: OrderRecord | null, order: IncomingOrder): OrderStatus {
  const told = order.beneath ?? null;
  if (record === null) return told ?? 'paid';
  const known = record.platform.status;
  if (told === null || isBehind(record, { ...order, status: told }) || move(known, told) === null) return known;
  return told;
}

/** True where the platform has not caught up with what was done here, or stopped the order again: no move backwards. */
function isBehind(record: OrderRecord, { status }: IncomingOrder): boolean {
  const known = record.platform.status;
  if (record.shippedAt != null && hasShipped(known)) return status === 'paid' || status === 'awaiting_shipment' || status === 'shipped';
  // We asked the warehouse, and may have called it back since; or a review after the payment stops what might already be shipped.
  return status === 'paid' && (record.shipRequestedAt !== null || known === 'awaiting_shipment');
}

/** Smallest step of the platforms' change times. A read that long after the change saw its last state. */
const STEP_MS = SECOND;

/** When a version was read, if it could no longer change unseen by then; -1 for pushes and earlier reads. */
function settledAt({ updatedAt, observedAt }: Content): number {
  return observedAt != null && observedAt >= updatedAt + STEP_MS ? observedAt : -1;
}

function outranks(order: IncomingOrder, content: Content, record: OrderRecord): boolean {
  const [reading, former] = [settledAt(content), settledAt(record)];
  if (reading !== former) return reading > former;
  const stored = record.rawStatusUnknown ? null : (record.platform.refund ?? record.platform.status);
  const rank = (status: OrderStatus | null) => (status === null ? -1 : statusRank(status));
  if (rank(order.status) !== rank(stored)) return rank(order.status) > rank(stored);
  // The same words were read again after a person gave them a meaning (A4).
  const [unread, known] = [content.unknown?.length ?? 0, record.unknown?.length ?? 0];
  if (unread !== known) return unread < known;
  return fingerprint(content) > fingerprint(contentOfRecord(record));
}

function finish(
  kind: Reconciled['kind'],
  content: Content,
  platform: PlatformState,
  refunds: RefundEntry[],
  record: OrderRecord | null,
): Reconciled {
  const wanted = overlay(platform, refunds, content);
  const legal = record === null || move(record.status, wanted) !== null;
  // Beneath a refund the platform's state may not go backwards either, or a withdrawal would uncover an older state.
  const beneath = record === null || move(record.platform.status, platform.status) !== null;
  const allowed = legal && beneath;
  const kept = allowed ? platform : { ...(record as OrderRecord).platform };
  const status = allowed ? wanted : (record as OrderRecord).status;
  return {
    kind,
    content: { ...content, lines: withLineRefunds(content.lines, refunds) },
    platform: kept,
    refunds,
    refundedMinor: sumOf(refunds, 'succeeded'),
    status,
    refused: allowed ? null : legal ? platform.status : wanted,
  };
}

/** Would taking this leave the order as it is? */
function saysTheSame({ content, platform, status }: Reconciled, record: OrderRecord): boolean {
  if (status !== record.status || platform.status !== record.platform.status || platform.refund !== record.platform.refund) return false;
  return fingerprint(content) === fingerprint(contentOfRecord(record));
}

/**
 * Compares a platform's message with what is stored. Older messages change nothing but may still tell of refunds. Of two
 * versions with the same change time a read made so late that nothing could change unseen wins, the later of two such reads;
 * else the one further along, then the one with fewer unknown words, then the one with the greater content, so that every
 * order of arrival ends in the same state. A move the state table forbids is refused while the rest of the message is taken.
 */
export function reconcileOrder(order: IncomingOrder, record: OrderRecord | null, waiting: readonly RefundEntry[]): Reconciled {
  const content = contentOf(order, record?.parcel);
  if (record === null) {
    // Several messages about one refund may have waited: they are merged with each other as well.
    return finish('new', content, nextPlatform(null, order), mergeRefunds([], [...waiting, ...(order.refunds ?? [])]), null);
  }
  const refunds = mergeRefunds(record.refunds, order.refunds ?? []);
  const same = order.updatedAt === record.updatedAt;
  const told = JSON.stringify(refunds) !== JSON.stringify(record.refunds);
  if (order.updatedAt > record.updatedAt || (same && outranks(order, content, record))) {
    const update = finish('update', content, nextPlatform(record, order), refunds, record);
    if (!same || told || !saysTheSame(update, record)) return update;
    // Of two such reads the first is marked: a later one of the same content tells nothing more.
    return { ...update, kind: settledAt(record) < 0 && settledAt(content) >= 0 ? 'settled' : 'same', refused: null };
  }
  const kind = told ? 'update' : same ? 'same' : 'stale';
  return finish(kind, contentOfRecord(record), record.platform, refunds, record);
}

/** Merges a refund that came without its order. It does not move the order's own time, so a later order message still counts. */
export function reconcileRefund(refund: RefundEntry, record: OrderRecord): Reconciled {
  const refunds = mergeRefunds(record.refunds, [refund]);
  const told = JSON.stringify(refunds) !== JSON.stringify(record.refunds);
  return finish(told ? 'update' : 'same', contentOfRecord(record), record.platform, refunds, record);
}
