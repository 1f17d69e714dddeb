import { createHmac } from 'node:crypto';
import { Desk } from '../kit/desk.ts';
import type { CallClass, PlatformRules, Visit } from '../kit/desk.ts';
import { jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, SimulatorOptions, TruthOrder } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { Hooks } from './hooks.ts';
import { orderResource } from './render.ts';
import type { OrderMeta } from './render.ts';

const API = '/wp-json/wc/v3';
const CONSUMER_KEY = 'ck_simulated';
/** How far the timestamp of a signed request may be off, and the largest page. */
const TOLERANCE_S = 900;
const LARGEST_PAGE = 100;
const FILTERS = [
  'modified_after',
  'modified_before',
  'after',
  'before',
  'dates_are_gmt',
  'status',
  'page',
  'per_page',
  'orderby',
  'order',
  '_fields',
];
/** The store's own zone, used where a call does not say `dates_are_gmt`. */
const STORE_ZONE_MS = 28_800_000;

interface Store {
  desk: Desk;
  meta: Map<string, OrderMeta[]>;
  notes: Map<string, { id: number; note: string; customer_note: boolean }[]>;
  nonces: Set<string>;
  deliveries: number;
  hooks: Hooks;
}

/** A WooCommerce store on plain HTTP: requests are signed with OAuth 1.0a, webhooks with HMAC-SHA256. */
export const open: OpenSimulator = async (options: SimulatorOptions) => {
  const hooks = new Hooks(`${options.hub ?? 'https://hub.example'}${doorOf(options)}`);
  const store: Store = { desk: undefined as unknown as Desk, meta: new Map(), notes: new Map(), nonces: new Set(), deliveries: 0, hooks };
  const rules: PlatformRules = {
    state: { secret: 'simulated', revoked: false, permitted: true, identity: 'https://demo-store.example', clockOffMs: 0 },
    allowances: { list: { calls: 5, perMs: 1_000 }, detail: { calls: 10, perMs: 1_000 }, write: { calls: 2, perMs: 1_000 } },
    // A lost webhook stays lost.
    courier: {
      retryAfterMs: [],
      accepted: (status) => status >= 200 && status < 300,
      ended: ({ headers }, taken) => hooks.ended(Number(headers['X-WC-Webhook-ID']), taken),
    },
    classify,
    answer: (visit) => answer(visit, store),
    tooFast: () =>
      jsonAnswer(JSON.stringify({ code: 'too_many_requests', message: 'Too many requests.', data: { status: 429 } }), 429, {
        'retry-after': '2',
      }),
    unavailable: () => ({
      status: 503,
      headers: { 'content-type': 'text/html' },
      body: '<!DOCTYPE html><p>Error establishing a database connection</p>',
    }),
    credentials: ({ state, url }) => ({
      url,
      consumer_key: CONSUMER_KEY,
      consumer_secret: `cs_${state.secret}`,
      secret: hookSecret(state.secret),
    }),
    announce: (order, happened) => announce(order, happened, store),
  };
  store.desk = new Desk(options, rules);
  return store.desk.open();
};

function doorOf({ shopId }: SimulatorOptions): string {
  return `/hooks/woocommerce/${encodeURIComponent(shopId)}`;
}

function hookSecret(secret: string): string {
  return `hook ${secret}`;
}

function failure(status: number, code: string, message: string): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ code, message, data: { status } }), status);
}
function unauthorised(message: string): SimulatorAnswer {
  return failure(401, 'woocommerce_rest_authentication_error', message);
}

function classify({ method, path }: ReceivedRequest): CallClass {
  if (method !== 'GET') return { kind: 'write', group: 'write' };
  return path === `${API}/orders` ? { kind: 'list', group: 'list' } : { kind: 'detail', group: 'detail' };
}

/** RFC 5849: upper-case method, address without query, sorted parameters; each percent-encoded once more when they are joined. */
function expectedSignature({ method, path, query, headers }: ReceivedRequest, consumerSecret: string): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = [...query]
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const base = [method.toUpperCase(), encode(`http://${headers['host'] ?? ''}${path}`), encode(pairs.join('&'))].join('&');
  return createHmac('sha256', `${consumerSecret}&`).update(base).digest('base64');
}

