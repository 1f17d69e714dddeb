/** One HTTP request of an adapter, complete and signed. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  timeoutMs?: number;
}

/** Any answer, whatever its status. `sentAt`: our clock; `date`: the platform's `Date` header in epoch ms. */
export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  sentAt: number;
  receivedAt: number;
  date: number | null;
}

/**
 * The way out. Rejects with ChannelError `transient` when no answer came; the message names the network's code alone,
 * because addresses and bodies hold tokens.
 */
export interface Transport {
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): void;
}
