import { createHmac } from 'node:crypto';
import { Desk } from '../kit/desk.ts';
import type { CallClass, PlatformRules, Visit } from '../kit/desk.ts';
import { jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, SimulatorOptions, TruthOrder } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { orderResource, refundResource } from './render.ts';
import type { StoreNotes } from './render.ts';

/** A bucket of forty calls that leaks two a second: in any twenty seconds no more than eighty. */
const BUCKET = { calls: 80, perMs: 20_000 };
const LARGEST_PAGE = 250;
/** Eight attempts over four hours, ever further apart. */
const RETRIES = [10, 60, 300, 900, 1_800, 3_600, 7_200].map((seconds) => seconds * 1_000);
const PATH = /^\/admin\/api\/\d{4}-\d{2}\/(.+)\.json$/;

/** Where the next page goes on: after this time and id, within the first page's own bounds. */
interface Cursor {
  by: 'updated' | 'created';
  from: number;
  to: number;
  order: 'asc' | 'desc';
  after: [at: number, id: string];
}
interface Shop {
  desk: Desk;
  /** Notes as the staff left them. */
  notes: Map<string, string>;
  pushes: number;
}

/** Shopify's Admin API (REST) and webhooks for one shop. */
export const open: OpenSimulator = async (options: SimulatorOptions) => {
  const notes = new Map<string, string>();
  const shop: Shop = { desk: undefined as unknown as Desk, notes, pushes: 0 };
  const noteBook: StoreNotes = { noteOf: (order) => notes.get(order.id) ?? order.buyerMessage };
  const rules: PlatformRules = {
    state: { secret: 'shpss_simulated', revoked: false, permitted: true, identity: 'demo-shop.myshopify.com', clockOffMs: 0 },
    allowances: { admin: BUCKET },
    courier: { retryAfterMs: RETRIES, accepted: (status) => status >= 200 && status < 300 },
    classify,
    answer: (visit) => ({ ...answer(visit, shop, noteBook) }),
    tooFast: () =>
      failure(429, 'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.', {
        'retry-after': '2.0',
      }),
    unavailable: () => ({ status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body>Service Unavailable</body></html>' }),
    credentials: ({ state }) => ({
      shop: state.identity,
      access_token: `shpat_${state.secret}`,
      secret: state.secret,
      client_id: 'simulated-client',
    }),
    announce: (order, happened) => announce(order, happened, shop, noteBook),
  };
  shop.desk = new Desk(options, rules);
  return shop.desk.open();
};

function failure(status: number, errors: unknown, headers: Record<string, string> = {}): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ errors }), status, headers);
}

function classify({ method, path }: ReceivedRequest): CallClass {
  if (path === '/admin/oauth/access_token') return { kind: 'token', group: 'oauth' };
  const resource = PATH.exec(path)?.[1] ?? '';
  if (method !== 'GET') return { kind: 'write', group: 'admin' };
  return { kind: resource === 'orders' ? 'list' : 'detail', group: 'admin' };
}

function answer(visit: Visit, shop: Shop, notes: StoreNotes): SimulatorAnswer {
  const { request } = visit;
  const { desk } = shop;
  if (request.path === '/admin/oauth/access_token') return token(visit, desk);
  const resource = PATH.exec(request.path)?.[1];
  if (resource === undefined) return visit.refuse('path', failure(404, 'Not Found'));
  if (request.headers['x-shopify-access-token'] !== `shpat_${desk.state.secret}` || desk.state.revoked) {
    return visit.refuse('token', failure(401, '[API] Invalid API key or access token (unrecognized login or wrong password)'));
  }
  const [what = '', id = '', part] = resource.split('/');
  if (resource === 'shop') return found({ shop: { id: 548380009, name: 'Demo Shop', myshopify_domain: desk.state.identity } });
  if (what === 'orders' && !desk.state.permitted) {
    return visit.refuse('permission', failure(403, '[API] This action requires merchant approval for read_orders scope.'));
  }
  if (resource === 'orders') return list(visit, shop, notes);
  if (what === 'variants') return found({ variant: { id: BigInt(id), inventory_item_id: BigInt(`8${id}`) } });
  if (request.method !== 'GET') return write(visit, shop, resource);
  const order = desk.books.get(id);
  if (what !== 'orders' || !order) return visit.refuse('not-found', failure(404, 'Not Found'));
  if (part === 'fulfillment_orders') return found({ fulfillment_orders: [fulfillmentOrder(order)] });
  return found({ order: orderResource(order, notes) });
}

