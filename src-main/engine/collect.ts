import type { DutyBasis } from '#shared/code-name.ts';
import { businessDayStart, businessHour, businessWeekday, DAY } from '#shared/time.ts';
import type { CustomerProfile } from '#main/model/facts.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { parseWindowFieldId, type CompiledRuleSet } from '#main/rules/index.ts';
import { addRadar } from './radar.ts';
import { orderAmount } from './amount.ts';
import { isAddressComplete, isInvoiceIncomplete, isPhoneMalformed } from './contact.ts';
import { toldBy } from './checks.ts';
import type { Facts } from './facts.ts';
import { distanceKm } from './places.ts';
import { keyFor } from './windows.ts';

/** Pieces the pools lack for an order. */
export interface MissingPieces {
  spot: number;
  presale: number;
}

/** The facts fields are collected from; the rest of a decision's facts is for others. */
export type CollectedFacts = Pick<
  Facts,
  'compiled' | 'record' | 'windows' | 'profile' | 'shop' | 'region' | 'places' | 'candidates' | 'duties' | 'foretold' | 'radar' | 'slips'
>;

/** What a collector looks at. */
interface Subject {
  record: OrderRecord;
  facts: CollectedFacts;
  missing: MissingPieces;
  /** The profile when it speaks of anything before this order, else null. */
  earlier: { profile: CustomerProfile; orders: number } | null;
}

type Collector = (subject: Subject) => FieldValue;

const FEWEST_FOR_AVERAGE = 3;
const FEWEST_IN_REGION = 30;
/** One parcel sent elsewhere is a present; from two on a place is somewhere the customer usually receives. */
const USUAL_FROM = 2;
const AVERAGE_SPAN = 30 * DAY;
const CORPORATE_TAGS = new Set(['corporate', '企业客户', '企业']);

function customerAverage30({ record, facts }: Subject): number | null {
  let orders = 0;
  let sum = 0;
  for (const [at, minor] of facts.profile?.recent ?? []) {
    // This order may already be folded in; only what came before it counts.
    if (at >= record.createdAt || at < record.createdAt - AVERAGE_SPAN) continue;
    orders += 1;
    sum += minor;
  }
  return orders < FEWEST_FOR_AVERAGE ? null : sum / orders;
}

/** Mean paid order of the customer before this one; null without a paid past. */
function earlierAverage({ record, facts, earlier }: Subject): number | null {
  if (!earlier) return null;
  const paid = earlier.profile.paidMinor - (facts.record ? record.paidMinor : 0);
  return paid > 0 ? paid / earlier.orders : null;
}

function ratio(amount: number, average: number | null): number | null {
  return average === null || average <= 0 ? null : amount / average;
}

function topTenth(subject: Subject): boolean | null {
  if (!subject.earlier || subject.earlier.profile.orderDays < 2) return false;
  const average = earlierAverage(subject);
  const limit = subject.facts.shop.topTenthAverageMinor;
  return average === null || limit === null ? null : average >= limit;
}

function repurchaseRate({ earlier, record }: Subject): number | null {
  if (!earlier) return record.keys.buyer === null ? null : 0;
  return Math.min(100, (Math.max(0, earlier.profile.orderDays - 1) / earlier.orders) * 100);
}

function distanceFromUsual({ record, facts }: Subject): number | null {
  const areas = facts.profile?.areas ?? [];
  if (areas.length === 0) return null;
  const spot = facts.places.locate(record.receiver);
  if (!spot) return null;
  let nearest: number | null = null;
  for (const area of areas) {
    const before = area.orders - (facts.record && area.place === spot.place ? 1 : 0);
    if (before < USUAL_FROM) continue;
    const distance = area.place === spot.place ? 0 : distanceKm(area, spot);
    if (nearest === null || distance < nearest) nearest = distance;
  }
  return nearest;
}

