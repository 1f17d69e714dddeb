import type { ChannelId } from '#shared/channels.ts';
import type { ComplaintClass } from '#shared/complaints.ts';
import type { OrderLine, OrderStatus, Presale } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';

/**
 * A field the platform may give plain, masked or as ciphertext. `index` is the platform's own search index where it
 * has one; matching uses it, or a keyed hash of `plain`, never the mask (M13).
 */
export interface Sensitive {
  plain: string | null;
  mask: string;
  index: string | null;
  /** The platform's ciphertext, kept for its own decryption and waybill calls; never on the wire, never matched on. */
  cipher?: string | null;
}

export interface Receiver {
  name: Sensitive;
  phone: Sensitive;
  /** ISO 3166-1 alpha-2 where known, else the platform's text. */
  country: string;
  province: string;
  city: string;
  district: string;
  address: Sensitive;
  postcode: string | null;
  /** Degrees WGS84 when the platform gives them; otherwise looked up by place name. */
  position: { lat: number; lon: number } | null;
}

export interface Buyer {
  key: string | null;
  name: Sensitive;
  tags: string[];
}

export interface Invoice {
  title: string;
  taxNumber: string | null;
  /** What the buyer wants printed as goods, e.g. "办公用品". */
  content: string | null;
}

/** What a cross-border order declares to customs, as the channel tells it. */
export interface Customs {
  /** Minor units of `currency`. */
  declaredMinor: number;
  currency: string;
}

/** One refund or after-sale of an order; the sum of the succeeded ones is `refundedMinor`. */
export interface RefundEntry {
  id: string;
  amountMinor: number;
  at: number;
  state: 'open' | 'succeeded' | 'withdrawn';
  /** Per SKU sums where the platform tells. */
  lines: { sku: string; quantity: number; amountMinor: number }[];
  reason: string;
  /** A4; null or absent: the platform does not tell. */
  complaint?: ComplaintClass | null;
  /** The platform's own word for its state. */
  rawState?: string;
}

/**
 * What a source tells of an order beyond the fields every channel has, by name: `vendor`, `incoterm`, `shipping-mode`. Forecasts compare
 * orders by it. Numbers named `…-at` are moments, epoch ms: by `ship-by-at` the order must have left, by `promised-at` it must have
 * arrived. Nothing personal.
 */
export type Facets = Readonly<Record<string, string | number>>;

/** The unified order as a channel's `normalise` makes it. No channel quirk lives past here. */
export interface IncomingOrder {
  channel: ChannelId;
  shopId: string;
  channelOrderId: string;
  /** Null: the platform's word is unknown; the last known state is kept and flagged. */
  status: OrderStatus | null;
  rawStatus: string;
  partiallyShipped: boolean;
  currency: string;
  goodsMinor: number;
  freightMinor: number;
  discountMinor: number;
  paidMinor: number;
  createdAt: number;
  paidAt: number | null;
  /** The platform's time of this version; older ones never overwrite newer ones (A5). */
  updatedAt: number;
  buyer: Buyer;
  receiver: Receiver;
  buyerMessage: string;
  sellerMemo: string;
  presale: Presale | null;
  lines: OrderLine[];
  /** Null: this message says nothing about refunds; an array is merged by id. */
  refunds: RefundEntry[] | null;
  invoice: Invoice | null;
  /** Absent: the channel tells nothing, or the order crosses no border. */
  customs?: Customs;
  ip: string | null;
  deviceId: string | null;
  couponMinor: number;
  trackingNumber: string | null;
  /** Tags the source itself gives (A7), e.g. `live`, `group-buy`. */
  sourceTags: string[];
  carrier?: string | null;
  /** Why the platform forbids shipping a paid order (group still forming, risk review); null or absent: it may ship. */
  platformHold?: LocalisedText | null;
  /** Epoch ms on the platform's clock when the read that returned this version was sent; absent for pushes (A5). */
  observedAt?: number;
  /** The state a refund lies over, where `status` is a refund word and the platform tells both; null or absent: it does not. */
  beneath?: OrderStatus | null;
  /** Raw values no table knows: kept and flagged, never an error. */
  unknown?: readonly UnknownWord[];
  /** Where each SKU is listed on the platform; teaches stock write-back. */
  listings?: readonly Listing[];
  facets?: Facets;
}

export interface UnknownWord {
  kind: 'status' | 'refund' | 'complaint' | 'field';
  word: string;
}

export interface Listing {
  sku: string;
  itemId: string;
  skuId: string | null;
}

/** A detail the hub has to fetch because the message was only a hint; not before `afterMs` from now. */
export interface Wanted {
  kind: 'order' | 'refund';
  id: string;
  because: 'push' | 'page' | 'gap' | 'refund' | 'settle' | 'words';
  afterMs?: number;
}

/** A refund message that carries no order. It waits for its order if it arrives first. */
export interface IncomingRefund {
  channel: ChannelId;
  shopId: string;
  channelOrderId: string;
  refund: RefundEntry;
  /** The platform's time of this version. */
  updatedAt: number;
  /** After-sale words no table knows: kept and flagged, never an error. */
  unknown?: readonly UnknownWord[];
}

export type Incoming = { kind: 'order'; order: IncomingOrder } | { kind: 'refund'; refund: IncomingRefund };
