import type { ChannelId } from '#shared/channels.ts';
import type { Allocation, ExecutableCheck, OrderGrade, OrderLine, OrderStatus, Route } from '#shared/order.ts';
import { EXECUTABLE_CHECKS } from '#main/model/executable-checks.ts';
import type { ExecutableCheckName } from '#main/model/executable-checks.ts';
import type { Buyer, Receiver, Sensitive } from '#main/model/incoming.ts';
import type { MatchKeys, OrderRecord } from '#main/model/record.ts';
import type { Tables } from './tables.ts';

/**
 * The stored form of an order: what the columns of its row do not hold already, without what is empty or follows from the
 * rest. A whole order as JSON took nearly 3 kB, a page of the file each; this form takes a third, and the disk is what a
 * burst of orders waits for. Lists keep `lines` and `hold` as they are, because queries look into them.
 */

/** The columns an order is read back from, for statements. */
export const ORDER_ROW = [
  'order_no',
  'channel',
  'shop_id',
  'channel_order_id',
  'version',
  'status',
  'status_since',
  'grade',
  'buyer_key',
  'warehouse',
  'paid_minor',
  'created_at',
  'received_at',
  'updated_at',
  'document',
] as const satisfies readonly (keyof Tables['orders'])[];
export type OrderRow = Pick<Tables['orders'], (typeof ORDER_ROW)[number]>;

/** `[plain, mask]`, with the platform's index and its ciphertext behind where there are any. */
type StoredSensitive = [plain: string | null, mask: string, index?: string | null, cipher?: string];
type StoredBuyer = Omit<Buyer, 'name' | 'key' | 'tags'> & { key?: string; name: StoredSensitive; tags?: string[] };
/** Without `name` the receiver has the buyer's, without `country` it is China. */
type StoredReceiver = Pick<Receiver, 'province' | 'city' | 'district'> & {
  name?: StoredSensitive;
  phone: StoredSensitive;
  address: StoredSensitive;
  country?: string;
  postcode?: string;
  position?: NonNullable<Receiver['position']>;
};
/** Without `preferred` the order went where the table wanted it. */
type StoredRoute = Omit<Route, 'warehouse' | 'preferred'> & { preferred?: string | null };
/** The last two only where they are not the order's own `ip` and `deviceId`. */
type StoredKeys = [phone: string | null, address: string | null, ip?: string | null, device?: string | null];

/** Fields of the record that are stored as they are, unless they have the value given here. */
const DEFAULTS = {
  rawStatusUnknown: false,
  partiallyShipped: false,
  hold: null,
  holdEvidence: [],
  clearances: [],
  undo: null,
  currency: 'CNY',
  freightMinor: 0,
  discountMinor: 0,
  refundedMinor: 0,
  couponMinor: 0,
  refunds: [],
  paidAt: null,
  buyerMessage: '',
  sellerMemo: '',
  invoice: null,
  ip: null,
  deviceId: null,
  presale: null,
  openTasks: [],
  stock: 'none',
  linked: [],
  trackingNumber: null,
  shipRequestedAt: null,
  carrier: null,
  platformHold: null,
  observedAt: null,
  unknown: [],
  parcel: null,
  shippedAt: null,
  checks: [],
  message: null,
} satisfies Partial<OrderRecord>;
type Defaulted = Pick<OrderRecord, keyof typeof DEFAULTS>;

interface StoredDocument extends Partial<Defaulted> {
  rawStatus: string;
  goodsMinor: number;
  decidedAt: number;
  healthScore: number;
  lines: OrderLine[];
  buyer: StoredBuyer;
  receiver: StoredReceiver;
  keys: StoredKeys;
  counts: Record<string, number>;
  executable: (ExecutableCheckName | ExecutableCheck)[];
  facets?: OrderRecord['facets'];
  arrivedAt?: number;
  /** Absent: the channel alone. */
  tags?: string[];
  customs?: OrderRecord['customs'];
  /** Absent: the status of the row, no refund. */
  platform?: OrderRecord['platform'];
  /** Absent: every line whole from the spot stock of the row's warehouse. */
  allocations?: Allocation[];
  route?: StoredRoute;
}

