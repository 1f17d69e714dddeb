import type { CarrierId } from '#shared/carriers.ts';
import type { PartnerId } from '#shared/contract/partners.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { InboxMessage } from './ports.ts';

/** The calls of configured partners, as the host made them. */
export interface PartnerLinks {
  /** Null: the warehouse does not tell its stock. */
  stock: WarehouseStock | null;
  /** One call each that changes nothing, to see whether a partner is there; throws what is wrong, answers what else is to be said. */
  probes: Partial<Record<PartnerId, () => Promise<LocalisedText | void>>>;
  /** Null: nobody issues electronic waybills. */
  waybills: WaybillIssuer | null;
}

/** A partner connected on screen. `sealed` is ciphertext of the vault: everything that was typed. */
export interface PartnerConnection {
  id: PartnerId;
  sealed: Uint8Array;
  active: boolean;
}
export interface PartnerConnectionStore {
  all(): PartnerConnection[];
  put(connection: PartnerConnection, at: number): void;
  remove(id: PartnerId): void;
}

/** An electronic waybill as it was issued. */
export interface IssuedWaybill {
  orderNo: string;
  carrier: CarrierId;
  number: string;
  requestedAt: number;
  by: string;
}
export interface WaybillStore {
  of(orderNo: string): IssuedWaybill | null;
  put(waybill: IssuedWaybill): void;
  remove(orderNo: string): void;
}

/** What a partner, or we before asking it, refuse for good; `text` is for the person who has to act. */
export class WaybillRefused extends Error {
  override name = 'WaybillRefused';
  readonly text: LocalisedText;

  constructor(zh: string, en: string) {
    super(en);
    this.text = { zh, en };
  }
}

/** Pages of a warehouse's stock; `seq` is where its feed goes on. */
export interface StockPage {
  at: number;
  seq: number;
  items: { sku: string; warehouse: string; spot: number }[];
  next: string | null;
}
export interface StockSeen {
  seq: number;
  sku: string;
  warehouse: string;
  spot: number;
  at: number;
}
export interface WarehouseStock {
  page(after: string | null): Promise<StockPage>;
  /** Ends by throwing when the connection is lost, quietly when aborted. */
  feed(take: (seen: StockSeen) => void, signal: AbortSignal): Promise<void>;
}
/** CRM: what discount a buyer's tier allows, in percent; null for a buyer it does not know. Cut off after 800 ms (B3). */
export interface CustomerLookup {
  tier(buyerKey: string, signal: AbortSignal): Promise<{ tier: string; discountLimitPercent: number } | null>;
}
/** Risk list: 0 to 100. Sees keyed hashes only. Cut off after 300 ms (B3). */
export interface RiskLookup {
  score(
    keys: { buyer: string | null; phone: string | null; address: string | null; ip: string | null; device: string | null },
    signal: AbortSignal,
  ): Promise<{ score: number; reasons: string[] } | null>;
}
export interface TrackingSubscriber {
  subscribe(carrier: string, number: string, phoneTail: string | null): Promise<'subscribed' | 'already'>;
}
export interface WaybillIssuer {
  request(order: {
    orderNo: string;
    carrier: string;
    receiver: Record<string, string>;
    lines: { name: string; quantity: number }[];
  }): Promise<{
    number: string;
    template: string | null;
  }>;
  /** Gives a number back that was not used. */
  cancel(waybill: { orderNo: string; carrier: string; number: string }): Promise<void>;
}
/** What a partner told about one order. */
export interface PartnerReport {
  order: { orderNo: string } | { channel: string; shopId: string; channelOrderId: string } | { carrier: string; number: string };
  kind: 'shipped' | 'delivered' | 'exception' | 'held' | 'recalled' | 'refused' | 'waybill' | 'trace';
  at: number;
  trackingNumber: string | null;
  carrier: string | null;
  text: LocalisedText;
  /** Carriers: everything known of the parcel, newest first; it replaces what was known. Absent: this is not about a parcel's way. */
  trace?: { at: number; text: string }[];
}

/** What a partner's kept message says. No report: it is understood and concerns no order. */
export type PartnerReading = { ok: true; reports: readonly PartnerReport[] } | { ok: false; reason: LocalisedText };

/** Reads the messages partners sent through their doors. */
export interface PartnerReader {
  read(message: InboxMessage): PartnerReading;
  /** Keeps what a report says of a parcel; false when it is older than what is known of it. Called inside the transaction of its message. */
  noted(report: PartnerReport, orderNo: string, at: number): boolean;
}
