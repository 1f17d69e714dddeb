import type { ChannelId } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Incoming } from '#main/model/incoming.ts';

/** A webhook as a door sees it. Header names may come in any case; the body is exactly the bytes received. */
export interface SignedDelivery {
  headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * `deliveryId` is the same on every retry of one message, so that a replay has no effect. `topic` is the sender's word
 * for what happened, empty where the body would have to be readable to know it and is not.
 * 400: the message is not one of this scheme, or is too old; 401: it was not signed with a secret of this shop.
 */
export type Verification = { ok: true; deliveryId: string; topic: string } | { ok: false; status: 400 | 401; reason: LocalisedText };

/** What a message says. No item means that the message is understood and changes nothing here. */
export type Normalised = { ok: true; items: Incoming[] } | { ok: false; reason: LocalisedText };

/** What a door needs to know of a shop; `ShopConfig` is one. */
export interface DoorShop {
  channel: ChannelId;
  shopId: string;
  door: 'native' | 'standard-webhooks';
}

/** One signature scheme with its reader. Pure: the clock is an argument, nothing is kept, nothing is thrown. */
export interface Door {
  readonly id: 'shopify' | 'standard-webhooks';
  /** `secrets`: every secret in force, several during a rotation. `now` in epoch ms. */
  verify(delivery: SignedDelivery, secrets: readonly string[], now: number): Verification;
  /** Reads a verified message. What it cannot read it refuses with the place and the reason, in words for a person. */
  normalise(topic: string, body: Uint8Array, shop: DoorShop): Normalised;
}

/** Looks a header up whatever its case; undefined when absent or blank. */
export function headerOf(delivery: SignedDelivery, name: string): string | undefined {
  const wanted = name.toLowerCase();
  let value = delivery.headers[wanted];
  if (value === undefined) {
    const key = Object.keys(delivery.headers).find((candidate) => candidate.toLowerCase() === wanted);
    value = key === undefined ? undefined : delivery.headers[key];
  }
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}
