import type { DutyTable, Places } from '#main/engine/index.ts';
import type { RefundEntry } from '#main/model/incoming.ts';
import type { MessageReading } from '#main/model/message.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { OrderStatus } from '#shared/order.ts';

/** A stored order with what was looked at when it was first judged. */
export interface JudgedRow {
  /** Rows are numbered in the order in which the hub first decided them. */
  id: number;
  orderNo: string;
  status: OrderStatus;
  paidMinor: number;
  createdAt: number;
  /** Moment of the first judgement; null: the order was never judged, for it had left before it was first told of. */
  judgedAt: number | null;
  ruleSetVersion: number | null;
  /** The vector of that judgement, a JSON array in the order of its rule set's fields. */
  inputs: string | null;
  /** 1: it was judged again later. */
  judgedAgain: 0 | 1 | null;
  refunds: readonly StoredRefund[];
}

/** A judgement after the first. */
export interface LaterVector {
  ruleSetVersion: number;
  inputs: string;
}

/** The stored history a trial reads; nothing in it writes. All times are epoch ms. */
export interface TrialSource {
  /** The vector of each published rule set, with when it came into force; oldest first. */
  ruleSets(): { version: number; publishedAt: number; fields: string[] }[];
  /** Orders placed in [from, to). */
  count(from: number, to: number): number;
  /** The lowest row of an order placed since; null: there is none. */
  firstRow(from: number): number | null;
  /** Rows after one, in the order of their numbers. `span`: only of orders placed in it. */
  rows(after: number, limit: number, span: { from: number; to: number } | null): JudgedRow[];
  /** The same rows with the whole order. */
  records(after: number, limit: number, span: { from: number; to: number } | null): { row: JudgedRow; record: OrderRecord }[];
  /** Rows by their numbers with the whole order, in the order of the numbers; those that are not there are left out. */
  recordsAt(ids: readonly number[]): { row: JudgedRow; record: OrderRecord }[];
  laterVectors(id: number): LaterVector[];
  /** Every order of a buyer with its row number, in the order of these numbers. */
  ordersOf(buyerKey: string): Iterable<{ id: number; record: OrderRecord }>;
  /** How many orders a buyer has. */
  ordersCount(buyerKey: string): number;
  /** What people decided last about each order since a moment, by row number. */
  decisions(since: number): Map<number, 'release' | 'freeze'>;
  /** What files said of orders placed since a moment, by row number. */
  reported(since: number): Map<number, 'good' | 'bad'>;
}

/** What fields are derived with beside the stored orders: the same that the hub judges with. */
export interface TrialWorld {
  places: Places;
  duties: DutyTable;
  messages: TrialMessages;
}

/** Reads what buyers wrote. Nothing is loaded before it is asked. */
export interface TrialMessages {
  /** Version of the model; null where it cannot be used. */
  readonly model: string | null;
  read(text: string): MessageReading | null;
}

export type StoredRefund = Pick<RefundEntry, 'state' | 'complaint'>;
