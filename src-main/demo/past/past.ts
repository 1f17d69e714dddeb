import { randomUUID } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import type { MethodInput, MethodName, MethodOutput, Principal } from '#shared/contract/index.ts';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { HubConfig } from '#main/hub/config.ts';
import type { Logger } from '#main/hub/ports.ts';
import { ManualTime } from '#main/hub/time.ts';
import { createAgenda } from '../agenda.ts';
import type { DemoOrder, Happening, Posting } from '../order.ts';
import { PEOPLE_WORDS } from '../people.ts';
import { bridgeLetters } from '../platforms/bridge.ts';
import type { Letter } from '../platforms/letter.ts';
import { shopifyLetters } from '../platforms/shopify.ts';
import { seededRandom } from '../random.ts';
import type { Random } from '../random.ts';
import { keyOf } from '../world.ts';
import { decide } from './agents.ts';
import { pastOrders } from './buyers.ts';
import type { PastOrder } from './buyers.ts';

/** What the past is made of. Structured-clone safe: it crosses to a worker thread. */
export interface PastTask {
  seed: string;
  /** The first start of the demo; the past ends before it. */
  startedAt: number;
  days: number;
  orders: number;
  config: HubConfig;
  /** Secret of each shop's webhooks, by `channel/shopId`. */
  secrets: ReadonlyMap<string, string>;
  dataDirectory: string;
  /** The file of the workspace; must not be there yet. */
  databasePath: string;
}

export interface PastCounts {
  orders: number;
  messages: number;
  stopped: number;
  decided: number;
}

type Act =
  | { kind: 'paid'; past: PastOrder }
  | { kind: 'ship' | 'deliver' | 'settle'; past: PastOrder }
  | { kind: 'decide'; past: PastOrder; orderNo: string; action: 'release' | 'freeze'; operator: string; reason: string };

/** Messages of so much time are handed in together, and never more than so many. */
const TOGETHER_MS = 30 * MINUTE;
const MOST_TOGETHER = 100;
/** Nothing of the past reaches into what the platforms hand over when the demo starts. */
const QUIET_BEFORE_START = HOUR;
/** After the timer has released an order it is packed like any other. */
const RELEASED_BY_TIMER = 2 * HOUR + MINUTE;
const NOBODY: Principal = { operator: 'demo', role: 'supervisor', locale: 'zh' };

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields, message) => console.error(`Demo: ${message}`, fields['err'] ?? ''),
};

/**
 * Lets the hub live through the weeks before the demo's first start, in simulated time: shops tell of their orders at its real doors, it judges
 * them, the team decides what it stopped, parcels arrive and come back. Nothing is written past it, so every figure of this past is computed.
 */
export async function livePast(task: PastTask, going: () => boolean = () => true): Promise<PastCounts> {
  const span = { from: task.startedAt - task.days * DAY, to: task.startedAt - QUIET_BEFORE_START, orders: task.orders };
  const time = new ManualTime(span.from);
  const hub = await openHub(
    { dataDirectory: task.dataDirectory, config: task.config, demo: true },
    {
      ...{ databasePath: ':memory:', clock: time, timers: time, runJobs: false, durable: false },
      ...{ checkOutputs: false, deliverers: [], logger: silent },
    },
  );
  try {
    const past = new Past({ task, hub, time, span });
    await past.run(going);
    if (going()) await keep(hub, task.databasePath);
    return past.counts;
  } finally {
    await hub.close();
  }
}