function objection(visit: Visit, { desk, nonces }: Store): SimulatorAnswer | null {
  const { query } = visit.request;
  const missing = ['oauth_consumer_key', 'oauth_timestamp', 'oauth_nonce', 'oauth_signature', 'oauth_signature_method'].filter(
    (name) => !query.has(name),
  );
  if (missing.length > 0) return visit.refuse('signature', unauthorised(`Missing OAuth parameters ${missing.join(', ')}`));
  if (query.get('oauth_consumer_key') !== CONSUMER_KEY || desk.state.revoked)
    return visit.refuse('token', unauthorised('Consumer key is invalid.'));
  if (query.get('oauth_signature_method') !== 'HMAC-SHA256')
    return visit.refuse('signature', unauthorised('Invalid signature - signature method is invalid.'));
  if (query.get('oauth_signature') !== expectedSignature(visit.request, `cs_${desk.state.secret}`)) {
    return visit.refuse('signature', unauthorised('Invalid signature - provided signature does not match.'));
  }
  if (Math.abs(visit.now / 1_000 - Number(query.get('oauth_timestamp'))) > TOLERANCE_S)
    return visit.refuse('timestamp', unauthorised('Invalid timestamp.'));
  const nonce = `${query.get('oauth_timestamp')} ${query.get('oauth_nonce')}`;
  if (nonces.has(nonce)) return visit.refuse('nonce', unauthorised('Invalid nonce - nonce has already been used.'));
  nonces.add(nonce);
  if (!desk.state.permitted && visit.request.path.startsWith(`${API}/orders`)) {
    return visit.refuse('permission', failure(403, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.'));
  }
  return null;
}

function answer(visit: Visit, store: Store): SimulatorAnswer {
  const { request } = visit;
  if (!request.path.startsWith(`${API}/`)) {
    return visit.refuse('path', {
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '<!DOCTYPE html><title>Page not found</title>',
    });
  }
  const wrong = objection(visit, store);
  if (wrong) return wrong;
  const [what = '', id = '', part, partId] = request.path.slice(API.length + 1).split('/');
  const { desk } = store;
  if (what === 'system_status')
    return jsonAnswer(JSON.stringify({ environment: { home_url: desk.state.identity, site_url: desk.state.identity } }));
  if (what === 'webhooks') return hooksOf(visit, store, id);
  if (what === 'products') return stock(visit, desk, part === 'variations' ? `${id}/${partId ?? ''}` : id);
  if (what !== 'orders')
    return visit.refuse('path', failure(404, 'rest_no_route', 'No route was found matching the URL and request method.'));
  if (id === '') return list(visit, store);
  const order = desk.books.get(id);
  if (!order) return visit.refuse('not-found', failure(404, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.'));
  if (part === 'notes') return notesOf(visit, store, order);
  if (request.method === 'PUT') return change(visit, store, order);
  return found(order, store);
}

function found(order: TruthOrder, { meta }: Store): SimulatorAnswer {
  return jsonAnswer(exactJson(orderResource(order, meta.get(order.id) ?? [])));
}

/** Bounds of a list, exclusive as the API has them, in whole seconds. */
function boundsOf(query: URLSearchParams): { by: 'updated' | 'created'; from: number; to: number } | null {
  const by = query.has('modified_after') ? 'updated' : 'created';
  const [after, before] = by === 'updated' ? ['modified_after', 'modified_before'] : ['after', 'before'];
  const read = (name: string) => {
    const text = query.get(name) ?? '';
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text)) return null;
    return Date.parse(`${text}Z`) - (query.get('dates_are_gmt') === 'true' ? 0 : STORE_ZONE_MS);
  };
  const [from, to] = [read(after), read(before)];
  return from === null || to === null ? null : { by, from: from + 1_000, to: to - 1_000 };
}

function list(visit: Visit, store: Store): SimulatorAnswer {
  const { query } = visit.request;
  const invalid = (name: string) => visit.refuse('list', failure(400, 'rest_invalid_param', `Invalid parameter(s): ${name}`));
  const stranger = [...query.keys()].find((name) => !name.startsWith('oauth_') && !FILTERS.includes(name));
  if (stranger !== undefined) return invalid(stranger);
  const bounds = boundsOf(query);
  if (!bounds) return invalid('modified_after');
  const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 10)];
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) return invalid('per_page');
  if (!Number.isInteger(page) || page < 1) return invalid('page');
  if (!['date', 'id'].includes(query.get('orderby') ?? 'date')) return invalid('orderby');
  const sign = query.get('order') === 'asc' ? 1 : -1;
  const rows = store.desk.listed(visit, bounds.by, bounds.from, bounds.to).sort((a, b) => sign * (Number(a.id) - Number(b.id)));
  const shown = store.desk.page(visit, rows, (page - 1) * size, size);
  const body = exactJson(shown.map((order) => orderResource(order, store.meta.get(order.id) ?? [])));
  return jsonAnswer(body, 200, { 'x-wp-total': String(rows.length), 'x-wp-totalpages': String(Math.ceil(rows.length / size)) });
}