function found(value: object, headers: Record<string, string> = {}): SimulatorAnswer {
  return jsonAnswer(exactJson(value), 200, { 'x-shopify-shop-api-call-limit': '1/40', ...headers });
}

function fulfillmentOrder(order: TruthOrder): object {
  const open = ['to-ship', 'part-shipped'].includes(order.stage);
  return { id: BigInt(`${order.id}7`), order_id: BigInt(order.id), status: open ? 'open' : 'closed' };
}

function token(visit: Visit, { state }: Desk): SimulatorAnswer {
  const asked = parse(visit.request.body);
  if (asked['client_secret'] !== state.secret || asked['client_id'] !== 'simulated-client') {
    return visit.refuse('client', jsonAnswer(JSON.stringify({ error: 'invalid_client' }), 400));
  }
  if (asked['code'] !== 'simulated-code') return visit.refuse('code', jsonAnswer(JSON.stringify({ error: 'invalid_request' }), 400));
  return jsonAnswer(JSON.stringify({ access_token: `shpat_${state.secret}`, scope: 'read_orders,write_orders' }));
}

/** The bounds of a list call, or why it is refused. A cursor excludes every filter but `limit` and `fields`. */
function cursorOf({ query }: ReceivedRequest): Cursor | string {
  const limit = Number(query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE) return 'limit must be between 1 and 250';
  const info = query.get('page_info');
  if (info !== null) {
    const others = [...query.keys()].filter((name) => !['page_info', 'limit', 'fields'].includes(name));
    if (others.length > 0) return `Invalid page_info: ${others.join(', ')} cannot be passed with it`;
    try {
      return JSON.parse(Buffer.from(info, 'base64url').toString('utf8')) as Cursor;
    } catch {
      return 'Invalid value for page_info';
    }
  }
  if (query.get('status') !== 'any') return 'only status=any is simulated: the default leaves closed orders out';
  const by = query.has('updated_at_min') ? 'updated' : 'created';
  const [from, to] = [query.get(`${by}_at_min`), query.get(`${by}_at_max`)].map((text) => Date.parse(text ?? ''));
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to))
    return `${by}_at_min and ${by}_at_max: invalid date`;
  const sort = query.get('order') ?? 'created_at desc';
  if (![`${by}_at asc`, `${by}_at desc`, 'created_at desc'].includes(sort)) return 'order: invalid';
  return { by, from, to, order: by === 'updated' && sort.endsWith('asc') ? 'asc' : 'desc', after: [-1, ''] };
}

function list(visit: Visit, { desk }: Shop, notes: StoreNotes): SimulatorAnswer {
  const cursor = cursorOf(visit.request);
  if (typeof cursor === 'string') return visit.refuse('list', failure(400, cursor));
  const { by, from, to, order, after } = cursor;
  const at = (row: TruthOrder) => (by === 'updated' ? row.updatedAt : row.createdAt);
  const sign = order === 'asc' ? 1 : -1;
  const rows = desk
    .listed(visit, by, from, to, order)
    .filter((row) => after[0] < 0 || sign * (at(row) - after[0]) > 0 || (at(row) === after[0] && row.id > after[1]));
  const limit = Number(visit.request.query.get('limit') ?? 50);
  const page = desk.page(visit, rows, 0, limit);
  const headers: Record<string, string> = {};
  // A page that came out short goes on where it stopped.
  if (rows.length > page.length) {
    const last = page.at(-1);
    const info = Buffer.from(JSON.stringify({ ...cursor, after: last ? [at(last), last.id] : after })).toString('base64url');
    headers['link'] = `<https://${desk.state.identity}${visit.request.path}?limit=${limit}&page_info=${info}>; rel="next"`;
  }
  const onlyIds = visit.request.query.get('fields') === 'id';
  return found({ orders: page.map((row) => (onlyIds ? { id: BigInt(row.id) } : orderResource(row, notes))) }, headers);
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8').replaceAll(/([[:,{]\s*)(\d{16,})(?=\s*[,}\]])/g, '$1"$2"')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function write(visit: Visit, { desk, notes }: Shop, resource: string): SimulatorAnswer {
  const asked = parse(visit.request.body);
  if (visit.request.method === 'POST' && resource === 'fulfillments') return fulfil(visit, desk, asked);
  if (visit.request.method === 'POST' && resource === 'inventory_levels/set') {
    const { location_id, inventory_item_id, available } = asked;
    if (location_id === undefined || inventory_item_id === undefined || !Number.isInteger(available)) {
      return visit.refuse('write', failure(422, { available: ['must be a whole number'] }));
    }
    desk.wrote('stock', String(inventory_item_id), { available: Number(available), location: String(location_id) });
    return found({ inventory_level: { inventory_item_id, location_id, available } });
  }
  const id = /^orders\/(\d+)$/.exec(resource)?.[1];
  const order = id === undefined ? null : desk.books.get(id);
  const note = (asked['order'] as { note?: unknown } | undefined)?.note;
  if (visit.request.method !== 'PUT' || !order || typeof note !== 'string') return visit.refuse('write', failure(404, 'Not Found'));
  const seen = desk.wrote('memo', order.id, { note });
  notes.set(order.id, note);
  if (!seen.repeated) desk.change(order.id, (present) => present);
  return found({ order: { id: BigInt(order.id), note } });
}

