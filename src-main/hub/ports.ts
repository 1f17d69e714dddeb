import type { ChannelId, Origin, SourceId } from '#shared/channels.ts';
import type { TimelineEntry } from '#shared/contract/orders.ts';
import type { HealthPoint } from '#shared/health.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { CustomerProfile } from '#main/model/facts.ts';
import type { IncomingRefund } from '#main/model/incoming.ts';
import type { AuditDraft, Effect, StockChange, TaskDraft } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { VerdictRecord } from '#main/model/verdict.ts';
import type { CheckpointStore, ConnectionStore, DayAuditStore, ListingStore, MappingStore, ShopKey, WishStore } from './feed-ports.ts';
import type { ImportStore, ParcelStore } from './import-ports.ts';
import type { LearningStore } from './learning/learning-ports.ts';
import type { RadarStore } from './radar/radar-ports.ts';
import type { PartnerConnectionStore, WaybillStore } from './partner-ports.ts';
import type { StoreQueries } from './queries.ts';
import type { RuleDraftStore, RuleRunStore, RuleSetStore } from './rules/rule-ports.ts';
import type { TrialStore } from './trial/trial-ports.ts';
import type { ForecastStore } from './forecast/forecast-ports.ts';

/** Wall clock in epoch milliseconds. Simulated time brings its own. */
export interface Clock {
  now(): number;
}

/** Timers of the jobs; `manualTime()` is the twin that runs them in simulated time. */
export interface Timers {
  /** Calls `task` every `everyMs` until cancelled; never twice at once. */
  every(everyMs: number, task: () => void): () => void;
  /** Calls `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): () => void;
}

/** Chance, as a fact: uniform in [0, 1). */
export type Chance = () => number;

export interface Logger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** One outgoing message as a deliverer gets it. `key` is the idempotency key: the same on every attempt. */
export interface Delivery {
  topic: Effect['topic'];
  key: string;
  payload: Record<string, unknown>;
  createdAt: number;
  /** Counts from 1. From the second on the target may have taken the message already: its answer was lost. */
  attempt: number;
}

/** What a target answered beside taking the message: kept as messages of its own in the transaction that marks the delivery done. */
export interface DeliveryResult {
  messages: NewMessage[];
}

/**
 * Delivers to one target. Resolves when the target has taken the message; rejects with DeliveryError otherwise.
 * A target may get the same key twice (its answer was lost) and must treat it as one.
 */
export interface Deliverer {
  readonly target: string;
  readonly topics: readonly Effect['topic'][];
  /** Longest time of one attempt where it is not that of the settings, ms. */
  readonly timeoutMs?: number;
  /** Deliveries under way at once where they are fewer than the settings allow. */
  readonly parallel?: number;
  deliver(delivery: Delivery): Promise<DeliveryResult | void>;
}

/** What a person may read and the outbox has to know of a delivery that failed. */
export interface DeliveryTrouble {
  /** In words for the person who has to act. */
  text?: LocalisedText;
  /** The target asked to wait: no attempt is counted. Ms from now. */
  retryAfterMs?: number;
}

/** `permanent`: trying again cannot help (the target refused the message for good). The message never holds a secret. */
export class DeliveryError extends Error {
  override name = 'DeliveryError';
  readonly permanent: boolean;
  readonly text: LocalisedText | null;
  readonly retryAfterMs: number | null;

