import type { Answer, Principal, StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import type { HubHealth, HubLink, WebhookDelivery, WebhookReceipt } from '#main/gateway/link.ts';

type Handler = (params: unknown, principal: Principal) => Answer<unknown> | Promise<Answer<unknown>>;

/** A hub in memory for tests of what carries it: it answers what it is told to, numbers its events and holds the last hundred. */
export class HubDouble implements HubLink {
  readonly epoch = 'double';
  readonly requests: { method: string; params: unknown; principal: Principal }[] = [];
  readonly deliveries: WebhookDelivery[] = [];
  readonly methods = new Map<string, Handler>();
  receipt: WebhookReceipt = { status: 200, contentType: 'application/json', body: '{"ok":true}' };
  healthNow: HubHealth = { ok: true, problem: null, startedAt: 1, metrics: '# TYPE orderpulse_orders counter\norderpulse_orders 3\n' };
  closed = false;
  readonly #log: StreamEvent[] = [];
  readonly #listeners = new Set<(event: StreamEvent) => void>();

  get listeners(): number {
    return this.#listeners.size;
  }

  publish(text: string): StreamEvent {
    const seq = (this.#log.at(-1)?.seq ?? 0) + 1;
    const event: StreamEvent = {
      epoch: this.epoch,
      seq,
      name: 'notice.raised',
      payload: { id: `n${seq}`, at: seq, level: 'info', text: { zh: text, en: text }, orderNo: null },
    };
    this.#log.push(event);
    if (this.#log.length > 100) this.#log.shift();
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  async request(method: string, params: unknown, principal: Principal): Promise<Answer<unknown>> {
    this.requests.push({ method, params, principal });
    const handler = this.methods.get(method);
    return handler ? handler(params, principal) : { ok: false, error: { code: 'unknown_method', message: method } };
  }

  async receive(delivery: WebhookDelivery): Promise<WebhookReceipt> {
    this.deliveries.push(delivery);
    return this.receipt;
  }

  subscribe(listener: (event: StreamEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async resume(position: StreamPosition): Promise<StreamEvent[]> {
    if (position === null) return [];
    const last = this.#log.at(-1)?.seq ?? 0;
    const first = this.#log[0]?.seq ?? 1;
    const lost = position.epoch !== this.epoch || position.seq > last || position.seq < first - 1;
    return lost ? [{ epoch: this.epoch, seq: last, name: 'resync', payload: {} }] : this.#log.filter((event) => event.seq > position.seq);
  }

  async health(): Promise<HubHealth> {
    return this.healthNow;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
