import type { PushMessage, ShopKeys, ShopOptions } from './channel.ts';
import type { ChannelError } from './errors.ts';
import type { CallGroup, PollScope } from './manifest.ts';
import type { Transport } from './transport.ts';

/** [from, to) in platform time, epoch ms. */
export interface Window {
  from: number;
  to: number;
}
export type PageMark = { page: number } | { cursor: string };

/** What goes to the inbox: one order or refund as the platform told it. */
export interface RawPayload {
  topic: string;
  body: Uint8Array;
}
/** One row of a list. `payload` null: the detail has to be fetched. */
export interface PageEntry {
  id: string;
  kind: 'order' | 'refund';
  updatedAt: number | null;
  payload: RawPayload | null;
}
/** `total` of the whole window, null where the platform does not tell; `next`: the cursor, null at the end or for numbered pages. */
export interface OrderPage {
  entries: PageEntry[];
  total: number | null;
  next: string | null;
}
export interface DayPage {
  ids: string[];
  total: number | null;
  next: string | null;
}
/** `payload` null: the platform knows no such id. `observedAt`: our clock when the request was sent. */
export interface Fetched {
  id: string;
  payload: RawPayload | null;
  observedAt: number;
}
/** Times in epoch ms; `identity`: the shop the token belongs to, where the platform tells. */
export interface TokenGrant {
  accessToken: string;
  refreshToken: string | null;
  expiresAt: number | null;
  refreshExpiresAt: number | null;
  identity: string | null;
}
export interface ShopIdentity {
  identity: string;
  name: string | null;
}
/** `attempt` counts from 1; from the second on the adapter reads the platform's state before it writes. */
export interface ShipRequest {
  channelOrderId: string;
  trackingNumber: string;
  /** Our carrier id (src-shared/carriers.ts). */
  carrier: string;
  lines: readonly { sku: string; quantity: number }[];
  attempt: number;
}
export interface MemoRequest {
  channelOrderId: string;
  memo: string;
  flag: number | null;
  attempt: number;
}
export interface StockRequest {
  sku: string;
  itemId: string;
  skuId: string | null;
  available: number;
  attempt: number;
}

/** A push the platform had given up. `error` null: it is on again; otherwise why it could not be switched on. */
export interface SilencedPush {
  topic: string;
  error: ChannelError | null;
}

/** What the hub lends to an adapter for one shop. */
export interface ChannelAccess {
  shopId: string;
  keys: ShopKeys;
  options: ShopOptions;
  endpoint: string | null;
  /** The token in force, renewed in time. Throws ChannelError. */
  token(): Promise<string>;
  transport: Transport;
  now(): number;
  /** Resolves when a call of this group may be made. Every request passes it exactly once. */
  pace(group: CallGroup): Promise<void>;
  /** Resolves after so many ms of the hub's clock, at once when aborted; for pauses of a message queue and signs of life of a long connection. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Calls of one shop. Every method throws ChannelError and nothing else. */
export interface ChannelClient {
  /** One page of what changed (or was created, see the traits) in the window; `mark` null: the first. */
  changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage>;
  details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]>;
  /** Ids the platform lists for a business day (M10). */
  dayIds(day: Window, mark: PageMark | null): Promise<DayPage>;
  /** Whose credentials these are. */
  identify(): Promise<ShopIdentity>;
  /** `query`: the whole query string of the platform's call-back, where it is signed. */
  exchange?(code: string, query: string): Promise<TokenGrant>;
  /** Null: a client-credential platform asks for its first token. */
  refresh?(grant: TokenGrant | null): Promise<TokenGrant>;
  ship?(request: ShipRequest): Promise<void>;
  memo?(request: MemoRequest): Promise<void>;
  setStock?(request: StockRequest): Promise<void>;
  /**
   * Where a platform stops pushing after failures: switches on again what it switched off for the door of this path
   * (`/hooks/…`), and says what that was. What a person paused stays paused.
   */
  revivePushes?(doorPath: string): Promise<SilencedPush[]>;
  /**
   * A long connection or message queue. Confirms messages only after `take` resolved. Ends by throwing, or quietly: when aborted,
   * and when a queue is empty; it is then opened again after a moment.
   */
  stream?(take: (messages: readonly PushMessage[]) => Promise<void>, signal: AbortSignal): Promise<void>;
}
