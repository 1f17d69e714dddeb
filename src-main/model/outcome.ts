import type { TimelineEntry } from '#shared/contract/orders.ts';
import type { Role } from '#shared/contract/roles.ts';
import type { CaseRole, LinkDecision, OrderLink } from '#shared/order.ts';
import type { LocalisedText, Severity } from '#shared/text.ts';
import type { IncomingOrder, IncomingRefund } from './incoming.ts';
import type { OrderCheck, OrderRecord } from './record.ts';
import type { VerdictRecord } from './verdict.ts';

/** Stock asked for or given back, applied by the store with one conditional update each. */
export interface StockChange {
  kind: 'reserve' | 'release' | 'ship' | 'return';
  sku: string;
  warehouse: string;
  pool: 'spot' | 'presale';
  /** Positive pieces. */
  quantity: number;
}

/** Something outside has to happen. Becomes one outbox row per configured target; `key` makes it idempotent. */
export interface Effect {
  topic:
    | 'wms.ship'
    | 'wms.hold'
    | 'wms.recall'
    | 'mail'
    | 'buyer.message'
    | 'desktop'
    | 'channel.ship'
    | 'channel.memo'
    | 'channel.stock'
    | 'carrier.subscribe'
    | 'carrier.waybill';
  key: string;
  payload: Record<string, unknown>;
}

export interface TaskDraft {
  /** Stable per cause, so that the same finding opens one task. */
  key: string;
  kind: 'service' | 'replenish' | 'stuck' | 'connection' | 'gap';
  severity: Severity;
  role: CaseRole;
  title: LocalisedText;
  dueAt: number | null;
}

export interface AuditDraft {
  actor: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
}

/** What one input did to one order: everything that one transaction writes. */
export interface Applied {
  kind: 'applied';
  /** True for the first appearance of the order in this hub. */
  created: boolean;
  record: OrderRecord;
  verdict: VerdictRecord | null;
  stock: StockChange[];
  timeline: Omit<TimelineEntry, 'at'>[];
  audit: AuditDraft[];
  effects: Effect[];
  tasks: TaskDraft[];
  /** Task keys that are settled by this change. */
  tasksDone: string[];
  /** What other orders have to hear, in the same transaction. */
  peers: { orderNo: string; input: EngineInput }[];
}
/** Nothing to do: an older or identical message. Still counted, never an error. */
export interface Unchanged {
  kind: 'unchanged';
  why: 'stale' | 'same';
}
/** The state table or the command's version does not allow it. Logged, never silent. */
export interface Refused {
  kind: 'refused';
  code: 'stale_version' | 'illegal_move' | 'undo_expired' | 'not_found' | 'forbidden';
  text: LocalisedText;
  /** Audit entry for the refusal (F: "illegal moves are refused and logged"). */
  audit: AuditDraft | null;
}
export type Outcome = Applied | Unchanged | Refused;

/** Operator commands and timers are inputs like orders (design: one direction, one writer path). */
export type Command =
  /** `role` is the operator's: a hold may be for some of them only (M9). */
  | { kind: 'release'; actor: string; role?: Role; reason: string; version: number }
  | { kind: 'freeze'; actor: string; reason: string; version: number }
  | { kind: 'undo'; actor: string }
  | { kind: 'claim'; actor: string; version: number; assignee: string | null }
  | { kind: 'hand-over'; actor: string; version: number; role: CaseRole; note: string }
  | { kind: 'snooze'; actor: string; version: number; until: number }
  | { kind: 'note'; actor: string; text: string }
  /** About a linked order (A8): take the suggestion, leave it, or take either back. */
  | { kind: 'link'; actor: string; role?: Role; version: number; with: string; action: 'accept' | 'decline' | 'reopen' }
  /** Writes the seller memo and flag (0 to 5) back to the platform; its next message confirms them. */
  | { kind: 'memo'; actor: string; memo: string; flag: number | null };

/** What a warehouse, a carrier or a person here says about the parcel of an order. `carrier` is our own id; `at` epoch ms. */
export interface Receipt {
  kind: 'shipped' | 'delivered' | 'exception' | 'waybill';
  trackingNumber: string | null;
  carrier: string | null;
  at: number;
  source: 'wms' | 'carrier' | 'operator';
  /** The person, where one says it. */
  actor?: string;
  text: LocalisedText;
}

/** What became of one question to a source: its answer, in time or late, or that there is none for now. */
export type CheckAnswer = Pick<OrderCheck, 'source' | 'about' | 'ms' | 'late' | 'value' | 'words'> & {
  state: Exclude<OrderCheck['state'], 'asked'>;
};

/** What one order tells an order it is linked with. */
export type PeerNews =
  /** `later`: the teller came after the one that is told. */
  | { what: 'linked'; kind: OrderLink['kind']; later: boolean }
  | { what: 'over'; how: NonNullable<OrderLink['over']> }
  | { what: 'decided'; decision: LinkDecision }
  | { what: 'reopened'; by: string };

export type EngineInput =
  | { kind: 'order'; order: IncomingOrder; receivedAt: number }
  | { kind: 'refund'; refund: IncomingRefund; receivedAt: number }
  | { kind: 'command'; command: Command }
  | { kind: 'receipt'; receipt: Receipt }
  /** Sources answered, or were given up for now (B3). */
  | { kind: 'check'; answers: readonly CheckAnswer[] }
  /** News of the linked order `orderNo`. */
  | { kind: 'peer'; orderNo: string; news: PeerNews }
  /** The release time of a held order has come (C4). */
  | { kind: 'hold-due' }
  /**
   * Stock arrived, a waiting check answered or other rules are in force: judge and reserve again with today's facts. `counts`
   * are those of windows that did not exist when the order came in.
   */
  | { kind: 'rejudge'; why: string; counts?: Readonly<Record<string, number>> }
  /** A person takes back what a run over the open orders did to this one (M4). */
  | { kind: 'restore'; restore: Restore };

/** The order as it stood before a run; refused where it is no longer as the run left it. */
export interface Restore {
  actor: string;
  why: LocalisedText;
  /** The version the run made. */
  version: number;
  before: Pick<OrderRecord, 'hold' | 'holdEvidence' | 'clearances' | 'openTasks' | 'grade' | 'healthScore'>;
  /** The decision the order stood by before the run, and stands by again; null: it was never judged. */
  verdict: VerdictRecord | null;
  /** Tasks the run settled. */
  tasks: readonly TaskDraft[];
}
