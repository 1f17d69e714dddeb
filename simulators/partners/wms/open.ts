import { jsonAnswer } from '../../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../../kit/http.ts';
import { openSockets } from '../../kit/socket.ts';
import type { SocketPlace } from '../../kit/socket.ts';
import { Partner } from '../partner.ts';
import type { PartnerOptions } from '../partner.ts';
import { refusalOf, signedHeaders } from './sign.ts';

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const PAGE = 500;

export interface StockItem {
  sku: string;
  warehouse: string;
  spot: number;
}
/** A message the warehouse took: ship, hold or recall. */
export interface WarehouseMessage {
  id: string;
  type: string;
  orderNo: string;
  data: Readonly<Record<string, unknown>>;
}
export type ReceiptType = 'shipment.shipped' | 'shipment.partial' | 'shipment.held' | 'shipment.recalled' | 'shipment.refused';

/** A warehouse by the contract of docs/wms.md: signed messages in, stock out by pages and by a feed, signed receipts back. */
export class WarehouseSimulator extends Partner {
  readonly secret = SECRET;
  readonly taken: WarehouseMessage[] = [];
  /** Messages that came again with an id already taken: they had no further effect. */
  repeated = 0;
  /** Orders the warehouse does not take, with the reason it gives. */
  readonly refused = new Map<string, { zh: string; en: string }>();
  readonly #stock = new Map<string, StockItem>();
  readonly #ids = new Set<string>();
  #sockets: SocketPlace | null = null;
  #seq = 0;
  #receipts = 0;

  constructor(options: PartnerOptions) {
    super(options, { retryAfterMs: [5_000, 30_000, 300_000], accepted: (status) => status >= 200 && status < 300 });
  }

  async start(): Promise<this> {
    await this.open('write', (request) => this.#answer(request));
    this.#sockets = openSockets(
      this.server,
      (target) => (this.#mayListen(target) ? null : 401),
      () => undefined,
    );
    this.onStop(() => this.#sockets?.close());
    return this;
  }

  /** Where messages go, where stock is read, where its changes are told. */
  get addresses(): { url: string; snapshot: string; feed: string } {
    return { url: `${this.url}/messages`, snapshot: `${this.url}/snapshot`, feed: `${this.url.replace('http', 'ws')}/feed` };
  }

  get seq(): number {
    return this.#seq;
  }

  /** Counts a shelf anew and tells everybody who listens; `silently`: the message is lost on the way, which leaves a hole in `seq`. */
  setStock(item: StockItem, silently = false): void {
    this.#stock.set(`${item.sku}/${item.warehouse}`, item);
    this.#seq += 1;
    if (silently) return;
    const message = JSON.stringify({ seq: this.#seq, ...item, at: this.options.now() });
    for (const socket of this.#sockets?.open ?? []) socket.send(message);
  }

  /** Cuts every feed, as a restarted warehouse does. */
  cutFeeds(): void {
    for (const socket of this.#sockets?.open ?? []) socket.terminate();
  }

  get listeners(): number {
    return this.#sockets?.open.size ?? 0;
  }

  /** Tells the hub what became of an order. */
  tell(type: ReceiptType, data: { orderNo: string; trackingNumber?: string; carrier?: string; reason?: { zh: string; en: string } }): void {
    this.#receipts += 1;
    const id = `wms_receipt_${this.#receipts}`;
    const at = new Date(this.options.now()).toISOString();
    const body = Buffer.from(JSON.stringify({ type, timestamp: at, data: { ...data, at } }));
    this.courier.push(() => ({
      path: '/hooks/partner/wms',
      headers: signedHeaders(this.secret, id, this.options.now(), body),
      body,
    }));
  }

  #answer(request: ReceivedRequest): SimulatorAnswer {
    const reason = refusalOf(request.headers, request.body, this.secret, this.options.now());
    if (reason !== null) return this.refuse(reason, jsonAnswer(JSON.stringify({ error: reason }), 401));
    if (request.method === 'GET' && request.path === '/snapshot') return this.#page(request.query.get('after'));
    if (request.method === 'POST' && request.path === '/messages') return this.#take(request);
    return this.refuse('path', jsonAnswer('{"error":"not found"}', 404));
  }

  #page(after: string | null): SimulatorAnswer {
    const keys = [...this.#stock.keys()].sort().filter((key) => after === null || key > after);
    const page = keys.slice(0, PAGE);
    const items = page.map((key) => this.#stock.get(key));
    const next = keys.length > PAGE ? (page.at(-1) ?? null) : null;
    return jsonAnswer(JSON.stringify({ at: this.options.now(), seq: this.#seq, items, next }));
  }

  #take(request: ReceivedRequest): SimulatorAnswer {
    const id = request.headers['webhook-id'] ?? '';
    const { type, data } = JSON.parse(request.body.toString('utf8')) as { type: string; data: Record<string, unknown> };
    const orderNo = String(data['orderNo'] ?? '');
    const refusal = this.refused.get(orderNo);
    if (refusal) return this.refuse('order', jsonAnswer(JSON.stringify({ reason: refusal }), 409));
    if (this.#ids.has(id)) this.repeated += 1;
    else this.taken.push({ id, type, orderNo, data });
    this.#ids.add(id);
    return jsonAnswer('{"taken":true}', 202);
  }

  /** The feed is opened by a signed query, because a browser-like socket sends no headers of its own. */
  #mayListen(target: string): boolean {
    const { pathname, searchParams } = new URL(target, 'http://127.0.0.1');
    const headers = Object.fromEntries(searchParams);
    const reason = pathname === '/feed' ? refusalOf(headers, Buffer.alloc(0), this.secret, this.options.now()) : 'path';
    if (reason !== null) this.refuse(`feed ${reason}`, { status: 401, body: '' });
    return reason === null;
  }
}

export function open(options: PartnerOptions): Promise<WarehouseSimulator> {
  return new WarehouseSimulator(options).start();
}
