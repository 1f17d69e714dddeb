import { businessDayStart, DAY } from '#shared/time.ts';
import type { CustomerProfile } from '#main/model/facts.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { Places } from './places.ts';

const RECENT_SPAN = 30 * DAY;
const RECENT_ENTRIES = 50;
const AREAS = 10;

function emptyProfile(key: string, at: number): CustomerProfile {
  return {
    key,
    orders: 0,
    orderDays: 0,
    refundedOrders: 0,
    heldOrders: 0,
    paidMinor: 0,
    firstOrderAt: at,
    lastOrderAt: at,
    recent: [],
    areas: [],
    tags: [],
  };
}

function withPayment(recent: CustomerProfile['recent'], at: number, before: number, after: number): CustomerProfile['recent'] {
  const rest = [...recent];
  const known = before > 0 ? rest.findIndex(([when, minor]) => when === at && minor === before) : -1;
  if (known >= 0) rest.splice(known, 1);
  if (after > 0) rest.push([at, after]);
  rest.sort((a, b) => a[0] - b[0]);
  const newest = rest.at(-1)?.[0] ?? 0;
  return rest.filter(([when]) => when > newest - RECENT_SPAN).slice(-RECENT_ENTRIES);
}

/** Most used place first; the first seen wins a tie, so that one order elsewhere does not move the usual area. */
function withArea(areas: CustomerProfile['areas'], record: OrderRecord, places: Places): CustomerProfile['areas'] {
  const spot = places.locate(record.receiver);
  if (!spot) return areas;
  const rest = areas.map((area) => (area.place === spot.place ? { ...area, orders: area.orders + 1 } : area));
  if (!areas.some((area) => area.place === spot.place)) rest.push({ place: spot.place, lat: spot.lat, lon: spot.lon, orders: 1 });
  return rest.sort((a, b) => b.orders - a.orders).slice(0, AREAS);
}

/** Calendar days are counted from the newest order on: one told late on an older day counts only if it is the first ever. */
function isNewDay(profile: CustomerProfile, at: number): boolean {
  if (profile.orders === 0) return true;
  return businessDayStart(at) > businessDayStart(profile.lastOrderAt) || businessDayStart(at) < businessDayStart(profile.firstOrderAt);
}

/**
 * Folds one change of an order into its buyer's profile. `before` is the order as stored until now (null: it is new).
 * Folding the same change twice counts it twice: the hub folds once per committed outcome. Null when the order has no buyer key.
 */
export function foldProfile(
  profile: CustomerProfile | null,
  before: OrderRecord | null,
  after: OrderRecord,
  places: Places,
): CustomerProfile | null {
  const key = after.keys.buyer;
  if (key === null) return null;
  const base = profile ?? emptyProfile(key, after.createdAt);
  const created = before === null;
  const paidBefore = before?.paidMinor ?? 0;
  const newlyRefunded = after.refundedMinor > 0 && (before?.refundedMinor ?? 0) === 0;
  const newlyHeld = after.hold !== null && (before === null || before.hold === null);
  return {
    ...base,
    orders: base.orders + (created ? 1 : 0),
    orderDays: base.orderDays + (created && isNewDay(base, after.createdAt) ? 1 : 0),
    refundedOrders: base.refundedOrders + (newlyRefunded ? 1 : 0),
    heldOrders: base.heldOrders + (newlyHeld ? 1 : 0),
    paidMinor: base.paidMinor + after.paidMinor - paidBefore,
    firstOrderAt: Math.min(base.firstOrderAt, after.createdAt),
    lastOrderAt: Math.max(base.lastOrderAt, after.createdAt),
    recent: paidBefore === after.paidMinor ? base.recent : withPayment(base.recent, after.createdAt, paidBefore, after.paidMinor),
    areas: created ? withArea(base.areas, after, places) : base.areas,
    tags: after.buyer.tags.every((tag) => base.tags.includes(tag)) ? base.tags : [...new Set([...base.tags, ...after.buyer.tags])],
  };
}

/** The usual receiving area: the place used most; null before the first order to a known place. */
export function usualArea(profile: CustomerProfile): CustomerProfile['areas'][number] | null {
  return profile.areas[0] ?? null;
}
