import type { ChannelId } from '#shared/channels.ts';
import type { ComplaintClass } from '#shared/complaints.ts';
import type { OrderStatus } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Incoming, RefundEntry, Wanted } from '#main/model/incoming.ts';
import type { ChannelAccess, ChannelClient } from './client.ts';
import type { ChannelManifest } from './manifest.ts';

/** A webhook as a door sees it. Header names may come in any case; the body is exactly the bytes received. */
export interface SignedDelivery {
  method?: 'POST' | 'GET';
  query?: Record<string, string>;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** One message of a delivery (some platforms send several at once). `body` is what the inbox keeps and `normalise` reads. */
export interface PushMessage {
  /** The same on every retry of one message, so that a replay has no effect. */
  deliveryId: string;
  /** The sender's word for what happened. */
  topic: string;
  body: Uint8Array;
}

/** What the platform demands as answer once the message is on disk. */
export interface Acknowledgement {
  status: 200;
  contentType: 'application/json' | 'text/plain';
  body: string;
}

/**
 * `messages` empty: a probe or an address check, answered without being kept.
 * 400: not a message of this scheme, or too old; 401: not signed with a secret of this shop.
 */
export type Verification =
  { ok: true; messages: readonly PushMessage[]; acknowledge: Acknowledgement } | { ok: false; status: 400 | 401; reason: LocalisedText };

/** Credentials by manifest field name, blank ones left out; `secrets`: every webhook secret in force, several during a rotation. */
export interface ShopKeys {
  fields: Readonly<Record<string, string>>;
  secrets: readonly string[];
}

/** One push scheme. Pure: `now` in epoch ms, nothing is kept, nothing is thrown. */
export interface PushDoor {
  readonly id: ChannelId;
  /** Checks the raw bytes, decodes (decryption, arrays) and names each message. */
  verify(delivery: SignedDelivery, keys: ShopKeys, now: number): Verification;
}

export type ShopOptions = Readonly<Record<string, string | number | boolean>>;

/** What reading may know of a shop: nothing secret. */
export interface ReadingShop {
  channel: ChannelId;
  shopId: string;
  options: ShopOptions;
  mapping: ChannelMapping;
}

/** A message as it lies in the inbox. `observedAt`: platform time of the read that returned it; null for pushes and files. */
export interface RawMessage {
  topic: string;
  body: Uint8Array;
  observedAt: number | null;
}

/** What a message says. No item and nothing wanted: it is understood and changes nothing here. */
export type Normalised = { ok: true; items: Incoming[]; wanted?: readonly Wanted[] } | { ok: false; reason: LocalisedText };

/** What a platform's word for a state means. */
export interface StatusMeaning {
  status: OrderStatus;
  partiallyShipped?: boolean;
  platformHold?: LocalisedText;
  about: LocalisedText;
}

/** A platform's words as data: visible and editable (A4). Keys are its words exactly; composite states use keys the adapter documents. */
export interface ChannelMapping {
  statuses: Readonly<Record<string, StatusMeaning>>;
  refunds: Readonly<Record<string, RefundEntry['state'] | 'none'>>;
  complaints: Readonly<Record<string, ComplaintClass>>;
}

/** One channel. Everything but the client is pure. */
export interface ChannelAdapter {
  readonly manifest: ChannelManifest;
  readonly mapping: ChannelMapping;
  /** Null: the platform does not push over HTTP. */
  readonly push: PushDoor | null;
  normalise(message: RawMessage, shop: ReadingShop): Normalised;
  /** Null: this channel has no calls of its own. */
  readonly connect: ((access: ChannelAccess) => ChannelClient) | null;
}

/** Looks a header up whatever its case; undefined when absent or blank. */
export function headerOf(delivery: Pick<SignedDelivery, 'headers'>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  let value = delivery.headers[wanted];
  if (value === undefined) {
    const key = Object.keys(delivery.headers).find((candidate) => candidate.toLowerCase() === wanted);
    value = key === undefined ? undefined : delivery.headers[key];
  }
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}
