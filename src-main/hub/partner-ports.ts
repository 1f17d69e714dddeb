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
  checks: CheckLinks;
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
/** Why a source could not tell: too late, left alone after failures, an unreadable answer, no answer at all. */
export type CheckTrouble = 'timeout' | 'resting' | 'garbage' | 'failed';
/** `closed`: it is asked; `open`: it is left alone; `half-open`: one call tries whether it is there again. */
export type BreakerState = 'closed' | 'open' | 'half-open';
export type CheckReply<Value> = { ok: true; value: Value } | { ok: false; why: CheckTrouble; error: Error };

/** A source of cross-checks (B3), with a circuit breaker of its own. */
export interface CheckLink<Question, Value> {
  /** What one question is given to answer, ms. */
  readonly timeoutMs: number;
  state(): BreakerState;
  /**
   * Asks. Never rejects. `over` is called once, when the call itself has ended, which may be long after it was cut off: with what it
   * brought, or null. `signal` ends it.
   */
  ask(question: Question, over: (told: { value: Value } | null) => void, signal: AbortSignal): Promise<CheckReply<Value>>;
}
/** What discount a buyer's tier allows, in percent. */
export interface CustomerTier {
  tier: string;
  discountLimitPercent: number;
}
/** Keyed hashes only. */
export interface RiskKeys {
  buyer: string | null;
  phone: string | null;
  address: string | null;
  ip: string | null;
  device: string | null;
}
/** 0 to 100. */
export interface RiskScore {
  score: number;
  reasons: string[];
}
/** Pieces an order wants of one place, spot and presale apart. */
export interface PiecesAsked {
  sku: string;
  warehouse: string;
  spot: number;
  presale: number;
}
/** Pieces nobody else was promised there, so far as the warehouse knows. A place it does not name has none. */
export type PiecesTold = PiecesAsked;

/** Sources of cross-checks; null: not connected. */
export interface CheckLinks {
  /** By the platform's key of the buyer; null for a buyer it does not know. 800 ms. */
  crm: CheckLink<string, CustomerTier | null> | null;
  /** 500 ms. */
  wms: CheckLink<readonly PiecesAsked[], PiecesTold[]> | null;
  /** 300 ms. */
  'risk-list': CheckLink<RiskKeys, RiskScore> | null;
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
