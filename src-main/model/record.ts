import type { ChannelId } from '#shared/channels.ts';
import type {
  Allocation,
  CheckSource,
  ExecutableCheck,
  Hold,
  OrderGrade,
  OrderLine,
  OrderLink,
  OrderStatus,
  Presale,
  Route,
} from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Buyer, Customs, Facets, Invoice, Receiver, RefundEntry, UnknownWord } from './incoming.ts';
import type { MessageReading } from './message.ts';

/** Keyed hashes or platform keys used for windows and association; null where the platform gives nothing to match on. */
export interface MatchKeys {
  buyer: string | null;
  phone: string | null;
  address: string | null;
  ip: string | null;
  device: string | null;
}

/** What of an order facts may be about without naming it. */
export type Ground = 'receiver' | 'region' | 'buyer' | 'goods' | 'amount';

/** Evidence a person released: the same evidence never holds the order again (M6). */
export interface Clearance {
  ruleId: string;
  ruleVersion: number;
  /** Fingerprint of the evidence values that were released. */
  evidence: string;
  at: number;
  by: string;
  /** Version of the order the release made; absent in releases of an older program. It orders what happened in one millisecond. */
  version?: number;
  /** What changed of the order since, when first and in which version; `goods`: others came in, `amount`: it grew. */
  changes?: readonly { ground: Ground; at: number; version: number }[];
}

/** Evidence behind the reasons of the present hold; a release turns it into clearances. */
export type HoldEvidence = Pick<Clearance, 'ruleId' | 'ruleVersion' | 'evidence'>;

/** What the platform itself last said about the state, kept apart from the refund overlay that `status` shows. */
export interface PlatformState {
  /** The state beneath refunds; never `refunding` or `refunded`. */
  status: OrderStatus;
  /** The platform called the whole order refunding or refunded without saying which refunds. */
  refund: 'refunding' | 'refunded' | null;
}

/** What `holds.undo` needs to take a decision back. */
export interface UndoableDecision {
  action: 'release' | 'freeze';
  by: string;
  at: number;
  /** The order version the decision produced; undo is refused when the order moved on. */
  version: number;
  before: { hold: Hold | null; holdEvidence: HoldEvidence[]; clearances: Clearance[] };
}

/** A parcel our own warehouse or carrier told of; it stands where the platform names none. */
export interface Parcel {
  trackingNumber: string;
  /** Our carrier id (src-shared/carriers.ts). */
  carrier: string | null;
}

/** A cross-check as it is stored (B3). What it says is an input of the judgement, so that the vector can be derived again. */
export interface OrderCheck {
  source: CheckSource;
  /** What of the order was asked about; an answer about anything else changes nothing. */
  about: string;
  state: 'asked' | 'answered' | 'unavailable' | 'skipped';
  askedAt: number;
  /** When it was answered, given up or passed over; null while it is asked. */
  at: number | null;
  /** How long the answer took; null without one. */
  ms: number | null;
  /** The answer came after the cut-off. */
  late: boolean;
  /** Percent the tier allows, pieces missing, score; null where the source knows nothing of it. */
  value: number | null;
  words: LocalisedText | null;
}

/** The order as stored: the whole truth, with plain personal data. Consoles get `toWireOrder` of it. */
export interface OrderRecord {
  orderNo: string;
  version: number;
  channel: ChannelId;
  shopId: string;
  channelOrderId: string;
  status: OrderStatus;
  rawStatus: string;
  rawStatusUnknown: boolean;
  partiallyShipped: boolean;
  platform: PlatformState;
  hold: Hold | null;
  holdEvidence: HoldEvidence[];
  clearances: Clearance[];
  undo: UndoableDecision | null;
  currency: string;
  goodsMinor: number;
  freightMinor: number;
  discountMinor: number;
  paidMinor: number;
  refundedMinor: number;
  couponMinor: number;
  refunds: RefundEntry[];
  createdAt: number;
  paidAt: number | null;
  updatedAt: number;
  receivedAt: number;
  decidedAt: number;
  /** When the order entered its present status; dwell times count from here. */
  statusSince: number;
  buyer: Buyer;
  receiver: Receiver;
  buyerMessage: string;
  sellerMemo: string;
  invoice: Invoice | null;
  customs?: Customs;
  ip: string | null;
  deviceId: string | null;
  presale: Presale | null;
  lines: OrderLine[];
  tags: string[];
  keys: MatchKeys;
  /** Window counts as they stood when the order came in, by field id (`window:orders:phone:10`); they never drift later. */
  counts: Record<string, number>;
  /** Keys of the tasks this order opened and has not settled. */
  openTasks: string[];
  healthScore: number;
  grade: OrderGrade;
  executable: ExecutableCheck[];
  allocations: Allocation[];
  /** `reserved`: the allocations are held in the pool; `shipped`: they left it. */
  stock: 'none' | 'reserved' | 'shipped';
  route: Route | null;
  /** Orders that belong with this one (A8); they carry it as well. */
  linked: OrderLink[];
  trackingNumber: string | null;
  /** Set once the warehouse was told to ship; a hold after this raises a recall (M7). */
  shipRequestedAt: number | null;
  /** Carrier of `trackingNumber`, as the platform or the parcel names it. */
  carrier?: string | null;
  /** Why the platform forbids shipping a paid order; null: it may be shipped. */
  platformHold?: LocalisedText | null;
  /** Platform time of the read that brought this version; null for pushes (A5). */
  observedAt?: number | null;
  /** Raw values of this version that no table knows. */
  unknown?: readonly UnknownWord[];
  parcel?: Parcel | null;
  /** Cross-checks, one per source; absent where nothing is asked. */
  checks?: readonly OrderCheck[];
  /** What the model read out of `buyerMessage`; null: nobody asked, or could tell. */
  message?: MessageReading | null;
  /** When our own warehouse, or a person here, said that it was shipped; the platform may not know it yet. */
  shippedAt?: number | null;
  facets?: Facets;
  /** When it was first known to have reached the buyer; absent: it has not, or it was completed without a word of that. */
  arrivedAt?: number | null;
}
