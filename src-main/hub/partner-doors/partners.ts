import type { Verification } from '#main/channels/channel.ts';
import type { WebhookDelivery } from '#main/gateway/link.ts';
import type { HubConfig } from '../config.ts';
import type { ParcelStore } from '../import-ports.ts';
import type { PartnerDoors } from '../intake.ts';
import type { PartnerReader, PartnerReading, PartnerReport } from '../partner-ports.ts';
import type { InboxMessage } from '../ports.ts';
import type { PartnerDoor } from './door.ts';
import { kdniaoDoor } from './kdniao.ts';
import { kuaidi100Door } from './kuaidi100.ts';
import { wmsDoor } from './wms.ts';

const STATES: Partial<Record<PartnerReport['kind'], 'delivered' | 'exception'>> = { delivered: 'delivered', exception: 'exception' };

/** The doors of the warehouse and the carriers at `/hooks/partner/<id>`, and what their messages say. */
export class Partners implements PartnerDoors, PartnerReader {
  readonly #parcels: ParcelStore;
  readonly #doors = new Map<string, PartnerDoor>();

  constructor(config: HubConfig['partners'], parcels: ParcelStore) {
    this.#parcels = parcels;
    this.use(config);
  }

  /** Opens the doors of these partners and of no others. */
  use({ wms, kuaidi100, kdniao }: HubConfig['partners']): void {
    this.#doors.clear();
    const parcels = this.#parcels;
    if (wms) this.#doors.set('wms', wmsDoor(wms));
    if (kuaidi100)
      this.#doors.set(
        'kuaidi100',
        kuaidi100Door({ salt: kuaidi100.salt }, (carrier, number) => parcels.get(carrier, number) !== null),
      );
    if (kdniao) this.#doors.set('kdniao', kdniaoDoor(kdniao));
  }

  /** Null: no such partner calls us. */
  pathOf(id: string): string | null {
    return this.#doors.has(id) ? `/hooks/partner/${id}` : null;
  }

  verify(id: string, delivery: WebhookDelivery, now: number): Verification | null {
    return this.#doors.get(id)?.verify(delivery, now) ?? null;
  }

  read(message: InboxMessage): PartnerReading {
    const door = this.#doors.get(message.shopId);
    return door ? door.read(message) : { ok: false, reason: { zh: '合作方已停用或解除接入', en: 'The partner is no longer connected' } };
  }

  /** A carrier's push replaces what was known of its parcel; one that is older than that changes nothing. */
  noted({ carrier, trackingNumber, kind, at, trace }: PartnerReport, orderNo: string): boolean {
    if (trace === undefined || carrier === null || trackingNumber === null) return true;
    const known = this.#parcels.get(carrier, trackingNumber);
    const subscription = trace.length === 0 && kind === 'trace';
    const state = STATES[kind] ?? (subscription ? 'subscribed' : 'moving');
    const same = known !== null && at === known.eventAt && state === known.state && trace.length <= known.trace.length;
    if (known !== null && (subscription || same || at < known.eventAt)) return false;
    this.#parcels.put({ carrier, number: trackingNumber, orderNo, state, eventAt: subscription ? 0 : at, trace });
    return true;
  }
}
