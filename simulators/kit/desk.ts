import type { Server } from 'node:http';
import { Books } from './books.ts';
import type { RefundRow, TimeOf } from './books.ts';
import { Courier } from './courier.ts';
import type { CourierRules } from './courier.ts';
import { openHttp } from './http.ts';
import type { HttpPlace, ReceivedRequest, SimulatorAnswer } from './http.ts';
import { Ledger } from './ledger.ts';
import type { CallAllowance } from './ledger.ts';
import { between } from './random.ts';
import type { CallKind, Fault, PlatformSimulator, SimulatorOptions, SimulatorState, TruthOrder, WriteSeen } from './types.ts';

const SLOW_MS = 12;
const SKEW_MS = 180_000;
const GARBAGE: readonly SimulatorAnswer[] = [
  { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>502 Bad Gateway</h1></body></html>' },
  { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0xff, 0x22, 0x7d]) },
  { status: 200, headers: { 'content-type': 'application/json' }, body: '"ok"' },
];

/** What a platform does with one request. `kind` decides which faults can hit it, `group` which allowance it uses up. */
export interface CallClass {
  kind: CallKind;
  group: string;
}

/** One request being answered. */
export interface Visit {
  readonly request: ReceivedRequest;
  /** The platform's clock for this request; one odd server among many may be minutes off. */
  readonly now: number;
  readonly fault: Fault | null;
  /** Counts a refusal by reason and hands the answer back. */
  refuse(reason: string, answer: SimulatorAnswer): SimulatorAnswer;
}

/** What makes a platform this platform. `answer` checks and does everything a call demands. */
export interface PlatformRules {
  state: SimulatorState;
  allowances: Readonly<Record<string, CallAllowance>>;
  courier: CourierRules;
  classify(request: ReceivedRequest): CallClass;
  answer(visit: Visit, desk: Desk): SimulatorAnswer | Promise<SimulatorAnswer>;
  tooFast(): SimulatorAnswer;
  unavailable(): SimulatorAnswer;
  credentials(desk: Desk): Record<string, string>;
  /** Pushes what the platform would push. Called after the books were changed. */
  announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', desk: Desk): void;
}

/** The parts every platform shares: orders, clock, faults, allowances, counts. Signing and rendering are the platform's own. */
export class Desk implements PlatformSimulator {
  readonly options: SimulatorOptions;
  readonly rules: PlatformRules;
  readonly books = new Books();
  readonly state: SimulatorState;
  readonly courier: Courier;
  readonly calls: Record<CallKind, number> = { list: 0, detail: 0, push: 0, write: 0, token: 0, socket: 0 };
  readonly refusals: Record<string, number> = {};
  readonly writes: WriteSeen[] = [];
  readonly #ledger: Ledger;
  readonly #cleanUp: (() => void | Promise<void>)[] = [];
  #place: HttpPlace | null = null;

  constructor(options: SimulatorOptions, rules: PlatformRules) {
    this.options = options;
    this.rules = rules;
    this.state = rules.state;
    this.courier = new Courier(options, rules.courier);
    this.#ledger = new Ledger(rules.allowances);
  }

  async open(port = 0): Promise<this> {
    this.#place = await openHttp((request) => this.#serve(request), port);
    return this;
  }