function hooksOf(visit: Visit, { desk, hooks }: Store, id: string): SimulatorAnswer {
  const { method, query, body } = visit.request;
  if (id === '' && method === 'GET') return jsonAnswer(JSON.stringify(hooks.listed(query.get('status') ?? 'all')));
  if (method === 'PUT' && !desk.state.permitted) {
    return visit.refuse('permission', failure(403, 'woocommerce_rest_cannot_edit', 'Sorry, you are not allowed to edit this resource.'));
  }
  const changed = method === 'PUT' ? hooks.change(Number(id), parse(body)['status']) : hooks.find(Number(id));
  if (changed === null) return visit.refuse('webhook', failure(404, 'woocommerce_rest_shop_webhook_invalid_id', 'Invalid ID.'));
  if (changed === 'invalid') return visit.refuse('write', failure(400, 'rest_invalid_param', 'Invalid parameter(s): status'));
  return jsonAnswer(JSON.stringify(changed));
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function notesOf(visit: Visit, { desk, notes }: Store, order: TruthOrder): SimulatorAnswer {
  const written = notes.get(order.id) ?? [];
  if (visit.request.method === 'GET') return jsonAnswer(exactJson(written));
  const { note, customer_note } = parse(visit.request.body);
  if (typeof note !== 'string' || note === '')
    return visit.refuse('write', failure(400, 'rest_missing_callback_param', 'Missing parameter(s): note'));
  desk.wrote('memo', order.id, { note });
  const entry = { id: written.length + 1, note, customer_note: customer_note === true };
  notes.set(order.id, [...written, entry]);
  return jsonAnswer(exactJson(entry), 201);
}

function change(visit: Visit, store: Store, order: TruthOrder): SimulatorAnswer {
  const { status, meta_data } = parse(visit.request.body);
  const entries = (Array.isArray(meta_data) ? meta_data : []) as OrderMeta[];
  const number = entries.find(({ key }) => key === '_tracking_number')?.value ?? '';
  const carrier = entries.find(({ key }) => key === '_tracking_provider')?.value ?? '';
  if (status !== 'completed' || number === '')
    return visit.refuse('write', failure(400, 'rest_invalid_param', 'Invalid parameter(s): status'));
  const seen = store.desk.wrote('ship', order.id, { number, carrier });
  const changed = seen.repeated
    ? order
    : store.desk.change(order.id, (present) => ({ ...present, stage: 'shipped', tracking: { number, carrier } }));
  return found(changed ?? order, store);
}

function stock(visit: Visit, desk: Desk, subject: string): SimulatorAnswer {
  const { manage_stock, stock_quantity } = parse(visit.request.body);
  if (visit.request.method !== 'PUT' || manage_stock !== true || !Number.isInteger(stock_quantity)) {
    return visit.refuse('write', failure(400, 'rest_invalid_param', 'Invalid parameter(s): stock_quantity'));
  }
  desk.wrote('stock', subject, { available: Number(stock_quantity) });
  return jsonAnswer(JSON.stringify({ id: Number(subject.split('/').at(-1)), manage_stock, stock_quantity }));
}

/** The body is the resource; every delivery has an id of its own, a repeated one too. */
function announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', store: Store): void {
  const { desk } = store;
  const event = happened === 'created' ? 'created' : 'updated';
  const hook = store.hooks.active(`order.${event}`);
  if (!hook) return;
  const body = Buffer.from(exactJson(orderResource(order, store.meta.get(order.id) ?? [])));
  desk.courier.push(() => {
    store.deliveries += 1;
    return {
      path: doorOf(desk.options),
      headers: {
        'X-WC-Webhook-Source': `${desk.state.identity}/`,
        'X-WC-Webhook-Topic': hook.topic,
        'X-WC-Webhook-Resource': 'order',
        'X-WC-Webhook-Event': event,
        'X-WC-Webhook-Signature': createHmac('sha256', hookSecret(desk.state.secret)).update(body).digest('base64'),
        'X-WC-Webhook-ID': String(hook.id),
        'X-WC-Webhook-Delivery-ID': String(5_000 + store.deliveries),
      },
      body,
    };
  });
}
