import type { Clearance, Ground, MatchKeys, OrderRecord } from '#main/model/record.ts';
import { parseWindowFieldId } from '#main/rules/index.ts';
import { orderAmount } from './amount.ts';
import { isOtherReceiver, isOtherRegion } from './match-keys.ts';

/** What a message changes of an order that facts may be about: an important change, as against another memo or fewer pieces. */
function changedGrounds(before: OrderRecord, after: OrderRecord): Ground[] {
  const grounds: Ground[] = [];
  if (isOtherReceiver(before.receiver, after.receiver)) grounds.push('receiver');
  if (isOtherRegion(before.receiver, after.receiver)) grounds.push('region');
  if (isOtherKey(before.keys.buyer, after.keys.buyer)) grounds.push('buyer');
  if (after.lines.some(({ sku }) => !before.lines.some((line) => line.sku === sku))) grounds.push('goods');
  if (orderAmount(after) > orderAmount(before)) grounds.push('amount');
  return grounds;
}

function isOtherKey(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one !== other;
}

/** Releases with what has changed since: a release holds until something it was about changes (M6). */
function clearancesAfter(before: OrderRecord, after: OrderRecord, now: number): Clearance[] {
  const grounds = before.clearances.length > 0 ? changedGrounds(before, after) : [];
  if (grounds.length === 0) return before.clearances;
  return before.clearances.map((clearance) => {
    const { changes = [] } = clearance;
    const fresh = grounds.filter((ground) => !changes.some((change) => change.ground === ground));
    return fresh.length > 0
      ? { ...clearance, changes: [...changes, ...fresh.map((ground) => ({ ground, at: now, version: before.version + 1 }))] }
      : clearance;
  });
}

/** Counts made by a key the order no longer has say nothing of it; they are made anew by the key it has now. */
function countsAfter({ counts, keys, receiver }: OrderRecord, after: OrderRecord): OrderRecord['counts'] {
  const isOther = (by: keyof MatchKeys) => {
    const place = by === 'phone' || by === 'address';
    return isOtherKey(keys[by], after.keys[by]) && (!place || isOtherReceiver(receiver, after.receiver));
  };
  const stale = Object.keys(counts).filter((id) => {
    const by = parseWindowFieldId(id)?.by;
    return by !== undefined && isOther(by);
  });
  if (stale.length === 0) return counts;
  return Object.fromEntries(Object.entries(counts).filter(([id]) => !stale.includes(id)));
}

/** What the hub itself knows of an order, after a message changed what it is about. */
export function afterChange(before: OrderRecord, after: OrderRecord, now: number): OrderRecord {
  const clearances = clearancesAfter(before, after, now);
  const counts = countsAfter(before, after);
  return clearances === before.clearances && counts === before.counts ? after : { ...after, clearances, counts };
}