function fulfil(visit: Visit, desk: Desk, asked: Record<string, unknown>): SimulatorAnswer {
  const fulfillment = (asked['fulfillment'] ?? {}) as {
    line_items_by_fulfillment_order?: { fulfillment_order_id?: unknown }[];
    tracking_info?: { number?: unknown; company?: unknown };
  };
  const place = String(fulfillment.line_items_by_fulfillment_order?.[0]?.fulfillment_order_id ?? '');
  const order = desk.books.get(place.slice(0, -1));
  const number = fulfillment.tracking_info?.number;
  if (!order || typeof number !== 'string' || number === '') return visit.refuse('write', failure(404, 'Not Found'));
  const seen = desk.wrote('ship', order.id, { number, company: String(fulfillment.tracking_info?.company ?? '') });
  if (!['to-ship', 'part-shipped'].includes(order.stage)) {
    return visit.refuse('write', failure(422, { base: [`Fulfillment order ${place} has an unfulfillable status= closed.`] }));
  }
  if (!seen.repeated || order.tracking === null) {
    desk.change(order.id, (present) => ({ ...present, stage: 'shipped', tracking: { number, carrier: String(seen.content['company']) } }));
  }
  return found({ fulfillment: { id: BigInt(`${order.id}1`), status: 'success' } });
}

function topicsOf(order: TruthOrder, happened: 'created' | 'changed' | 'refund'): string[] {
  if (happened === 'created') return ['orders/create'];
  if (happened === 'refund') return ['refunds/create', 'orders/updated'];
  if (order.stage === 'cancelled') return ['orders/cancelled'];
  return ['orders/updated'];
}

function announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', shop: Shop, notes: StoreNotes): void {
  const { desk } = shop;
  for (const topic of topicsOf(order, happened)) {
    const refund = order.refunds.findLast((entry) => entry.state === 'done');
    if (topic === 'refunds/create' && !refund) continue;
    const resource = topic === 'refunds/create' && refund ? refundResource(order, refund) : orderResource(order, notes);
    const body = Buffer.from(exactJson(resource));
    shop.pushes += 1;
    const id = `b54557e4-bdd9-4b37-8a5f-${String(shop.pushes).padStart(12, '0')}`;
    const triggered = new Date(desk.now).toISOString();
    desk.courier.push(() => ({
      path: `/hooks/shopify/${encodeURIComponent(desk.options.shopId)}`,
      headers: {
        'X-Shopify-Topic': topic,
        'X-Shopify-Shop-Domain': desk.state.identity,
        'X-Shopify-API-Version': '2026-10',
        'X-Shopify-Webhook-Id': id,
        'X-Shopify-Triggered-At': triggered,
        'X-Shopify-Hmac-Sha256': createHmac('sha256', desk.state.secret).update(body).digest('base64'),
      },
      body,
    }));
  }
}
