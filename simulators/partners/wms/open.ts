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
/** Pieces of one place: asked for, or free. */
export interface Pieces {
  sku: string;
  warehouse: string;
  spot: number;
  presale: number;
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
  /** Pieces announced for presale, by `sku/warehouse`. */
  readonly presale = new Map<string, number>();
  /** Orders that are being packed or wait for their announced pieces: they take what other orders could get. */
  readonly #packing = new Map<string, readonly Pieces[]>();
  readonly #stock = new Map<string, StockItem>();
  readonly #ids = new Set<string>();
  #sockets: SocketPlace | null = null;
  #seq = 0;
  #receipts = 0;

  constructor(options: PartnerOptions) {
    super(options, { retryAfterMs: [5_000, 30_000, 300_000], accepted: (status) => status >= 200 && status < 300 });
  }

  async start(): Promise<this> {
    await this.open(
      ({ path }) => (path === '/check' ? 'detail' : 'write'),
      (request) => this.#answer(request),
    );
    this.#sockets = openSockets(
      this.server,
      (target) => (this.#mayListen(target) ? null : 401),
      () => undefined,
    );
    this.onStop(() => this.#sockets?.close());
    return this;
  }

  /** Where a live question about an order's pieces is asked. */
  get checkAddress(): string {
    return `${this.url}/check`;
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
    if (type === 'shipment.shipped' || type === 'shipment.recalled' || type === 'shipment.refused') this.#packing.delete(data.orderNo);
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
    if (request.method === 'POST' && request.path === '/check') return this.#check(request);
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
    else {
      this.taken.push({ id, type, orderNo, data });
      if (type === 'wms.ship') this.#packing.set(orderNo, piecesOf(data));
      else this.#packing.delete(orderNo);
    }
    this.#ids.add(id);
    return jsonAnswer('{"taken":true}', 202);
  }

  /** Pieces of the places asked about that no order being packed needs. */
  #check(request: ReceivedRequest): SimulatorAnswer {
    const { items } = JSON.parse(request.body.toString('utf8')) as { items: Pieces[] };
    const packing = [...this.#packing.values()].flat();
    const free = items.map(({ sku, warehouse }) => {
      const taken = packing.filter((pieces) => pieces.sku === sku && pieces.warehouse === warehouse);
      const left = (kind: 'spot' | 'presale', there: number) => Math.max(0, there - taken.reduce((sum, pieces) => sum + pieces[kind], 0));
      const spot = left('spot', this.#stock.get(`${sku}/${warehouse}`)?.spot ?? 0);
      return { sku, warehouse, spot, presale: left('presale', this.presale.get(`${sku}/${warehouse}`) ?? 0) };
    });
    return jsonAnswer(JSON.stringify({ at: this.options.now(), items: free }));
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

/** The pieces a ship message takes, by place and pool. */
function piecesOf(data: Readonly<Record<string, unknown>>): Pieces[] {
  const allocations = (data['allocations'] ?? []) as { sku: string; warehouse: string; quantity: number; pool: 'spot' | 'presale' }[];
  return allocations.map(({ sku, warehouse, quantity, pool }) => ({
    sku,
    warehouse,
    spot: pool === 'spot' ? quantity : 0,
    presale: pool === 'presale' ? quantity : 0,
  }));
}

export function open(options: PartnerOptions): Promise<WarehouseSimulator> {
  return new WarehouseSimulator(options).start();
}
