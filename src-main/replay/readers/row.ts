import type { Incoming, IncomingOrder, IncomingRefund } from '#main/model/incoming.ts';

/** Why a row became neither an order, an update, a refund nor a stock movement. Ids are stable: they stand in `--refusals` files. */
export const REFUSAL_REASONS = {
  'not-json': { zh: '不是有效的 JSON', en: 'not valid JSON' },
  'wrong-shape': { zh: '字段缺失或类型不符', en: 'a field is missing or of the wrong kind' },
  'bad-time': { zh: '时间无法识别', en: 'the time cannot be read' },
  'unknown-event': { zh: '事件类型未知', en: 'the kind of event is unknown' },
  'refund-without-order': { zh: '退款找不到对应订单', en: 'no earlier order of this customer can carry the refund' },
  'ledger-entry': { zh: '账务分录，不属于任何订单', en: 'a book-keeping entry that belongs to no order' },
  'already-known': { zh: '与已有内容相同或更早', en: 'the same as, or older than, what is known of the order' },
  'hub-refused': { zh: '中枢拒绝处理', en: 'the hub refused it' },
} as const satisfies Record<string, { zh: string; en: string }>;
export type RefusalReason = keyof typeof REFUSAL_REASONS;

/** Pieces found, lost or damaged: a signed change of the pieces on the shelf. */
export interface StockAdjustment {
  sku: string;
  name: string;
  warehouse: string;
  quantity: number;
  note: string;
}

/** What one row of a file says, in the hub's own words. `at` is epoch ms: when the running hub would have received it. */
export type Row =
  | { kind: 'order'; at: number; order: IncomingOrder; promisedAt: number | null }
  /** `unattributed`: lines of the row that no earlier order could carry. */
  | { kind: 'refund'; at: number; refunds: IncomingRefund[]; unattributed: number }
  | { kind: 'stock'; at: number; adjustments: StockAdjustment[] }
  | { kind: 'refused'; reason: RefusalReason; detail: string };

/**
 * Turns the rows of one file, in their order, into `Row`s. May remember earlier rows (a credit note names no order), so
 * each file needs a reader of its own. Never throws for what a row contains: what it cannot read it refuses.
 */
export interface RowReader {
  read(row: unknown): Row;
}

/** One kind of order file. */
export interface RowFormat {
  id: string;
  /** The shop its orders are booked under, on channel `standard-webhooks`, unless the rows name their own. */
  shopId: string;
  name: { zh: string; en: string };
  /** What its rows tell of an order beyond the common fields: what a delay forecast may compare by. */
  told: { words: readonly string[]; numbers: readonly string[] };
  /** Its rows change stock, so the pool must know what was there: see opening-stock.ts. */
  adjustsStock: boolean;
  /** True when a row of such a file looks like this one; asked with the first readable rows of a file. */
  recognises(row: unknown): boolean;
  open(): RowReader;
}

/** What the hub takes in for a row; empty for rows that carry no order message. */
export function incomingOf(row: Row): Incoming[] {
  if (row.kind === 'order') return [{ kind: 'order', order: row.order }];
  if (row.kind === 'refund') return row.refunds.map((refund) => ({ kind: 'refund', refund }));
  return [];
}