function ordersToday({ record, facts }: Subject): number | null {
  if (record.keys.buyer === null) return null;
  const start = businessDayStart(record.createdAt);
  let orders = 1;
  for (const [at] of facts.profile?.recent ?? []) if (at >= start && at < record.createdAt) orders += 1;
  return orders;
}

function regionReturnRate({ facts: { region } }: Subject): number | null {
  return region === null || region.orders < FEWEST_IN_REGION ? null : (region.returned / region.orders) * 100;
}

function discountOf({ discountMinor, couponMinor }: OrderRecord): number {
  return Math.max(discountMinor, couponMinor);
}

function discountShare({ record }: Subject): number | null {
  const discount = discountOf(record);
  const full = orderAmount(record) + discount;
  return full > 0 ? (discount / full) * 100 : null;
}

/** Percentage points of discount beyond what the customer's tier allows; unknown for a buyer without a tier. */
function tierExcess(subject: Subject): number | null {
  const limit = toldBy(subject.record, 'crm');
  const share = limit === null ? null : discountShare(subject);
  return limit === null || share === null ? null : share - limit;
}

function isMixed({ lines }: OrderRecord): boolean {
  let cold = false;
  let normal = false;
  for (const line of lines) {
    if (line.storage === 'cold') cold = true;
    else normal = true;
  }
  return cold && normal;
}

function plainOrNull(text: string | null): string | null {
  return text === null || text === '' || text.includes('*') ? null : text;
}

function tagsOf({ record, facts }: Subject): string[] {
  const known = facts.profile?.tags ?? [];
  return known.length === 0 ? record.buyer.tags : [...new Set([...record.buyer.tags, ...known])];
}

/** The declared value in another currency, on the day of the order; null where nothing is declared or no rate is stated. */
function declaredIn(currency: string, { record: { customs, createdAt }, facts: { duties } }: Subject): number | null {
  if (!customs) return null;
  if (customs.currency === currency) return customs.declaredMinor;
  return duties?.convert(customs.declaredMinor, customs.currency, currency, createdAt) ?? null;
}

function declaredAgainstPaid(subject: Subject): number | null {
  const { paidMinor, currency } = subject.record;
  const declared = declaredIn(currency, subject);
  return declared === null || paidMinor <= 0 ? null : declared / paidMinor;
}

/** How far the declared value goes beyond the limit of its destination that day, in the order's currency; 0 within it. */
function dutyFreeExcess(subject: Subject): number | null {
  const { record, facts } = subject;
  const row = record.customs ? facts.duties?.rowFor(record.receiver.country, record.createdAt) : null;
  if (!row) return null;
  const declared = declaredIn(row.currency, subject);
  if (declared === null) return null;
  const excess = facts.duties?.convert(Math.max(0, declared - row.limitMinor), row.currency, record.currency, record.createdAt);
  return excess == null ? null : Math.round(excess);
}

/** Whether the limit an order was measured by is one its authority is known to have published. */
function dutyFreeBasis({ record, facts }: Subject): DutyBasis | null {
  const row = record.customs ? facts.duties?.rowFor(record.receiver.country, record.createdAt) : null;
  return row ? (row.unconfirmed ? 'unconfirmed' : 'published') : null;
}

/** Orders that could go into one parcel with this one; none once that is decided or the other has left. */
function mergeCandidates({ record: { linked } }: Subject): number {
  return linked.filter(({ kind, decision, over }) => kind === 'merge-candidate' && !decision && over === undefined).length;
}

/** Orders this one repeats: of two the one that came later is the duplicate, and stays one when the first is shipped. */
function duplicateCandidates({ record: { linked } }: Subject): number {
  return linked.filter(
    ({ kind, later, decision, over }) =>
      kind === 'duplicate' && !later && decision?.action !== 'keep-apart' && (over === undefined || over === 'shipped'),
  ).length;
}

/** Signs of a slip are read once, as the order comes in: later orders and its own refund are no signs of it. */
const SLIP_SIGNS = ['rebooked-refund', 'open-price-order', 'quantity-vs-shop'] as const;

