import type { WebSocket } from 'ws';
import type { Desk } from '../kit/desk.ts';
import { openSockets } from '../kit/socket.ts';
import type { SocketPlace } from '../kit/socket.ts';
import type { TruthOrder } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { pmcTarget } from './sign.ts';

const TOLERANCE_MS = 600_000;
const AGAIN_AFTER_MS = 30_000;
const LATE_MS = 4_000;
/** Without a sign of life for this long a connection is cut before the next message. */
const SILENCE_MS = 60_000;
/** Longest real wait for an acknowledgement when a test wants quiet. */
const PATIENCE_MS = 500;

interface Pending {
  id: bigint;
  frame: string;
  sentAt: number | null;
}

/** The message connection: frames with 64-bit ids, sent again until they are acknowledged. */
export class MessageConnections {
  readonly #desk: Desk;
  readonly #clientId: string;
  readonly #pending = new Map<bigint, Pending>();
  readonly #beats = new WeakMap<WebSocket, number>();
  readonly #place: SocketPlace;
  /** Bigger than a double can hold. */
  #next = 9_007_199_254_740_995n;
  permitted = false;

  constructor(desk: Desk, clientId: string) {
    this.#desk = desk;
    this.#clientId = clientId;
    this.#place = openSockets(
      desk.server,
      (target) => this.#admit(target),
      (socket) => this.#connected(socket),
    );
    desk.onStop(() => this.#place.close());
  }

  #admit(target: string): number | null {
    const { state, now } = this.#desk;
    const at = target.split('/')[3] ?? '';
    if (target !== pmcTarget(this.#clientId, state.secret, at)) return this.#refuse('signature', 401);
    if (!/^\d{13}$/.test(at) || Math.abs(Number(at) - now) > TOLERANCE_MS) return this.#refuse('timestamp', 403);
    return this.permitted ? null : this.#refuse('permit', 403);
  }

  #refuse(reason: string, status: number): number {
    this.#desk.refuse(reason);
    return status;
  }

  #connected(socket: WebSocket): void {
    this.#desk.calls.socket += 1;
    this.#beats.set(socket, this.#desk.now);
    socket.on('message', (data: Buffer) => this.#heard(socket, data.toString('utf8')));
    for (const pending of this.#pending.values()) this.#send(pending);
  }

  /** Ids are read from the text, since no double holds them. */
  #heard(socket: WebSocket, text: string): void {
    if (text.includes('"HeartBeat"')) this.#beats.set(socket, this.#desk.now);
    const id = /"id":(\d+)/.exec(text)?.[1];
    const whole = /"sendTime":\d{13}/.test(text) && new RegExp(`"mallID":${this.#desk.state.identity}\\b`).test(text);
    if (!text.includes('"Ack"') || id === undefined) return;
    if (whole) this.#pending.delete(BigInt(id));
    else this.#desk.refuse('ack');
  }

  announce(type: string, content: object, at: number): void {
    if (!this.permitted) return;
    const id = this.#next++;
    const message = { type, mallID: BigInt(this.#desk.state.identity), content: exactJson(content) };
    const pending: Pending = { id, frame: exactJson({ id, commandType: 'Common', sendTime: at, message }), sentAt: null };
    const fault = this.#desk.options.faults.next('socket');
    if (fault === 'drop') return;
    this.#pending.set(id, pending);
    if (fault === 'reorder') this.#desk.options.after(LATE_MS, () => this.#send(pending));
    else this.#send(pending);
    if (fault === 'duplicate') this.#send(pending);
    if (fault === 'disconnect') for (const socket of this.#place.open) socket.terminate();
  }

  #send(pending: Pending): void {
    const { now, options } = this.#desk;
    for (const socket of this.#place.open) {
      if (now - (this.#beats.get(socket) ?? now) > SILENCE_MS) {
        this.#desk.refuse('heartbeat');
        socket.terminate();
        continue;
      }
      socket.send(pending.frame);
      if (pending.sentAt === null) options.after(AGAIN_AFTER_MS, () => this.#again(pending));
      pending.sentAt = now;
    }
  }

  #again(pending: Pending): void {
    pending.sentAt = null;
    if (this.#pending.has(pending.id)) this.#send(pending);
  }

  /** Until what is on the wire is acknowledged. */
  async settled(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    const open = () => this.#place.open.size > 0 && [...this.#pending.values()].some(({ sentAt }) => sentAt === this.#desk.now);
    while (open() && performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
  }
}

const TYPE_OF_STAGE: Partial<Record<TruthOrder['stage'], string>> = {
  'to-ship': 'pdd_trade_TradeConfirmed',
  shipped: 'pdd_trade_TradeSellerShip',
  received: 'pdd_trade_TradeSuccess',
  done: 'pdd_trade_TradeSuccess',
};
const TYPE_OF_REFUND = {
  asked: 'pdd_refund_RefundCreated',
  agreed: 'pdd_refund_RefundAgreeAgreement',
  done: 'pdd_refund_RefundAgreeAgreement',
  withdrawn: 'pdd_refund_RefundClosed',
  refused: 'pdd_refund_RefundClosed',
} as const;

/** What is told of a change, or null: unpaid orders, memos and reviews are not told at all. Refund sums are fen. */
export function messageOf(
  order: TruthOrder,
  happened: 'created' | 'changed' | 'refund',
  mallId: string,
): { type: string; content: object } | null {
  const mall_id = BigInt(mallId);
  const [refund] = [...order.refunds].sort((a, b) => b.updatedAt - a.updatedAt);
  if (happened === 'refund' && refund) {
    const told = { refund_id: BigInt(refund.id), refund_fee: refund.amountMinor, modified: refund.updatedAt };
    return { type: TYPE_OF_REFUND[refund.state], content: { mall_id, tid: order.id, bill_type: 1, operation: 1000, ...told } };
  }
  const type = happened === 'changed' ? TYPE_OF_STAGE[order.stage] : undefined;
  return type === undefined ? null : { type, content: { mall_id, tid: order.id } };
}