/** `undefined` is what JSON leaves out. */
function some<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}
function storedSensitive({ plain, mask, index, cipher }: Sensitive): StoredSensitive {
  if (cipher != null) return [plain, mask, index, cipher];
  return index === null ? [plain, mask] : [plain, mask, index];
}
function sensitiveOf([plain, mask, index, cipher]: StoredSensitive): Sensitive {
  const known = { plain, mask, index: index ?? null };
  return cipher === undefined ? known : { ...known, cipher };
}
function isSame(one: Sensitive, other: Sensitive): boolean {
  return (
    one.plain === other.plain && one.mask === other.mask && one.index === other.index && (one.cipher ?? null) === (other.cipher ?? null)
  );
}

const NAME_OF_CHECK = new Map(Object.entries(EXECUTABLE_CHECKS).map(([name, { note }]) => [note.zh, name as ExecutableCheckName]));

/** Does each line lie whole in one warehouse's spot stock, in the order of the lines? */
function isPlain(allocations: readonly Allocation[], lines: readonly OrderLine[], warehouse: string | null): boolean {
  return (
    warehouse !== null &&
    allocations.length === lines.length &&
    allocations.every((allocation, index) => {
      const line = lines[index] as OrderLine;
      return (
        allocation.pool === 'spot' &&
        allocation.warehouse === warehouse &&
        allocation.sku === line.sku &&
        allocation.quantity === line.quantity
      );
    })
  );
}

function storedReceiver(receiver: Receiver, buyer: Buyer): StoredReceiver {
  return {
    name: isSame(receiver.name, buyer.name) ? undefined : storedSensitive(receiver.name),
    phone: storedSensitive(receiver.phone),
    country: receiver.country === 'CN' ? undefined : receiver.country,
    province: receiver.province,
    city: receiver.city,
    district: receiver.district,
    address: storedSensitive(receiver.address),
    postcode: receiver.postcode ?? undefined,
    position: receiver.position ?? undefined,
  } as StoredReceiver;
}

function storedRoute(route: Route): StoredRoute {
  const { warehouse, warehouseName, preferred, reason, promisedAt } = route;
  return { warehouseName, ...(preferred !== warehouse && { preferred }), reason, promisedAt };
}

function storedKeys({ phone, address, ip, device }: MatchKeys, record: OrderRecord): StoredKeys {
  return ip === record.ip && device === record.deviceId ? [phone, address] : [phone, address, ip, device];
}

function storedPlatform({ platform, status }: OrderRecord): OrderRecord['platform'] | undefined {
  return platform.status === status && platform.refund === null ? undefined : platform;
}

/** The text for the `document` column. */
export function encodeOrder(record: OrderRecord): string {
  const { buyer, tags, route } = record;
  const [tag] = tags;
  return JSON.stringify({
    rawStatus: record.rawStatus,
    rawStatusUnknown: record.rawStatusUnknown || undefined,
    partiallyShipped: record.partiallyShipped || undefined,
    platform: storedPlatform(record),
    hold: record.hold ?? undefined,
    holdEvidence: some(record.holdEvidence),
    clearances: some(record.clearances),
    undo: record.undo ?? undefined,
    currency: record.currency === DEFAULTS.currency ? undefined : record.currency,
    goodsMinor: record.goodsMinor,
    freightMinor: record.freightMinor || undefined,
    discountMinor: record.discountMinor || undefined,
    refundedMinor: record.refundedMinor || undefined,
    couponMinor: record.couponMinor || undefined,
    refunds: some(record.refunds),
    paidAt: record.paidAt ?? undefined,
    decidedAt: record.decidedAt,
    buyer: { key: buyer.key ?? undefined, name: storedSensitive(buyer.name), tags: some(buyer.tags) },
    receiver: storedReceiver(record.receiver, buyer),
    buyerMessage: record.buyerMessage || undefined,
    sellerMemo: record.sellerMemo || undefined,
    invoice: record.invoice ?? undefined,
    customs: record.customs,
    ip: record.ip ?? undefined,
    deviceId: record.deviceId ?? undefined,
    presale: record.presale ?? undefined,
    lines: record.lines,
    tags: tags.length === 1 && tag === record.channel ? undefined : tags,
    keys: storedKeys(record.keys, record),
    counts: record.counts,
    openTasks: some(record.openTasks),
    healthScore: record.healthScore,
    executable: record.executable.map((check) => NAME_OF_CHECK.get(check.note.zh) ?? check),
    allocations: isPlain(record.allocations, record.lines, route?.warehouse ?? null) ? undefined : record.allocations,
    stock: record.stock === 'none' ? undefined : record.stock,
    route: route ? storedRoute(route) : undefined,
    linked: some(record.linked),
    trackingNumber: record.trackingNumber ?? undefined,
    shipRequestedAt: record.shipRequestedAt ?? undefined,
    carrier: record.carrier ?? undefined,
    platformHold: record.platformHold ?? undefined,
    observedAt: record.observedAt ?? undefined,
    unknown: record.unknown?.length ? record.unknown : undefined,
    parcel: record.parcel ?? undefined,
    shippedAt: record.shippedAt ?? undefined,
    checks: record.checks?.length ? record.checks : undefined,
    message: record.message ?? undefined,
    facets: record.facets,
    arrivedAt: record.arrivedAt ?? undefined,
  });
}

