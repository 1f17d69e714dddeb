/** Nobody's words: what really is the case at a platform. Money in minor units, times in epoch ms. */
export interface TruthOrder {
  id: string;
  createdAt: number;
  paidAt: number | null;
  updatedAt: number;
  stage: 'unpaid' | 'forming' | 'review' | 'to-ship' | 'part-shipped' | 'shipped' | 'received' | 'done' | 'cancelled';
  currency: string;
  goodsMinor: number;
  freightMinor: number;
  discountMinor: number;
  couponMinor: number;
  /** What the buyer has to pay in all. */
  totalMinor: number;
  presale: {
    depositMinor: number;
    balanceMinor: number;
    balanceDueAt: number;
    depositPaidAt: number | null;
    balancePaidAt: number | null;
  } | null;
  buyer: { key: string; name: string };
  receiver: { name: string; phone: string; province: string; city: string; district: string; address: string };
  buyerMessage: string;
  sellerMemo: string;
  flag: number;
  lines: TruthLine[];
  refunds: TruthRefund[];
  tracking: { number: string; carrier: string } | null;
}
export interface TruthLine {
  lineId: string;
  itemId: string;
  skuId: string;
  sku: string;
  name: string;
  quantity: number;
  unitMinor: number;
  paidMinor: number;
  gift: boolean;
}
export interface TruthRefund {
  id: string;
  kind: 'refund-only' | 'return' | 'exchange';
  state: 'asked' | 'agreed' | 'done' | 'withdrawn' | 'refused';
  amountMinor: number;
  createdAt: number;
  updatedAt: number;
  lines: { lineId: string; sku: string; quantity: number; amountMinor: number }[];
}

export const FAULTS = [
  'rate-429',
  'error-500',
  'slow',
  'half-page',
  'cut-body',
  'page-shift',
  'garbage',
  'duplicate',
  'reorder',
  'drop',
  'clock-skew',
  'disconnect',
] as const;
export type Fault = (typeof FAULTS)[number];
export type CallKind = 'list' | 'detail' | 'push' | 'write' | 'token' | 'socket';

/** Asked once per request or push. Seeded, or scripted. `calm`: no more from now on. */
export interface FaultScript {
  next(call: CallKind): Fault | null;
  readonly counts: Readonly<Record<Fault, number>>;
  calm(): void;
}

/** A write a platform took, for tests of idempotency. */
export interface WriteSeen {
  at: number;
  kind: 'ship' | 'memo' | 'stock';
  subject: string;
  content: Readonly<Record<string, string | number>>;
  /** It changed nothing, because it had been done before. */
  repeated: boolean;
}

export interface SimulatorOptions {
  now(): number;
  /** Runs once, later; the test's time or the event loop's. */
  after(delayMs: number, task: () => void): () => void;
  chance(): number;
  faults: FaultScript;
  shopId: string;
  /** Base address of the hub's doors; null: nothing is pushed. */
  hub: string | null;
}

/** What a test or the demo may change while it runs. */
export interface SimulatorState {
  secret: string;
  revoked: boolean;
  permitted: boolean;
  identity: string;
  clockOffMs: number;
}

/** One shop at one platform, on loopback, as strict as the platform. */
export interface PlatformSimulator {
  readonly url: string;
  /** As they would be typed into the form, by canonical field name. */
  credentials(): Record<string, string>;
  /** The order as it is now; announces what the platform would announce. */
  apply(order: TruthOrder, happened: 'created' | 'changed' | 'refund'): void;
  truth(id: string): TruthOrder | null;
  set(state: Partial<SimulatorState>): void;
  /** Calls above the platform's limit by its own clock; refusals it made up itself do not count. */
  readonly violations: number;
  /** Requests it refused, by reason: `signature`, `timestamp`, `span`, `page-size`, `token`, … */
  readonly refusals: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<CallKind, number>>;
  readonly writes: readonly WriteSeen[];
  /** Pushes under way and their retries that are due. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}
export type OpenSimulator = (options: SimulatorOptions) => Promise<PlatformSimulator>;
