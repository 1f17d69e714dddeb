import type { WindowSpec } from '#shared/rule.ts';
import { HOUR, SECOND } from '#shared/time.ts';
import type { AssociationCandidate, CustomerProfile, RegionStatistics, ShopStatistics } from '#main/model/facts.ts';
import type { RefundEntry } from '#main/model/incoming.ts';
import type { MessageReading } from '#main/model/message.ts';
import type { RadarScorer } from '#main/model/radar.ts';
import type { MatchKeys, OrderRecord } from '#main/model/record.ts';
import type { CheckSource, ExecutableCheck } from '#shared/order.ts';
import type { RoutingWorld } from '#main/routing/route.ts';
import type { CompiledRuleSet } from '#main/rules/index.ts';
import type { DutyTable } from './duties.ts';
import type { Places } from './places.ts';

/** Figures of the engine a supervisor may change. Durations in milliseconds. */
export interface EngineSettings {
  /** C4: a held order nobody handled is released after this. */
  holdMs: number;
  /** `holds.undo` takes a decision back within this. */
  undoMs: number;
  /** A service task is due this long after it opened. */
  taskMs: number;
  /** B7: which checks an order must pass before it may go to the warehouse. */
  requiredChecks: readonly ExecutableCheck['id'][];
}

export const DEFAULT_ENGINE_SETTINGS: EngineSettings = {
  holdMs: 2 * HOUR,
  undoMs: 10 * SECOND,
  taskMs: 24 * HOUR,
  requiredChecks: ['paid', 'stock', 'risk', 'invoice', 'address', 'checks'],
};

/** Counts of the sliding windows; `SlidingWindows` implements it. */
export interface WindowReader {
  /**
   * Distinct members within (at - minutes, at], `member` included whether or not it was added yet. Null: not known, because
   * the past of the window is not (or no longer) at hand.
   * `key` is the buyer, phone, … the window is by; `member` the order number or, for `buyers`, the buyer key.
   */
  count(spec: WindowSpec, key: string, at: number, member: string): number | null;
}

/** What becomes of an order a source could not tell about in time: it waits for a person or the late answer, or goes on with a mark. */
export type CheckPolicy = 'hold' | 'pass-and-mark';

/** The cross-checks in force (B3). */
export interface CheckWorld {
  /** Sources that are connected. */
  sources: readonly CheckSource[];
  policies: Readonly<Record<CheckSource, CheckPolicy>>;
}

/**
 * Everything one decision looks at, read at one moment. `process` calls nothing else. If the store refuses a reservation the
 * hub reads facts again and calls `process` again with the same input: that is harmless.
 */
export interface Facts {
  /** Epoch ms; the only clock. */
  now: number;
  settings: EngineSettings;
  compiled: CompiledRuleSet;
  /** The order as stored, or null when this is its first appearance. */
  record: OrderRecord | null;
  /** A fresh internal number for a new order (`orderNumber`); unused for a known one. */
  orderNo: string;
  /** Keyed hashes of the order (`matchKeys`); for commands those of the record. */
  keys: MatchKeys;
  windows: WindowReader;
  /** The buyer as known; may already contain this order. Null: never seen, or no key. */
  profile: CustomerProfile | null;
  shop: ShopStatistics;
  /** Figures of the receiver's province, or null when unknown. */
  region: RegionStatistics | null;
  places: Places;
  /** Duty-free limits and stated rates; absent: nothing is known of them. */
  duties?: DutyTable;
  /** Other open orders this one may belong with (`AssociationIndex.candidates`). */
  candidates: readonly AssociationCandidate[];
  /** What the forecasts say of the order as it stands, percent; null or absent: nothing is known. */
  foretold?: { late: number | null; returned: number | null } | null;
  /** Signs of a slip of the keyboard as the order comes in, by field; null or absent: nothing is known. */
  slips?: Readonly<Record<'rebooked-refund' | 'open-price-order' | 'quantity-vs-shop', number>> | null;
  /** The radar model the rule set names; null or absent: none, and its score is unknown. */
  radar?: RadarScorer | null;
  /** What a model read out of the buyer's message; null: nothing was read. Absent: the order keeps the reading it has. */
  message?: MessageReading | null;
  /** The linked order a decision is about. */
  peer?: OrderRecord | null;
  /** Refund messages that came before their order. */
  waitingRefunds: readonly RefundEntry[];
  world: RoutingWorld;
  /** A warehouse system is connected and takes `wms.ship`. Without one the platform's status stays as it is. */
  fulfilment: boolean;
  /** Null or absent: nobody is asked. */
  checks?: CheckWorld | null;
}
