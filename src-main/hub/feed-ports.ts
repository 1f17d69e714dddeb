import type { ChannelId } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Listing, UnknownWord, Wanted } from '#main/model/incoming.ts';

export interface ShopKey {
  channel: ChannelId;
  shopId: string;
}
export type Scope = 'orders' | 'refunds';

/** Every platform change before `through` is in the inbox or wished for. Times in epoch ms, platform clock. */
export interface Checkpoint extends ShopKey {
  scope: Scope;
  through: number;
  goodAt: number | null;
}
export interface Backlog extends ShopKey {
  id: number;
  scope: Scope;
  from: number;
  to: number;
  through: number;
}
export interface CheckpointStore {
  all(): Checkpoint[];
  /** Only grows. */
  save(checkpoint: Checkpoint): void;
  backlogs(): Backlog[];
  openBacklog(backlog: Omit<Backlog, 'id'>): number;
  /** Moves it on; removes it at its end. */
  moveBacklog(id: number, through: number): void;
}

/** A detail to fetch. `wantedAt` tells two wishes for one order apart: a newer one survives the fetch of the older. */
export interface Wish extends ShopKey {
  kind: Wanted['kind'];
  id: string;
  because: Wanted['because'];
  wantedAt: number;
  notBefore: number;
  attempts: number;
}
export interface WishStore {
  /** Adds or renews. */
  put(wish: Omit<Wish, 'attempts'>): void;
  due(shop: ShopKey, now: number, limit: number): Wish[];
  /** Removes it unless it was renewed since. */
  done(wish: Wish): void;
  postpone(wish: Wish, notBefore: number, error: LocalisedText): void;
  /** The shop cannot be read at all: nothing of it is tried before `until`, and no attempt is counted. */
  rest(shop: ShopKey, until: number, error: LocalisedText): void;
  /** The shop can be read again: everything is tried now. */
  wake(shop: ShopKey, now: number): void;
  count(shop: ShopKey): number;
  /** Earliest `notBefore`; null when nothing waits. */
  nextAt(shop: ShopKey): number | null;
  /** Why a wish was postponed; null when it was not, or is not there. */
  errorOf(shop: ShopKey, kind: Wanted['kind'], id: string): LocalisedText | null;
}

export interface DayAuditRow extends ShopKey {
  day: number;
  checkedAt: number;
  there: number;
  here: number;
  extra: number;
  error: LocalisedText | null;
}
export interface DayGap extends ShopKey {
  day: number;
  channelOrderId: string;
  foundAt: number;
  askedAt: number | null;
  filledAt: number | null;
}
export interface DayAuditStore {
  /** Platform numbers of the shop's orders created (or paid) in [from, to). */
  idsHere(shop: ShopKey, by: 'created' | 'paid', from: number, to: number): string[];
  /** Keeps a comparison: new gaps are opened, filled ones marked. */
  put(row: DayAuditRow, missing: readonly string[]): void;
  days(since: number, shop: Partial<ShopKey>): (DayAuditRow & { missing: number; filled: number })[];
  gaps(shop: ShopKey, day: number, after: string | null, limit: number): (DayGap & { orderNo: string | null })[];
  open(shop: ShopKey, day: number): string[];
  asked(shop: ShopKey, day: number, ids: readonly string[], at: number): void;
  /** An order arrived: closes its gap, true when there was one. */
  filled(shop: ShopKey, channelOrderId: string, at: number): boolean;
  anyOpen(): boolean;
}

/** A connection made on screen. `sealed` is ciphertext of the vault. */
export interface Connection extends ShopKey {
  name: string;
  document: {
    push: boolean;
    poll: boolean;
    door: 'native' | 'standard-webhooks';
    endpoint: string | null;
    options: Record<string, string | number | boolean>;
  };
  sealed: Uint8Array;
  identity: string | null;
  active: boolean;
}
export interface ConnectionStore {
  all(): Connection[];
  /** `identity` null: it is learnt anew at the next reading. */
  put(connection: Connection, at: number): void;
  /** With its token and identity; its checkpoints stay, so that nothing is missed when it is connected again. */
  remove(shop: ShopKey): void;
  /** Whose credentials a shop's were when they were first used, those of a configuration file too; null when not known yet. */
  identity(shop: ShopKey): string | null;
  putIdentity(shop: ShopKey, identity: string, at: number): void;
  token(shop: ShopKey): { sealed: Uint8Array; originHash: string } | null;
  putToken(shop: ShopKey, token: { sealed: Uint8Array; originHash: string; expiresAt: number | null }, at: number): void;
  removeToken(shop: ShopKey): void;
}

export interface MappingStore {
  newest(channel: ChannelId): { document: unknown; changedAt: number; changedBy: string } | null;
  add(channel: ChannelId, document: unknown, at: number, by: string): void;
  sawUnknown(channel: ChannelId, word: UnknownWord, at: number): void;
  unknown(channel: ChannelId): (UnknownWord & { seen: number; lastAt: number })[];
}
export interface ListingStore {
  put(shop: ShopKey, listing: Listing, at: number): void;
  of(sku: string): (ShopKey & Listing)[];
  all(): (ShopKey & Listing)[];
}