function slipSign(sign: (typeof SLIP_SIGNS)[number]): Collector {
  return ({ record, facts }) => (facts.record ? (record.counts[sign] ?? 0) : (facts.slips?.[sign] ?? null));
}

const COLLECTORS: Record<string, Collector> = {
  currency: ({ record }) => record.currency,
  'order-amount': ({ record }) => orderAmount(record),
  'paid-amount': ({ record }) => record.paidMinor,
  'goods-amount': ({ record }) => record.goodsMinor,
  'freight-amount': ({ record }) => record.freightMinor,
  'coupon-amount': ({ record }) => record.couponMinor,
  'discount-amount': ({ record }) => discountOf(record),
  'discount-share': discountShare,
  'amount-vs-customer-average': (subject) => ratio(orderAmount(subject.record), customerAverage30(subject)),
  'amount-vs-shop-average': ({ record, facts }) => ratio(orderAmount(record), facts.shop.averageMinor),
  'customer-repurchase-rate': repurchaseRate,
  'customer-orders': ({ record, earlier }) => (record.keys.buyer === null ? null : (earlier?.orders ?? 0)),
  'customer-average': earlierAverage,
  'customer-refund-share': ({ earlier }) => (earlier ? Math.min(100, (earlier.profile.refundedOrders / earlier.orders) * 100) : null),
  'orders-today': ordersToday,
  'first-order': ({ record, earlier }) => (record.keys.buyer === null ? null : earlier === null),
  'customer-top-tenth': topTenth,
  'corporate-buyer': (subject) => tagsOf(subject).some((tag) => CORPORATE_TAGS.has(tag)),
  'buyer-tags': tagsOf,
  'distance-from-usual-area': distanceFromUsual,
  'region-return-rate': regionReturnRate,
  province: ({ record, facts }) => facts.places.province(record.receiver.province) ?? (record.receiver.province || null),
  city: ({ record }) => record.receiver.city || null,
  country: ({ record }) => record.receiver.country || null,
  'address-text': ({ record }) => plainOrNull(record.receiver.address.plain),
  'address-complete': ({ record }) => isAddressComplete(record.receiver),
  'phone-malformed': ({ record }) => isPhoneMalformed(record.receiver),
  remarks: ({ record }) => (record.sellerMemo === '' ? record.buyerMessage : `${record.buyerMessage}\n${record.sellerMemo}`),
  'buyer-message': ({ record }) => record.buyerMessage,
  'invoice-wish': ({ record }) => (record.invoice?.content ? `${record.invoice.content}\n${record.buyerMessage}` : record.buyerMessage),
  'invoice-incomplete': ({ record }) => isInvoiceIncomplete(record.invoice),
  'late-probability': ({ facts }) => facts.foretold?.late ?? null,
  'return-probability': ({ facts }) => facts.foretold?.returned ?? null,
  ...Object.fromEntries(SLIP_SIGNS.map((sign) => [sign, slipSign(sign)])),
  'complaint-tendency': ({ record }) => (record.buyerMessage === '' ? 0 : (record.message?.tendency ?? null)),
  'message-intent': ({ record }) => (record.buyerMessage === '' ? [] : (record.message?.intents ?? null)),
  'complaint-reasons': ({ record }) => (record.buyerMessage === '' ? [] : (record.message?.reasons ?? null)),
  'message-model': ({ record }) => record.message?.model ?? null,
  channel: ({ record }) => record.channel,
  'local-hour': ({ record }) => businessHour(record.createdAt),
  weekday: ({ record }) => businessWeekday(record.createdAt),
  shop: ({ record }) => record.shopId,
  'line-count': ({ record }) => record.lines.length,
  'gift-pieces': ({ record }) => record.lines.reduce((sum, line) => sum + (line.gift ? line.quantity : 0), 0),
  skus: ({ record }) => [...new Set(record.lines.map((line) => line.sku))],
  'goods-names': ({ record }) => record.lines.map((line) => line.name).join('\n'),
  'order-tags': ({ record }) => record.tags,
  pieces: ({ record }) => record.lines.reduce((sum, line) => sum + line.quantity, 0),
  'largest-line-pieces': ({ record }) => record.lines.reduce((most, line) => Math.max(most, line.quantity), 0),
  'mixed-storage': ({ record }) => isMixed(record),
  presale: ({ record }) => record.presale !== null,
  ip: ({ record }) => record.ip,
  device: ({ record }) => record.deviceId,
  'stock-missing-spot': ({ missing }) => missing.spot,
  'stock-missing-presale': ({ missing }) => missing.presale,
  'tier-discount-excess': tierExcess,
  'wms-missing': ({ record }) => toldBy(record, 'wms'),
  'risk-score': ({ record }) => toldBy(record, 'risk-list'),
  'declared-vs-paid': declaredAgainstPaid,
  'duty-free-excess': dutyFreeExcess,
  'duty-free-basis': dutyFreeBasis,
  'merge-candidates': mergeCandidates,
  'duplicate-candidates': duplicateCandidates,
};

