import type { OrderRecord } from '#main/model/record.ts';
import type { Sensitive } from '#main/model/incoming.ts';
import { executableChecks, isExecutable } from './checklist.ts';
import type { MissingPieces } from './collect.ts';
import { audit, effect, HUB, note, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { hasEnded, hasShipped } from './lifecycle.ts';
import { shippedTogether, wentApart } from './links.ts';
import { compared, phoneDigits } from './match-keys.ts';

const shown = (value: Sensitive) => value.plain ?? value.mask;

/** What the warehouse needs to pack and send. Where the platform keeps the address, it prints the label by its order id. */
function shipPayload(record: OrderRecord): Record<string, unknown> {
  const { receiver } = record;
  const together = shippedTogether(record);
  return {
    channel: record.channel,
    shopId: record.shopId,
    channelOrderId: record.channelOrderId,
    warehouse: record.route?.warehouse ?? null,
    promisedAt: record.route?.promisedAt ?? null,
    allocations: record.allocations,
    lines: record.lines.map(({ sku, name, quantity }) => ({ sku, name, quantity })),
    ...(together.length > 0 ? { shipTogether: together } : {}),
    receiver: {
      name: shown(receiver.name),
      phone: shown(receiver.phone),
      country: receiver.country,
      province: receiver.province,
      city: receiver.city,
      district: receiver.district,
      address: shown(receiver.address),
      postcode: receiver.postcode,
    },
  };
}

/** M7: whoever was told to ship is told to stop; shipping can be asked for again later. */
export function recall(draft: Draft, why: string): void {
  const { record } = draft;
  if (record.shipRequestedAt === null) return;
  effect(draft, 'wms.recall', {
    why,
    channel: record.channel,
    shopId: record.shopId,
    channelOrderId: record.channelOrderId,
    warehouse: record.route?.warehouse ?? null,
    requestedAt: record.shipRequestedAt,
  });
  audit(draft, HUB, 'fulfilment.recalled', { why });
  note(draft, 'outbox', HUB, { zh: '已向仓库发出召回', en: 'Recall sent to the warehouse' });
  record.shipRequestedAt = null;
}

/**
 * Would another name, phone or address stand on the label? Told plainly both times; what the platform hides, it prints on the label
 * itself as it is then.
 */
export function isReaddressed(before: OrderRecord, after: OrderRecord): boolean {
  const [was, is] = [before.receiver, after.receiver];
  // A push and a read may write the same thing otherwise.
  const differ = (one: string | null, other: string | null, form = compared) => {
    const [a, b] = [form(one ?? ''), form(other ?? '')];
    return a !== '' && b !== '' && a !== b;
  };
  return (
    differ(was.phone.plain, is.phone.plain, phoneDigits) ||
    (['name', 'address'] as const).some((field) => differ(was[field].plain, is[field].plain)) ||
    (['district', 'postcode'] as const).some((field) => differ(was[field], is[field]))
  );
}

/** A hold here or at the platform, a cancellation, other goods or another label after the request: the warehouse must stop. */
export function recallIfNeeded(draft: Draft, changed: boolean): void {
  const { record } = draft;
  // What has left the warehouse is called back by the carrier, not by the warehouse.
  if (record.shipRequestedAt === null || hasShipped(record.platform.status)) return;
  if (record.hold !== null) recall(draft, record.hold.kind);
  else if (hasEnded(record.status) || record.status === 'refunding') recall(draft, record.status);
  else if (record.platformHold != null) recall(draft, 'platform');
  else if (changed) recall(draft, 'changed');
  else if (draft.before !== null && wentApart(draft.before, record)) recall(draft, 'apart');
}

/**
 * B7: writes the checklist and, when every required check passes, asks the warehouse to ship, once. A paid order becomes
 * awaiting shipment at that moment. Without a connected warehouse the platform's status stays.
 */
export function fulfil(draft: Draft, missing: MissingPieces, facts: Facts): void {
  const { record } = draft;
  record.executable = executableChecks(record, missing);
  if (!facts.fulfilment || record.shipRequestedAt !== null || record.hold !== null || record.partiallyShipped) return;
  if (record.status !== 'paid' && record.status !== 'awaiting_shipment') return;
  if (record.platformHold != null) return;
  if (!isExecutable(record.executable, facts.settings.requiredChecks)) return;
  record.shipRequestedAt = facts.now;
  effect(draft, 'wms.ship', shipPayload(record));
  note(draft, 'outbox', HUB, { zh: '检查全部通过，已请求仓库发货', en: 'Every check passed; the warehouse was asked to ship' });
  if (record.status === 'paid') {
    record.status = 'awaiting_shipment';
    record.platform = { ...record.platform, status: 'awaiting_shipment' };
    record.statusSince = facts.now;
    note(draft, 'status', HUB, { zh: '已付款 → 待发货：已请求发货', en: 'paid → awaiting shipment: ship requested' });
  }
}
