import { WebSocket } from 'ws';
import { z } from 'zod';
import type { StockPage, StockSeen, WarehouseStock } from '#main/hub/partner-ports.ts';
import { callPartner, jsonOf } from './call.ts';
import { PartnerError, partnerPolicy } from './policy.ts';
import { signedHeaders, signingKey } from './standard-signature.ts';

export interface WmsStockOptions {
  snapshot: string;
  feed: string | undefined;
  secret: string;
  now: () => number;
}

const pageSchema = z.object({
  at: z.number().int(),
  seq: z.number().int().nonnegative(),
  items: z.array(z.object({ sku: z.string().min(1), warehouse: z.string().min(1), spot: z.number().int().nonnegative() })).max(10_000),
  next: z.string().min(1).nullable(),
});
const seenSchema = z.object({
  seq: z.number().int().positive(),
  sku: z.string().min(1),
  warehouse: z.string().min(1),
  spot: z.number().int().nonnegative(),
  at: z.number().int(),
});

/** A page of stock is bigger than a decision; it may take longer. */
const SNAPSHOT_TIMEOUT_MS = 10_000;
/** A feed that is silent this long is taken for dead: it says something at least every half minute (docs/wms.md). */
const SILENCE_MS = 90_000;
/** A change is some hundred bytes; nobody fills the memory of the hub with one that does not end. */
const LARGEST_CHANGE = 64 * 1024;

/** The warehouse's stock by the contract of docs/wms.md: pages over signed HTTP, changes over a WebSocket. */
export class WmsStock implements WarehouseStock {
  readonly #options: WmsStockOptions;
  readonly #key: Buffer;
  readonly #policy = partnerPolicy(SNAPSHOT_TIMEOUT_MS);
  #calls = 0;

  constructor(options: WmsStockOptions) {
    this.#options = options;
    this.#key = signingKey(options.secret);
  }

  page(after: string | null): Promise<StockPage> {
    return this.#policy(async (signal) => {
      const url = new URL(this.#options.snapshot);
      if (after !== null) url.searchParams.set('after', after);
      const answer = await callPartner({ method: 'GET', url: url.href, headers: this.#signed(), timeoutMs: SNAPSHOT_TIMEOUT_MS, signal });
      if (answer.status !== 200) throw new PartnerError(`The warehouse answered HTTP ${answer.status}.`);
      const page = pageSchema.safeParse(jsonOf(answer));
      if (!page.success) throw new PartnerError('The warehouse answered a page of stock that does not follow docs/wms.md.');
      return page.data;
    });
  }

  /** As for clients that send no headers of their own, the signature stands in the address, made anew for every connection. */
  feed(take: (seen: StockSeen) => void, signal: AbortSignal): Promise<void> {
    const { feed } = this.#options;
    if (feed === undefined) return Promise.reject(new PartnerError('No stock feed is configured.'));
    const url = new URL(feed);
    for (const [name, value] of Object.entries(this.#signed())) url.searchParams.set(name, value);
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { handshakeTimeout: SNAPSHOT_TIMEOUT_MS, maxPayload: LARGEST_CHANGE, perMessageDeflate: false });
      let silence: ReturnType<typeof setTimeout> | undefined;
      const end = (error: PartnerError | null) => {
        clearTimeout(silence);
        signal.removeEventListener('abort', quit);
        // A farewell nobody waits for: the other side may never answer it, and nothing more is heard of this line.
        socket.removeAllListeners('message');
        socket.close();
        socket.terminate();
        if (error === null) resolve();
        else reject(error);
      };
      const quit = () => end(null);
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(() => end(new PartnerError('The stock feed fell silent.')), SILENCE_MS);
        silence.unref();
      };
      if (signal.aborted) return quit();
      signal.addEventListener('abort', quit);
      heard();
      socket.on('error', () => end(new PartnerError('The stock feed could not be opened or broke off.')));
      socket.on('close', () => end(new PartnerError('The warehouse closed the stock feed.')));
      socket.on('message', (data, isBinary) => {
        heard();
        const seen = readSeen(isBinary ? null : String(data));
        if (seen === 'alive') return;
        if (seen === null) end(new PartnerError('The stock feed sent something that does not follow docs/wms.md.'));
        else take(seen);
      });
    });
  }

  #signed(): Record<string, string> {
    this.#calls += 1;
    const now = this.#options.now();
    return signedHeaders(this.#key, `stock_${now}_${this.#calls}`, now, '');
  }
}

/** `{}` keeps the line alive. */
function readSeen(data: unknown): StockSeen | 'alive' | null {
  if (data === '{}') return 'alive';
  try {
    const seen = seenSchema.safeParse(typeof data === 'string' ? JSON.parse(data) : null);
    return seen.success ? seen.data : null;
  } catch {
    return null;
  }
}
