import type { Answer, Principal, StreamEvent, StreamPosition } from '#shared/contract/index.ts';

/** One webhook as it came off the socket; the hub verifies it, because only the hub knows the shop's secret. */
export interface WebhookDelivery {
  /** Absent: POST. Some platforms check an address with a GET. */
  method?: 'POST' | 'GET';
  /** The query of the address, decoded; repeated names keep the first value. */
  query?: Record<string, string>;
  /** A channel, or `partner` with the partner's id as shop. */
  channel: string;
  shopId: string;
  /** Lower-case header names; repeated headers joined with ", ". */
  headers: Record<string, string>;
  /** Exactly the bytes received. */
  body: Uint8Array;
  receivedAt: number;
}

/** What to answer the platform. A 2xx means the message is on disk. */
export interface WebhookReceipt {
  status: 200 | 400 | 401 | 404 | 413 | 503;
  contentType: 'application/json' | 'text/plain';
  body: string;
}

/** For `/healthz` and `/metrics`. */
export interface HubHealth {
  ok: boolean;
  /** What is wrong, in words. A hub that takes orders and cannot do some other work of its own is ok, and says so here. */
  problem: string | null;
  startedAt: number;
  /** Prometheus text exposition. */
  metrics: string;
}

/**
 * The only way a host reaches the hub. Implemented by the hub's worker thread (src-main/host/thread.ts) and, for tests,
 * by the hub in the same thread. Both hosts and the demo workspace know nothing else of the hub.
 */
export interface HubLink {
  request(method: string, params: unknown, principal: Principal): Promise<Answer<unknown>>;
  receive(delivery: WebhookDelivery): Promise<WebhookReceipt>;
  /** Every event from now on; returns the unsubscribe. */
  subscribe(listener: (event: StreamEvent) => void): () => void;
  /** Events after a position, or one `resync` when they are no longer held; empty when up to date. */
  resume(position: StreamPosition): Promise<StreamEvent[]>;
  health(): Promise<HubHealth>;
  /** Finishes what is in flight, closes the store. */
  close(): Promise<void>;
}
