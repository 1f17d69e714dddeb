import { createHash } from 'node:crypto';
import { SECOND } from '#shared/time.ts';
import type { PageEntry, RawPayload } from '#main/channels/client.ts';
import type { PollTraits } from '#main/channels/manifest.ts';
import type { Wish } from '../feed-ports.ts';
import type { NewMessage } from '../ports.ts';
import type { ShopParts } from './shop-parts.ts';

/** An order read in the second it changed may change again in that second: it is asked for once more after this. */
const SETTLE_MS = 2 * SECOND;

type NewWish = Omit<Wish, 'attempts'>;

/** A payload that was read, with what is known of its version. */
export interface Read {
  kind: 'order' | 'refund';
  id: string;
  payload: RawPayload;
  updatedAt: number | null;
  /** When it was asked for; the platform's clock, epoch ms. */
  observedAt: number;
  /** When its bytes came; our clock. */
  receivedAt: number;
}

/** One answer of a list: of which window, and when. */
export interface PageReading {
  traits: PollTraits;
  /** End of the window; the platform's clock. */
  to: number;
  observedAt: number;
  receivedAt: number;
}

function keyOf({ kind, id }: { kind: string; id: string }): string {
  return `${kind}:${id}`;
}

/** How the delivery ids of all reads of one order or refund begin. */
export function deliveryPrefix(kind: Wish['kind'], id: string): string {
  return `poll:${kind}:${id}:`;
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** Keeps what was read, unless the very same version was read before, together with what is still to be fetched. */
export class Taking {
  readonly #parts: ShopParts;
  readonly #granularityMs: number;

  constructor(parts: ShopParts) {
    this.#parts = parts;
    const [traits] = parts.shop.adapter.manifest.polls;
    this.#granularityMs = traits?.granularityMs ?? SECOND;
  }

  /** Rows of a list: whole orders are kept, ids become wishes. One transaction; throws StoreError when nothing was kept. */
  async page(entries: readonly PageEntry[], { traits, to, observedAt, receivedAt }: PageReading): Promise<void> {
    const reads: Read[] = [];
    const wishes: NewWish[] = [];
    for (const { kind, id, updatedAt, payload } of entries) {
      if (payload) reads.push({ kind, id, payload, updatedAt, observedAt, receivedAt });
      else if (!this.#isKnown(keyOf({ kind, id }), updatedAt, traits, to)) wishes.push(this.#wish(kind, id, 'page', 0));
    }
    await this.reads(reads, [], wishes);
  }

  /** A row that is only an id: by its change time, or, where a list tells none, by the window it stands in. */
  #isKnown(key: string, updatedAt: number | null, { by }: PollTraits, to: number): boolean {
    const { seen } = this.#parts;
    if (updatedAt !== null) return seen.knows(key, updatedAt, null);
    return by === 'updated' && seen.readAfter(key, to, this.#granularityMs);
  }

  /** Payloads of details or rows, with the wishes they fulfil and further ones. */
  async reads(reads: readonly Read[], fulfilled: readonly Wish[], wishes: readonly NewWish[]): Promise<void> {
    const { store, seen, intake } = this.#parts;
    const hashed = reads.map((read) => ({ read, hash: hashOf(read.payload.body) }));
    const fresh = hashed.filter(({ read, hash }) => !seen.knows(keyOf(read), read.updatedAt, hash));
    const unsettled = fresh
      .filter(({ read }) => read.updatedAt !== null && read.observedAt - read.updatedAt < this.#granularityMs)
      .map(({ read }) => this.#wish(read.kind, read.id, 'settle', SETTLE_MS));
    if (fresh.length > 0 || fulfilled.length > 0 || wishes.length > 0) {
      await intake.hand(
        fresh.map(({ read, hash }) => this.#message(read, hash)),
        () => {
          for (const wish of fulfilled) store.wishes.done(wish);
          for (const wish of wishes) store.wishes.put(wish);
          for (const wish of unsettled) store.wishes.put(wish);
        },
      );
    }
    for (const { read, hash } of hashed) seen.note(keyOf(read), read.updatedAt, hash, read.observedAt, this.#granularityMs);
    if (wishes.length > 0 || unsettled.length > 0) this.#parts.wished();
  }

  #wish(kind: Wish['kind'], id: string, because: Wish['because'], afterMs: number): NewWish {
    const { shop, clock } = this.#parts;
    const now = clock.now();
    return { channel: shop.channel, shopId: shop.shopId, kind, id, because, wantedAt: now, notBefore: now + afterMs };
  }

  #message({ kind, id, payload, observedAt, receivedAt }: Read, hash: string): NewMessage {
    const { shop } = this.#parts;
    return {
      channel: shop.channel,
      shopId: shop.shopId,
      deliveryId: `${deliveryPrefix(kind, id)}${observedAt}:${hash.slice(0, 8)}`,
      topic: payload.topic,
      origin: 'poll',
      receivedAt,
      observedAt,
      body: payload.body,
    };
  }
}