  get url(): string {
    return this.#place?.url ?? '';
  }
  get server(): Server {
    if (!this.#place) throw new Error('The simulator is not open yet.');
    return this.#place.server;
  }
  get violations(): number {
    return this.#ledger.violations;
  }
  /** The platform's clock: the test's time and what is wrong with it. */
  get now(): number {
    return this.options.now() + this.state.clockOffMs;
  }

  credentials(): Record<string, string> {
    return this.rules.credentials(this);
  }

  apply(order: TruthOrder, happened: 'created' | 'changed' | 'refund'): void {
    this.books.put(order);
    this.rules.announce(order, happened, this);
  }

  truth(id: string): TruthOrder | null {
    return this.books.get(id);
  }

  set(state: Partial<SimulatorState>): void {
    Object.assign(this.state, state);
  }

  /** Books an allowance that hides inside a request (several groups, a socket). */
  allow(group: string): boolean {
    return this.#ledger.take(group, this.options.now());
  }

  refuse(reason: string): void {
    this.refusals[reason] = (this.refusals[reason] ?? 0) + 1;
  }

  /**
   * Notes a write. `repeated` when the same content was written to the same subject before: it has no further effect.
   * The caller answers it as the platform does.
   */
  wrote(kind: WriteSeen['kind'], subject: string, content: Record<string, string | number>): WriteSeen {
    const text = JSON.stringify(content);
    const last = this.writes.findLast((write) => write.kind === kind && write.subject === subject);
    const seen: WriteSeen = { at: this.now, kind, subject, content, repeated: last !== undefined && JSON.stringify(last.content) === text };
    this.writes.push(seen);
    return seen;
  }

  /** A change the platform makes by itself or on a write: takes the time of now (whole seconds), is announced, and is the truth from now on. */
  change(id: string, edit: (order: TruthOrder) => TruthOrder): TruthOrder | null {
    const order = this.books.get(id);
    if (!order) return null;
    const changed = { ...edit(order), updatedAt: Math.max(order.updatedAt, this.#second()) };
    this.apply(changed, 'changed');
    return changed;
  }

  /** Orders of a window as they are at this moment; a page shift has just moved some of them out of it. Bounds inclusive. */
  listed(visit: Visit, by: TimeOf, from: number, to: number, order: 'asc' | 'desc' = 'asc'): TruthOrder[] {
    const rows = this.books.inWindow(by, from, to, order);
    if (visit.fault !== 'page-shift' || by !== 'updated' || rows.length === 0) return rows;
    this.#touch(rows);
    return this.books.inWindow(by, from, to, order);
  }

  /** Refunds of a window as they are at this moment. Bounds inclusive. */
  refundsListed(_visit: Visit, by: 'updated' | 'created', from: number, to: number): RefundRow[] {
    return this.books.refundsInWindow(by, from, to, this.now);
  }

  /** One page of rows; half of it where the platform answers half a page (its total stays right). */
  page<T>(visit: Visit, rows: readonly T[], start: number, size: number): T[] {
    const page = rows.slice(start, start + size);
    return visit.fault === 'half-page' ? page.slice(0, Math.floor(page.length / 2)) : page;
  }

  onStop(task: () => void | Promise<void>): void {
    this.#cleanUp.push(task);
  }

  async settled(): Promise<void> {
    await this.courier.settled();
    this.calls.push = this.courier.calls;
  }

  async stop(): Promise<void> {
    for (const task of this.#cleanUp) await task();
    await this.courier.stop();
    await this.#place?.close();
  }

  async #serve(request: ReceivedRequest): Promise<SimulatorAnswer> {
    const { kind, group } = this.rules.classify(request);
    this.calls[kind] += 1;
    if (!this.allow(group)) {
      this.refuse('rate');
      return this.rules.tooFast();
    }
    const fault = this.options.faults.next(kind);
    const now = this.now + (fault === 'clock-skew' ? (this.options.chance() < 0.5 ? -SKEW_MS : SKEW_MS) : 0);
    if (fault === 'rate-429') return { date: now, ...this.rules.tooFast() };
    if (fault === 'error-500') return { date: now, ...this.rules.unavailable() };
    if (fault === 'garbage')
      return { date: now, ...(GARBAGE[between(this.options.chance, 0, GARBAGE.length - 1)] ?? { status: 502, body: '' }) };
    const visit: Visit = {
      request,
      now,
      fault,
      refuse: (reason, answer) => {
        this.refuse(reason);
        return answer;
      },
    };
    const answer = await this.rules.answer(visit, this);
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    if (fault === 'disconnect') return { ...answer, disconnect: true };
    if (fault === 'cut-body') return { date: now, ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
    return { date: now, ...answer };
  }

  #second(): number {
    return Math.floor(this.now / 1_000) * 1_000;
  }

  /** One to five orders change at this very moment, without any other difference: their place in every list moves. */
  #touch(rows: readonly TruthOrder[]): void {
    const second = this.#second();
    for (let left = between(this.options.chance, 1, 5); left > 0; left -= 1) {
      const order = rows[between(this.options.chance, 0, rows.length - 1)];
      if (order && second > order.updatedAt) this.books.put({ ...order, updatedAt: second });
    }
  }
}
