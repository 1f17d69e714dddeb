import { DAY, MINUTE } from '#shared/time.ts';
import type { OrderLine, OrderStatus } from '#shared/order.ts';
import type { AssociationCandidate } from '#main/model/facts.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { MatchKeys, OrderRecord } from '#main/model/record.ts';
import { orderAmount } from './amount.ts';
import { areDifferent } from './match-keys.ts';

const MERGE_SPAN = 30 * MINUTE;
/** Retries of an upstream system come at once; a second order of the same goods five minutes later may be a wish. */
const DUPLICATE_SPAN = 2 * MINUTE;
const PRESALE_SPAN = 60 * DAY;
/** Orders one order is proposed to be shipped with: a buyer with hundreds of them is nobody's parcel, and each link judges both again. */
export const MOST_MERGES = 20;
/** Orders one order is called a duplicate of: the first ones, so that a storm of retries is held together by what it repeats. */
const MOST_REPEATED = 20;
const OPEN: readonly OrderStatus[] = ['pending_payment', 'paid', 'awaiting_shipment'];

interface Entry {
  orderNo: string;
  channel: OrderRecord['channel'];
  shopId: string;
  channelOrderId: string;
  at: number;
  receivedAt: number;
  lines: readonly OrderLine[];
  amount: number;
  paid: number;
  person: string | null;
  phone: string | null;
  address: string | null;
  /** Money came in, or the source has no word for it. */
  settled: boolean;
  depositOf: number | null;
  /** Orders it is a merge candidate with. */
  merges: number;
}

/** Where an order is kept: an index, and the key in it. */
type Place = [index: Map<string, Entry[]>, key: string];

/** What of an order decides whether another belongs with it. */
export type Associable = Pick<
  IncomingOrder,
  | 'status'
  | 'paidAt'
  | 'channel'
  | 'shopId'
  | 'channelOrderId'
  | 'createdAt'
  | 'lines'
  | 'paidMinor'
  | 'goodsMinor'
  | 'freightMinor'
  | 'discountMinor'
  | 'presale'
>;

export function goodsOf(lines: readonly OrderLine[]): string {
  return lines
    .map((line) => `${line.sku}×${line.quantity}`)
    .sort()
    .join('|');
}

function skusOf(lines: readonly OrderLine[]): string {
  return [...new Set(lines.map((line) => line.sku))].sort().join('|');
}

function personOf(keys: MatchKeys): string | null {
  if (keys.phone !== null && keys.address !== null) return `${keys.phone} ${keys.address}`;
  return null;
}

export function mergesOf({ linked }: Pick<OrderRecord, 'linked'>): number {
  return linked.filter(({ kind, over }) => kind === 'merge-candidate' && over !== 'apart').length;
}

function entryOf(orderNo: string, order: Associable, keys: MatchKeys, receivedAt = 0, merges = 0): Entry {
  return {
    orderNo,
    channel: order.channel,
    shopId: order.shopId,
    channelOrderId: order.channelOrderId,
    at: order.createdAt,
    receivedAt,
    lines: order.lines,
    amount: orderAmount(order),
    paid: order.paidMinor,
    person: personOf(keys),
    phone: keys.phone,
    address: keys.address,
    settled: order.status === null ? order.paidAt !== null : order.status !== 'pending_payment',
    depositOf: order.presale && order.presale.balancePaidAt === null ? order.presale.balanceMinor : null,
    merges,
  };
}

/** Is `entry` a presale deposit, and `other` the balance of the same goods? */
function isDepositOf(entry: Entry, other: Entry): boolean {
  if (entry.depositOf === null || other.depositOf !== null || other.paid <= 0 || other.paid !== entry.depositOf) return false;
  return skusOf(entry.lines) === skusOf(other.lines);
}

/**
 * Is one a repeat of the other? An order nobody paid repeats nothing: buyers leave one behind and order again. The same present for two
 * receivers is two orders.
 */
function isRepeat(entry: Entry, other: Entry): boolean {
  if (!entry.settled || !other.settled || entry.amount !== other.amount || goodsOf(entry.lines) !== goodsOf(other.lines)) return false;
  return !areDifferent(entry.phone, other.phone) && !areDifferent(entry.address, other.address);
}

function kindOf(entry: Entry, other: Entry, samePerson: boolean): AssociationCandidate['kind'] | null {
  const sameShop = entry.channel === other.channel && entry.shopId === other.shopId;
  const apart = Math.abs(entry.at - other.at);
  if (sameShop && apart <= PRESALE_SPAN && (isDepositOf(entry, other) || isDepositOf(other, entry))) return 'presale-pair';
  if (sameShop && apart <= DUPLICATE_SPAN && isRepeat(entry, other)) return 'duplicate';
  return samePerson && apart <= MERGE_SPAN ? 'merge-candidate' : null;
}