  constructor(message: string, permanent = false, { text, retryAfterMs }: DeliveryTrouble = {}) {
    super(message);
    this.permanent = permanent;
    this.text = text ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
  }
}

export interface NewMessage {
  channel: SourceId;
  shopId: string;
  deliveryId: string;
  topic: string;
  origin: Origin;
  /** Our clock, epoch ms. */
  receivedAt: number;
  /** The platform's clock when the read that returned it was sent; null: it was pushed or came from a file. */
  observedAt: number | null;
  body: Uint8Array;
}
export interface InboxMessage extends NewMessage {
  id: number;
}

export interface InboxStore {
  /** Adds a message; null when this delivery id of the shop is already there. */
  add(message: NewMessage): number | null;
  get(id: number): InboxMessage | null;
  /** What is kept of an order, oldest first: the messages behind its history, and those of its shop whose delivery ids begin so. */
  about(orderId: number, shop: ShopKey, deliveryPrefixes: readonly string[]): InboxMessage[];
  /** Messages not worked yet, oldest first. */
  waiting(limit: number): InboxMessage[];
  waitingCount(): number;
  /** Everything up to this id is worked (or listed as failed). Only grows. */
  workedThrough(id: number): void;
  fail(id: number, at: number, reason: LocalisedText): void;
  failureIds(): number[];
  /** Takes a message off the list of failures; false when it is not on it. */
  clearFailure(id: number): boolean;
  failedCount(): number;
}

export interface StoredOrder {
  id: number;
  record: OrderRecord;
}
/** What the open-order index needs of one order. */
export interface OpenOrderRow {
  id: number;
  orderNo: string;
  channel: ChannelId;
  shopId: string;
  status: OrderRecord['status'];
  statusSince: number;
  holdKind: 'held' | 'frozen' | null;
  holdOpenedAt: number | null;
  /** Gravest rule behind the hold; null when a person froze it. */
  holdRule: string | null;
  releaseAt: number | null;
  warehouse: string | null;
  short: boolean;
}
export type CaseEnd = 'open' | 'released' | 'frozen' | 'expired' | 'cancelled';

/** What happened to an order in one change; `inboxId` is the message behind it, null for people, timers and replays. */
export interface TimelineRow {
  orderId: number;
  inboxId: number | null;
  entries: Omit<TimelineEntry, 'at'>[];
}
export interface OrderStore {
  byNumber(orderNo: string): StoredOrder | null;
  byPlatform(channel: string, shopId: string, channelOrderId: string): StoredOrder | null;
  byId(id: number): StoredOrder | null;
  /** Orders of a range of rows that speak one of the platform's words, as an unknown one or as the state of a refund; by row. */
  speaking(words: readonly string[], range: { channel: ChannelId | null; after: number; through: number; limit: number }): StoredOrder[];
  /** The id the next new order gets. */
  nextId(): number;
  insert(orders: readonly StoredOrder[]): void;
  /** False when the stored version is not `expected`: nothing was written. */
  update(id: number, record: OrderRecord, expected: number): boolean;
  addVerdicts(verdicts: readonly { orderId: number; verdict: VerdictRecord }[]): void;
  addTimeline(rows: readonly TimelineRow[], at: number): void;
  openCase(orderId: number, ruleId: string, ruleVersion: number, at: number): void;
  /** Of all rules; what was cancelled was nobody's to decide and stays so. */
  endCases(orderId: number, ended: CaseEnd, at: number | null, by: string | null): void;
  /** Of one rule alone. */
  endCase(orderId: number, ruleId: string, ended: CaseEnd, at: number, by: string): void;
  addDecision(
    orderId: number,
    at: number,
    actor: string,
    action: 'release' | 'freeze' | 'undo' | 'expire',
    handlingMs: number | null,
  ): void;
  /** Orders on their way or held, for the open-order index. */
  open(): OpenOrderRow[];
  /** When the newest order was received; null without orders. */
  newestReceivedAt(): number | null;
  /** Is this internal number taken? */
  hasNumber(orderNo: string): boolean;
  /** Orders placed since, oldest first, for windows, association and flows. */
  createdSince(since: number): Iterable<OrderRecord>;
  /** Orders placed from `from` on and before the place of another (null: from the newest on), newest first. */
  createdBefore(from: number, before: { createdAt: number; id: number } | null, limit: number): StoredOrder[];
  /** Orders first received in (from, to], oldest first. */
  receivedBetween(from: number, to: number): Iterable<OrderRecord>;
  /** Open deposits of presales, whenever placed. */
  openDeposits(): Iterable<OrderRecord>;
  /** Orders first received since, per warehouse of their route and quarter of an hour; `at` is the last moment of each sum. */
  routedSince(since: number): { warehouse: string; at: number; orders: number }[];
  /** Paid orders with a cross-check nobody answered yet: first those that still wait for it, then those decided without; oldest first. */
  unchecked(limit: number): StoredOrder[];
  /** Orders that miss stock, oldest first. */
  short(): StoredOrder[];
}

export interface PendingRefund {
  id: number;
  receivedAt: number;
  inboxId: number | null;
  refund: IncomingRefund;
}
export interface RefundStore {
  add(refund: IncomingRefund, receivedAt: number, inboxId: number | null): void;
  of(channel: string, shopId: string, channelOrderId: string): PendingRefund[];
  remove(id: number): void;
  count(): number;
}

export interface StockRow {
  sku: string;
  warehouse: string;
  name: string;
  spot: number;
  reserved: number;
  presaleQuota: number;
  presaleReserved: number;
  safety: number;
}
/** A change of stock with the order it is for. */
export interface StockBooking {
  change: StockChange;
  orderNo: string;
}
export interface StockStore {
  levels(): StockRow[];
  /** Creates the level with its opening movement; false when the place exists. */
  open(row: Omit<StockRow, 'reserved' | 'presaleReserved'>, at: number): boolean;
  /**
   * A ledger row for each change, and one conditional update for each level they touch together. False when the pieces are not
   * there (D3): then the transaction must be rolled back.
   */
  apply(bookings: readonly StockBooking[], at: number): boolean;
  /** Books counted, received or returned pieces; false when it would go below what is reserved. Unknown places are opened. */
  adjust(sku: string, warehouse: string, kind: 'adjust' | 'replenish' | 'return', quantity: number, at: number, note: string): boolean;
  /** Pieces reserved since a moment, per place and hour; `at` is the last moment of each sum. */
  soldSince(since: number): { sku: string; warehouse: string; at: number; pieces: number }[];
  /** SKUs whose stock moved within `spanMs` before the last movement there is. */
  lastMoved(spanMs: number): string[];
}

export interface OutboxRow {
  id: number;
  key: string;
  target: string;
  topic: Effect['topic'];
  orderNo: string | null;
  payload: Record<string, unknown>;
  createdAt: number;
  attempts: number;
}
export interface OutboxStore {
  add(effect: Effect, target: string, orderNo: string | null, at: number): void;
  /** Rows of a target to try now; of each order only the oldest, so that a recall never overtakes its ship. */
  due(target: string, now: number, limit: number): OutboxRow[];
  delivered(id: number): void;
  /** `counted` false: the target asked to wait, which costs no attempt. `reason`: what a person can do about it. */
  postpone(id: number, nextAt: number, error: string, reason?: LocalisedText | null, counted?: boolean): void;
  giveUp(id: number, error: string, reason?: LocalisedText | null): void;
  /** Puts dead rows back: one, or all. Returns how many. */
  revive(id: number | null, now: number): number;
  counts(): { pending: number; dead: number };
}

export interface AuditStore {
  append(draft: AuditDraft, at: number): void;
}

export interface TaskStore {
  /** Opens a task unless one with this key is open. True when opened. */
  open(draft: TaskDraft, orderNo: string | null, at: number): boolean;
  /** Closes by key; true when one was open. */
  settle(key: string, at: number, by: string): boolean;
  /** The task last opened under a key, as it was opened. */
  draftOf(key: string): TaskDraft | null;
  /** Open tasks whose key begins so. */
  openWithPrefix(prefix: string): { key: string; id: number }[];
}

export interface ProfileStore {
  get(key: string): CustomerProfile | null;
  put(profiles: readonly { profile: CustomerProfile; channel: ChannelId; shopId: string }[]): void;
  /** Every buyer with a paid order. */
  buyers(): Iterable<BuyerFigures>;
}
export interface BuyerFigures {
  channel: ChannelId;
  shopId: string;
  orders: number;
  paidMinor: number;
}

/** Paid orders of one shop placed on one day; `day` is its start (Asia/Shanghai, epoch ms). */
export interface ShopDay {
  channel: ChannelId;
  shopId: string;
  day: number;
  orders: number;
  paidMinor: number;
}
export interface RegionRow {
  province: string;
  orders: number;
  returned: number;
}
/** Running figures. Adding may be negative. */
export interface FigureStore {
  addDay(row: ShopDay): void;
  addRegion(row: RegionRow): void;
  days(since: number): ShopDay[];
  regions(): RegionRow[];
}

export interface FeedHour {
  channel: SourceId;
  shopId: string;
  hour: number;
  received: number;
  /** Part of the received ones: read by polling. */
  polled: number;
  failed: number;
  refused: number;
  orders: number;
  lastReceivedAt: number | null;
}
export interface HealthSample extends HealthPoint {
  /** Null for the whole workspace. */
  channel: ChannelId | null;
  shopId: string | null;
}
export interface Mark {
  at: number;
  kind: 'rules' | 'restart' | 'surge';
  text: LocalisedText;
}
export interface SampleStore {
  putHealth(samples: HealthSample[]): void;
  /** Samples of the workspace (null) or of one shop, oldest first; `every` thins them to those whose time is a multiple of it. */
  health(since: number, shop: { channel: ChannelId; shopId: string } | null, every: number): HealthSample[];
  putPulse(at: number, document: string): void;
  /** The last sample at or before. */
  pulseAt(at: number): string | null;
  dropBefore(healthBefore: number, pulseBefore: number): void;
  /** Writes figures of feeds, together with how far they count messages and orders: every one that is there. */
  putFeed(rows: FeedHour[]): void;
  feed(sinceHour: number): FeedHour[];
  /** What came since `putFeed`, counted from the messages, failures and orders themselves; refusals leave nothing to count. */
  feedSince(): FeedHour[];
  addMark(mark: Mark): void;
  marks(since: number): Mark[];
}

/** What one workspace keeps. One connection writes; every method is synchronous and throws StoreError when the disk says no. */
export interface Store {
  readonly inbox: InboxStore;
  readonly orders: OrderStore;
  readonly refunds: RefundStore;
  readonly stock: StockStore;
  readonly outbox: OutboxStore;
  readonly audit: AuditStore;
  readonly tasks: TaskStore;
  readonly profiles: ProfileStore;
  readonly figures: FigureStore;
  readonly samples: SampleStore;
  readonly ruleSets: RuleSetStore;
  readonly ruleDrafts: RuleDraftStore;
  readonly ruleRuns: RuleRunStore;
  readonly trials: TrialStore;
  readonly forecasts: ForecastStore;
  readonly checkpoints: CheckpointStore;
  readonly wishes: WishStore;
  readonly dayAudits: DayAuditStore;
  readonly connections: ConnectionStore;
  readonly mappings: MappingStore;
  readonly listings: ListingStore;
  readonly imports: ImportStore;
  readonly learning: LearningStore;
  readonly radar: RadarStore;
  readonly parcels: ParcelStore;
  readonly partnerConnections: PartnerConnectionStore;
  readonly waybills: WaybillStore;
  readonly queries: StoreQueries;
  /** All or nothing, durable on return. Nothing in `work` may wait. */
  transaction<T>(work: () => T): T;
  /** A value of the workspace's own; made by `create` the first time. */
  setting(key: string, create: () => string): string;
  putSetting(key: string, value: string): void;
  /** Bytes of database and write-ahead log. */
  size(): { databaseBytes: number; logBytes: number };
  close(): void;
}