function receiverOf(stored: StoredReceiver, buyer: Buyer): Receiver {
  return {
    name: stored.name ? sensitiveOf(stored.name) : { ...buyer.name },
    phone: sensitiveOf(stored.phone),
    country: stored.country ?? 'CN',
    province: stored.province,
    city: stored.city,
    district: stored.district,
    address: sensitiveOf(stored.address),
    postcode: stored.postcode ?? null,
    position: stored.position ?? null,
  };
}

function routeOf({ preferred, ...stored }: StoredRoute, warehouse: string | null): Route {
  return { warehouse, preferred: preferred === undefined ? warehouse : preferred, ...stored };
}

function keysOf([phone, address, ...own]: StoredKeys, row: OrderRow, ip: string | null, device: string | null): MatchKeys {
  const [ownIp, ownDevice] = own;
  const differs = own.length > 0;
  return { buyer: row.buyer_key, phone, address, ip: differs ? (ownIp ?? null) : ip, device: differs ? (ownDevice ?? null) : device };
}

/** Lists must not be shared between orders. */
function defaults(): Defaulted {
  return { ...DEFAULTS, holdEvidence: [], clearances: [], refunds: [], openTasks: [], linked: [], unknown: [], checks: [] };
}

/** The order of a row. Before schema 5 the document held the whole order; such rows are read as they are. */
export function decodeOrder(row: OrderRow): OrderRecord {
  const parsed = JSON.parse(row.document) as StoredDocument | OrderRecord;
  return 'orderNo' in parsed ? parsed : recordOf(row, parsed);
}

function recordOf(row: OrderRow, document: StoredDocument): OrderRecord {
  const channel = row.channel as ChannelId;
  const status = row.status as OrderStatus;
  const { warehouse } = row;
  const { lines } = document;
  const buyer: Buyer = { key: document.buyer.key ?? null, name: sensitiveOf(document.buyer.name), tags: document.buyer.tags ?? [] };
  const allocations =
    document.allocations ?? lines.map(({ sku, quantity }) => ({ sku, warehouse: warehouse ?? '', quantity, pool: 'spot' }));
  return {
    ...defaults(),
    ...document,
    orderNo: row.order_no,
    version: row.version,
    channel,
    shopId: row.shop_id,
    channelOrderId: row.channel_order_id,
    status,
    platform: document.platform ?? { status, refund: null },
    paidMinor: row.paid_minor,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    receivedAt: row.received_at,
    statusSince: row.status_since,
    buyer,
    receiver: receiverOf(document.receiver, buyer),
    tags: document.tags ?? [channel],
    keys: keysOf(document.keys, row, document.ip ?? null, document.deviceId ?? null),
    grade: row.grade as OrderGrade,
    executable: document.executable.map((check) => (typeof check === 'string' ? EXECUTABLE_CHECKS[check] : check)),
    allocations: allocations as Allocation[],
    route: document.route ? routeOf(document.route, warehouse) : null,
  };
}