/** All candidates, of the duplicates only the first ones. */
function withoutLateRepeats(found: AssociationCandidate[]): AssociationCandidate[] {
  const repeats = found.filter(({ kind }) => kind === 'duplicate');
  if (repeats.length <= MOST_REPEATED) return found;
  repeats.sort((a, b) => a.at - b.at || a.receivedAt - b.receivedAt || (a.orderNo < b.orderNo ? -1 : 1));
  const late = new Set(repeats.slice(MOST_REPEATED));
  return found.filter((candidate) => !late.has(candidate));
}

/**
 * Open orders by person and by buyer (A8): merge candidates share phone and address within 30 minutes, duplicates are paid orders that
 * share buyer or person, shop, receiver, goods and sum within two, presale pairs are deposit and balance of the same goods.
 * Memory holds what those spans cover, for orders told late from when they came; presale deposits stay until their order leaves.
 * Times are arguments.
 */
export class AssociationIndex {
  readonly #byPerson = new Map<string, Entry[]>();
  readonly #byBuyer = new Map<string, Entry[]>();
  readonly #placesOf = new Map<string, Place[]>();
  #sweepAt = 0;

  /** How far back open orders must be read to rebuild the index, in milliseconds (presale deposits: all that are open). */
  static readonly reach = MERGE_SPAN;

  /** Takes in an order after it was committed, or takes it out when it is no longer open. */
  put(record: OrderRecord, now: number): void {
    this.#sweep(now);
    const { orderNo } = record;
    const entry = entryOf(orderNo, record, record.keys, record.receivedAt, mergesOf(record));
    // The receiver may have moved: an order must not be found where it no longer is.
    for (const [index, key] of this.#placesOf.get(orderNo) ?? []) {
      const others = (index.get(key) ?? []).filter((other) => other.orderNo !== orderNo);
      if (others.length > 0) index.set(key, others);
      else index.delete(key);
    }
    const places = OPEN.includes(record.status) ? this.#places(entry, record.keys) : [];
    for (const [index, key] of places) {
      const others = index.get(key);
      if (others) others.push(entry);
      else index.set(key, [entry]);
    }
    if (places.length > 0) this.#placesOf.set(orderNo, places);
    else this.#placesOf.delete(orderNo);
  }

  /** Other open orders this one may belong with, newest first; none to be shipped with that has enough of them. */
  candidates(order: Associable, keys: MatchKeys): AssociationCandidate[] {
    const person = personOf(keys);
    const met = (person !== null && this.#byPerson.has(person)) || (keys.buyer !== null && this.#byBuyer.has(keys.buyer));
    if (!met) return [];
    const self = entryOf('', order, keys);
    const found = new Map<string, AssociationCandidate>();
    for (const [index, key] of this.#places(self, keys)) {
      for (const other of index.get(key) ?? []) {
        if (other.channel === self.channel && other.shopId === self.shopId && other.channelOrderId === self.channelOrderId) continue;
        const kind = kindOf(self, other, self.person !== null && self.person === other.person);
        if (!kind || found.has(other.orderNo)) continue;
        if (kind === 'merge-candidate' && other.merges >= MOST_MERGES) continue;
        const { orderNo, channel, shopId, at, receivedAt } = other;
        found.set(orderNo, { orderNo, channel, shopId, at, receivedAt, kind });
      }
    }
    return withoutLateRepeats([...found.values()]).sort((a, b) => b.at - a.at || (a.orderNo < b.orderNo ? -1 : 1));
  }

  get size(): number {
    let size = 0;
    for (const entries of this.#byPerson.values()) size += entries.length;
    for (const entries of this.#byBuyer.values()) size += entries.length;
    return size;
  }

  #places(entry: Entry, keys: MatchKeys): Place[] {
    const places: Place[] = [];
    if (entry.person !== null) places.push([this.#byPerson, entry.person]);
    if (keys.buyer !== null) places.push([this.#byBuyer, keys.buyer]);
    return places;
  }

  #sweep(now: number): void {
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + MERGE_SPAN;
    for (const index of [this.#byPerson, this.#byBuyer]) {
      for (const [key, entries] of index) {
        const kept = entries.filter((entry) => {
          const stays = now - Math.max(entry.at, entry.receivedAt) <= (entry.depositOf !== null ? PRESALE_SPAN : MERGE_SPAN);
          if (!stays) this.#placesOf.delete(entry.orderNo);
          return stays;
        });
        if (kept.length === 0) index.delete(key);
        else if (kept.length < entries.length) index.set(key, kept);
      }
    }
  }
}
