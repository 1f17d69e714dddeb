import { ORDER_STATUSES, type OrderStatus } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';

/** One legal move (F). `catch-up` rows exist because a webhook may be missed: the platform is further than we knew. */
export interface Move {
  from: OrderStatus;
  to: OrderStatus;
  kind: 'step' | 'catch-up' | 'refund';
  trigger: LocalisedText;
  action: LocalisedText;
}

export const STATUS_NAMES: Record<OrderStatus, LocalisedText> = {
  pending_payment: { zh: '待付款', en: 'pending payment' },
  paid: { zh: '已付款', en: 'paid' },
  awaiting_shipment: { zh: '待发货', en: 'awaiting shipment' },
  shipped: { zh: '已发货', en: 'shipped' },
  delivered: { zh: '已签收', en: 'delivered' },
  completed: { zh: '已完成', en: 'completed' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  refunding: { zh: '退款中', en: 'refunding' },
  refunded: { zh: '已退款', en: 'refunded' },
  closed: { zh: '已关闭', en: 'closed' },
};

type Row = [from: OrderStatus, to: OrderStatus, trigger: [zh: string, en: string], action: [zh: string, en: string]];

const GIVE_BACK: [string, string] = ['释放库存；已通知仓库的发起召回', 'Give the stock back; recall it where the warehouse was told'];
const KEEP: [string, string] = ['记录，库存不动', 'Record it; the stock stays'];
const SHIP: [string, string] = ['预占转为出库', 'Turn the reservation into a shipment'];
const PAUSE: [string, string] = ['暂停发货，库存保留', 'Stop shipping, keep the stock'];

/** The order's normal way, and what takes it off that way. */
const STEPS: Row[] = [
  ['pending_payment', 'paid', ['收到付款', 'Payment received'], ['锁定库存，质检', 'Lock the stock, judge']],
  ['pending_payment', 'cancelled', ['买家取消或超时未付', 'Cancelled, or not paid in time'], GIVE_BACK],
  ['pending_payment', 'closed', ['平台关闭', 'Closed by the platform'], GIVE_BACK],
  [
    'paid',
    'awaiting_shipment',
    ['可执行检查全部通过，已请求发货；或平台允许发货', 'Executable and ship requested, or the platform allows shipping'],
    ['推送仓库', 'Tell the warehouse'],
  ],
  ['paid', 'cancelled', ['取消', 'Cancelled'], GIVE_BACK],
  ['paid', 'closed', ['平台关闭', 'Closed by the platform'], GIVE_BACK],
  ['awaiting_shipment', 'shipped', ['仓库出库或平台发货回执', 'Shipped by the warehouse or the platform'], SHIP],
  ['awaiting_shipment', 'cancelled', ['取消', 'Cancelled'], GIVE_BACK],
  ['awaiting_shipment', 'closed', ['平台关闭', 'Closed by the platform'], GIVE_BACK],
  ['shipped', 'delivered', ['签收', 'Received by the buyer'], KEEP],
  ['shipped', 'closed', ['退款后平台关闭', 'Closed after a refund'], KEEP],
  ['delivered', 'completed', ['确认收货或到期', 'Confirmed, or the period ended'], KEEP],
  ['delivered', 'closed', ['退款后平台关闭', 'Closed after a refund'], KEEP],
  ['completed', 'closed', ['售后退款后关闭', 'Closed after after-sale'], KEEP],
  ['cancelled', 'closed', ['平台关闭', 'Closed by the platform'], KEEP],
  ['cancelled', 'shipped', ['取消太晚，包裹已发出', 'The cancellation came too late: the parcel had left'], SHIP],
];

/** Refunds lie over the normal way: an order is refunding or refunded only when all of it is. */
const REFUNDS: Row[] = [
  ['pending_payment', 'refunding', ['申请退定金', 'Deposit claimed back'], PAUSE],
  ['paid', 'refunding', ['申请全额退款', 'Full refund claimed'], PAUSE],
  ['awaiting_shipment', 'refunding', ['申请全额退款', 'Full refund claimed'], PAUSE],
  ['shipped', 'refunding', ['申请退货退款', 'Return claimed'], KEEP],
  ['delivered', 'refunding', ['申请退货退款', 'Return claimed'], KEEP],
  ['completed', 'refunding', ['申请售后退款', 'After-sale refund claimed'], KEEP],
  ['cancelled', 'refunding', ['取消后退款中', 'Money on its way back after the cancellation'], KEEP],
  ['refunding', 'refunded', ['退款成功', 'Refund paid'], GIVE_BACK],
  ['refunding', 'closed', ['平台关闭', 'Closed by the platform'], GIVE_BACK],
  ['refunding', 'cancelled', ['退款中取消', 'Cancelled while refunding'], GIVE_BACK],
  ['refunding', 'pending_payment', ['撤销退定金', 'Deposit claim withdrawn'], KEEP],
  ['refunding', 'paid', ['撤销退款', 'Refund withdrawn'], ['恢复流转', 'Go on']],
  ['refunding', 'awaiting_shipment', ['撤销退款', 'Refund withdrawn'], ['恢复流转', 'Go on']],
  ['refunding', 'shipped', ['撤销退款或退款期间发出', 'Refund withdrawn, or shipped meanwhile'], SHIP],
  ['refunding', 'delivered', ['撤销退款', 'Refund withdrawn'], KEEP],
  ['refunding', 'completed', ['撤销退款', 'Refund withdrawn'], KEEP],
  ['refunded', 'closed', ['平台关闭', 'Closed by the platform'], KEEP],
];

const MISSED: [string, string] = ['平台状态已前进，中间通知未收到', 'The platform moved on; a message between was missed'];

/** Several states at once, because messages between were missed. */
const CATCH_UPS: Row[] = [
  ['pending_payment', 'awaiting_shipment', MISSED, ['锁定库存，质检', 'Lock the stock, judge']],
  ['pending_payment', 'shipped', MISSED, SHIP],
  ['pending_payment', 'delivered', MISSED, SHIP],
  ['pending_payment', 'completed', MISSED, SHIP],
  ['pending_payment', 'refunded', MISSED, GIVE_BACK],
  ['paid', 'shipped', MISSED, SHIP],
  ['paid', 'delivered', MISSED, SHIP],
  ['paid', 'completed', MISSED, SHIP],
  ['paid', 'refunded', MISSED, GIVE_BACK],
  ['awaiting_shipment', 'delivered', MISSED, SHIP],
  ['awaiting_shipment', 'completed', MISSED, SHIP],
  ['awaiting_shipment', 'refunded', MISSED, GIVE_BACK],
  ['cancelled', 'delivered', MISSED, SHIP],
  ['cancelled', 'completed', MISSED, SHIP],
  ['cancelled', 'refunded', MISSED, KEEP],
  ['shipped', 'completed', MISSED, KEEP],
  ['shipped', 'refunded', MISSED, KEEP],
  ['delivered', 'refunded', MISSED, KEEP],
  ['completed', 'refunded', MISSED, KEEP],
];

function rows(kind: Move['kind'], table: Row[]): Move[] {
  return table.map(([from, to, trigger, action]) => ({
    from,
    to,
    kind,
    trigger: { zh: trigger[0], en: trigger[1] },
    action: { zh: action[0], en: action[1] },
  }));
}

/**
 * The state table F. Forwards is legal, several states at once too; backwards only where a refund is withdrawn.
 * The first message of an order may carry any state. A hold is a separate dimension and not in this table.
 */
export const LIFECYCLE: readonly Move[] = [...rows('step', STEPS), ...rows('refund', REFUNDS), ...rows('catch-up', CATCH_UPS)];

const LEGAL: ReadonlyMap<OrderStatus, ReadonlyMap<OrderStatus, Move>> = new Map(
  ORDER_STATUSES.map((from) => [from, new Map(LIFECYCLE.filter((move) => move.from === from).map((move) => [move.to, move]))]),
);

/** The move between two states, `same` when there is none to make, or null when the table forbids it. */
export function move(from: OrderStatus, to: OrderStatus): Move | 'same' | null {
  return from === to ? 'same' : (LEGAL.get(from)?.get(to) ?? null);
}

/**
 * How far along a state is, for two messages of the same moment: the further one wins. Every state may legally move to any
 * of higher rank, so the winner does not depend on which came first.
 */
const RANK: readonly OrderStatus[] = [
  'pending_payment',
  'paid',
  'awaiting_shipment',
  'cancelled',
  'shipped',
  'delivered',
  'completed',
  'refunding',
  'refunded',
  'closed',
];
export function statusRank(status: OrderStatus): number {
  return RANK.indexOf(status);
}

/** States whose goods have left the warehouse. */
export function hasShipped(status: OrderStatus): boolean {
  return status === 'shipped' || status === 'delivered' || status === 'completed';
}

/** States in which nothing will be shipped any more. */
export function hasEnded(status: OrderStatus): boolean {
  return status === 'cancelled' || status === 'refunded' || status === 'closed';
}

/** States from which an order can still go to the warehouse; only these are judged and reserve stock. */
export function isOpen(status: OrderStatus): boolean {
  return status === 'pending_payment' || status === 'paid' || status === 'awaiting_shipment';
}