/** Written beside and put in its place whole: a start that is broken off leaves no half past, and of two starts at once one wins. */
async function keep(hub: LocalHub, path: string): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  try {
    await writeFile(beside, hub.image());
    await link(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

interface PastParts {
  task: PastTask;
  hub: LocalHub;
  time: ManualTime;
  span: { from: number; to: number; orders: number };
}

class Past {
  readonly counts: PastCounts = { orders: 0, messages: 0, stopped: 0, decided: 0 };
  readonly #parts: PastParts;
  readonly #random: Random;
  readonly #agenda = createAgenda<Act>();
  #waiting: { letter: Letter; at: number }[] = [];
  /** Orders told of as paid since the hub was last asked what it stopped. */
  #fresh: PastOrder[] = [];

  constructor(parts: PastParts) {
    this.#parts = parts;
    this.#random = seededRandom(`${parts.task.seed}/past/lives`);
  }

  async run(going: () => boolean): Promise<void> {
    const { task, span } = this.#parts;
    const buyers = pastOrders(seededRandom(`${task.seed}/past`), span, Math.floor(task.startedAt / 1_000) - 2);
    let coming = buyers.next();
    while (going()) {
      const next = this.#agenda.nextAt() ?? Infinity;
      if (!coming.done && coming.value.paidAt <= next) {
        const past = coming.value;
        coming = buyers.next();
        await this.#happen({ kind: 'paid', past }, past.paidAt);
      } else {
        const due = this.#agenda.takeDue(Number.MAX_SAFE_INTEGER);
        if (!due) {
          if (this.#waiting.length === 0) return;
          await this.#handIn();
          continue;
        }
        await this.#happen(due.act, due.at);
      }
    }
  }

  async #happen(act: Act, at: number): Promise<void> {
    const first = this.#waiting[0];
    if (first && (act.kind === 'decide' || at - first.at > TOGETHER_MS || this.#waiting.length >= MOST_TOGETHER)) {
      await this.#handIn();
      // What was stopped may have to be decided before this.
      this.#agenda.add(at, act);
      return;
    }
    const { past } = act;
    const { order } = past;
    switch (act.kind) {
      case 'paid':
        this.counts.orders += 1;
        this.#fresh.push(past);
        Object.assign(order, { paidAt: at, paidMinor: order.totalMinor });
        return this.#say(order, 'paid', 'paid', at);
      case 'ship':
        this.#send(past, at);
        return this.#agenda.add(at + past.transitMs, { kind: 'deliver', past });
      case 'deliver':
        this.#say(order, 'delivered', 'delivered', at);
        return this.#agenda.add(at + past.settledMs, { kind: 'settle', past });
      case 'settle':
        if (!past.bad) return this.#say(order, 'completed', 'completed', at);
        return this.#giveBack(order, 'refunded', 'refund-succeeded', at);
      case 'decide':
        return this.#decide(act, at);
    }
  }

  #say(order: DemoOrder, status: DemoOrder['status'], happening: Happening, at: number): void {
    order.status = status;
    order.updatedAt = Math.max(at, order.updatedAt + 1);
    order.revision += 1;
    const posting: Posting = { happening, order, at: order.updatedAt, history: true };
    const secret = this.#parts.task.secrets.get(order.shop) ?? '';
    const letters = order.shop.startsWith('shopify/') ? shopifyLetters(posting, secret) : bridgeLetters(posting, secret);
    this.#waiting.push(...letters.map((letter) => ({ letter, at })));
  }

  #send({ order, slow }: PastOrder, at: number): void {
    const carrier = this.#random.pick(PEOPLE_WORDS.carriers.filter((one) => one.slow === slow));
    order.carrier = carrier.zh;
    order.trackingNumber = `${carrier.code}${Math.floor(at / 1_000)}${this.#random.int(1_000, 9_999)}`;
    this.#say(order, 'shipped', 'shipped', at);
  }

  #giveBack(order: DemoOrder, status: 'refunded' | 'cancelled', happening: Happening, at: number): void {
    const lines = order.lines.map(({ sku, quantity, unitPriceMinor }) => ({ sku, quantity, amountMinor: quantity * unitPriceMinor }));
    const reason = status === 'refunded' ? '七天无理由退货' : '商家取消';
    order.refunds = [{ id: `R${order.id}1`, amountMinor: order.paidMinor, at, state: 'succeeded', reason, lines }];
    this.#say(order, status, happening, at);
  }

  /** Time goes on to the last of the messages that wait, they come in at the doors, and the team looks at what was stopped. */
  async #handIn(): Promise<void> {
    const { hub, time } = this.#parts;
    const letters = this.#waiting;
    this.#waiting = [];
    hub.advanceTo(Math.max(time.now(), letters.at(-1)?.at ?? 0), time);
    const now = time.now();
    const receipts = await Promise.all(
      letters.map(({ letter }) => {
        const [channel = '', shopId = ''] = letter.shop.split('/');
        return hub.receive({ channel, shopId, headers: letter.headers(now), body: letter.body, receivedAt: now });
      }),
    );
    const refused = receipts.find(({ status }) => status !== 200);
    if (refused) throw new Error(`The hub refused a message of the demo's past: ${refused.body}`);
    this.counts.messages += letters.length;
    if (this.#fresh.length > 0) await this.#lookAtStopped(now);
  }

  async #lookAtStopped(now: number): Promise<void> {
    const { items } = await this.#ask('holds.list', { limit: 500 });
    const stopped = new Map(items.map((item) => [keyOf({ shop: `${item.channel}/${item.shopId}`, id: item.channelOrderId }), item]));
    for (const past of this.#fresh.splice(0)) {
      const item = stopped.get(keyOf(past.order));
      if (!item?.hold) {
        this.#agenda.add(Math.max(now, past.paidAt + past.packingMs), { kind: 'ship', past });
        continue;
      }
      this.counts.stopped += 1;
      const { from, to } = this.#parts.span;
      const decision = decide(this.#random, {
        ...{ at: now, ruleId: item.hold.reasons[0]?.ruleId ?? '', bad: past.bad, frozen: item.hold.kind === 'frozen' },
        progress: (now - from) / (to - from),
      });
      if (decision) this.#agenda.add(now + decision.afterMs, { kind: 'decide', past, orderNo: item.orderNo, ...decision });
      else this.#agenda.add(now + RELEASED_BY_TIMER + past.packingMs, { kind: 'ship', past });
    }
  }

  async #decide({ past, orderNo, action, operator, reason }: Extract<Act, { kind: 'decide' }>, at: number): Promise<void> {
    const { hub, time } = this.#parts;
    hub.advanceTo(at, time);
    // As on the desk: decided is what the order is now.
    const { version, hold } = await this.#ask('orders.get', { orderNo });
    if (!hold) return this.#agenda.add(at + past.packingMs, { kind: 'ship', past });
    const agent: Principal = { operator, role: 'agent', locale: 'zh' };
    // What a rule froze already stays so, with a word why.
    if (action === 'freeze' && hold.kind === 'frozen') await this.#ask('holds.note', { orderNo, text: reason }, agent);
    else await this.#ask(action === 'release' ? 'holds.release' : 'holds.freeze', { orderNo, version, reason }, agent);
    this.counts.decided += 1;
    if (action === 'release') this.#agenda.add(at + past.packingMs, { kind: 'ship', past });
    else this.#giveBack(past.order, 'cancelled', 'cancelled', at + Math.round(this.#random.between(20, 90) * MINUTE));
  }

  async #ask<N extends MethodName>(method: N, input: MethodInput<N>, principal = NOBODY): Promise<MethodOutput<N>> {
    const answer = await this.#parts.hub.request(method, input, principal);
    if (!answer.ok) throw new Error(`The demo's past: ${method} was refused (${answer.error.message})`);
    return answer.value as MethodOutput<N>;
  }
}