function windowCollector(id: string): Collector {
  const spec = parseWindowFieldId(id);
  if (!spec) return () => null;
  return ({ record, facts }) => {
    // What was counted when the order came in stays: later orders are their own evidence, not this one's.
    const known = record.counts[id];
    if (known !== undefined) return known;
    const key = keyFor(record.keys, spec.by);
    const member = spec.count === 'orders' ? record.orderNo : record.keys.buyer;
    return key === null || member === null ? null : facts.windows.count(spec, key, record.createdAt, member);
  };
}

const collectorsOf = new WeakMap<CompiledRuleSet, Collector[]>();

/** One collector per place of the vector, made once per rule set. Fields of sources that are not connected stay unknown. */
function collectorsFor(compiled: CompiledRuleSet): Collector[] {
  let collectors = collectorsOf.get(compiled);
  if (!collectors) {
    collectors = compiled.fields.map((id) => COLLECTORS[id] ?? windowCollector(id));
    collectorsOf.set(compiled, collectors);
  }
  return collectors;
}

/**
 * The value of every field the rule set reads, in the order of `facts.compiled.fields`; null where nothing is known.
 * @param record the order as it will be stored
 * @param missing pieces short in the pools, from the allocation plan
 */
export function collectInputs(record: OrderRecord, facts: CollectedFacts, missing: MissingPieces): FieldValue[] {
  const subject: Subject = { record, facts, missing, earlier: earlierOf(record, facts) };
  const collectors = collectorsFor(facts.compiled);
  const values: FieldValue[] = new Array<FieldValue>(collectors.length);
  for (let at = 0; at < collectors.length; at++) values[at] = (collectors[at] as Collector)(subject);
  if (facts.radar) addRadar(values, facts.compiled, facts.radar);
  return values;
}

/** Earlier orders of the customer, as they were counted when the order came in. */
const EARLIER_ORDERS = 'customer-orders';

/** The buyer's past before this order. Orders placed later are no past: a second order must not make the first a regular's. */
function earlierOf({ counts }: OrderRecord, { profile, record: known }: CollectedFacts): Subject['earlier'] {
  if (profile === null) return null;
  const orders = counts[EARLIER_ORDERS] ?? profile.orders - (known ? 1 : 0);
  return orders > 0 ? { profile, orders } : null;
}

/** Signs that speak are kept like counts; most orders have none. */
function isKept(id: string, value: number): boolean {
  return id === EARLIER_ORDERS || id.startsWith('window:') || (value > 0 && SLIP_SIGNS.some((sign) => sign === id));
}

/** Counts inside a vector that stay as they were when the order came in, to be kept with the record. */
export function countsOf(fields: readonly string[], values: readonly FieldValue[]): Record<string, number> {
  const counts: Record<string, number> = {};
  fields.forEach((id, at) => {
    const value = values[at];
    if (typeof value === 'number' && isKept(id, value)) counts[id] = value;
  });
  return counts;
}
