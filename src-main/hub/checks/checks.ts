import type { CheckSourceState, ChecksState } from '#shared/contract/checks.ts';
import { CHECK_SOURCES } from '#shared/order.ts';
import type { CheckSource } from '#shared/order.ts';
import { SECOND } from '#shared/time.ts';
import { CHECK_FIELDS } from '#main/engine/index.ts';
import type { CheckPolicy, CheckWorld, KeyedHash } from '#main/engine/index.ts';
import type { CheckAnswer } from '#main/model/outcome.ts';
import type { OrderCheck, OrderRecord } from '#main/model/record.ts';
import { SOURCE_NAMES } from '#main/rules/index.ts';
import type { Batch } from '../batch.ts';
import type { Decider } from '../decider.ts';
import type { JobHealth } from '../jobs/job-health.ts';
import type { Metrics } from '../metrics.ts';
import type { PartnerDesk } from '../partner-desk.ts';
import type { BreakerState, CheckLinks } from '../partner-ports.ts';
import type { Clock, Logger, Store, Timers } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import type { HubSettings } from '../settings.ts';
import type { StoreCondition } from '../condition.ts';
import { AnswerDesk } from './answer-desk.ts';
import { CheckPolicies } from './policies.ts';
import { interviewsOf } from './questions.ts';
import type { Interview, Told } from './questions.ts';
import { SourceLine } from './source-line.ts';
import type { Reply } from './source-line.ts';
import { Unanswered } from './unanswered.ts';
import { breakerNotice, troubleWords } from './words.ts';

/** B3: no order waits longer for all its sources together, queueing included. */
export const TOTAL_MS = 1_500;
const TICK_MS = SECOND;
/** Orders taken from the store at once when the hub starts, or when those in memory are done. */
const LOADED = 20_000;
/** Orders judged again in one turn after a policy changed. */
const REJUDGED_TOGETHER = 100;

export interface ChecksParts {
  store: Store;
  settings: HubSettings;
  clock: Clock;
  timers: Timers;
  condition: StoreCondition;
  jobs: JobHealth;
  logger: Logger;
  metrics: Metrics;
  publisher: Publisher;
  keyOf: KeyedHash;
  desk: Pick<PartnerDesk, 'worked' | 'failed'>;
  links(): CheckLinks;
  /** Fields the rules in force read. */
  fields(): readonly string[];
  decider(): Decider;
  defer(task: () => void): void;
  wakeOutbox(): void;
}

interface Counts {
  answers: number;
  timeouts: number;
  unavailable: number;
  late: number;
}

/**
 * Asks the connected sources about every order that waits for them, once it is durable: all in parallel, each with its own time and
 * breaker, 1.5 s in all. What they say, in time or late, goes to the decider; where there is no answer the question stays open in
 * the background until the order left, so that a late finding still acts.
 */
export class Checks {
  readonly #parts: ChecksParts;
  readonly #policies: CheckPolicies;
  readonly #answers: AnswerDesk;
  readonly #stopping = new AbortController();
  readonly #lines: Readonly<Record<CheckSource, SourceLine>>;
  readonly #counts: Readonly<Record<CheckSource, Counts>>;
  readonly #unanswered: Readonly<Record<CheckSource, Unanswered>>;
  /** Questions of orders that wait, so that no question is asked twice at once. */
  readonly #asking = new Set<string>();
  #waiting = 0;
  #world: CheckWorld | null = null;
  #links: CheckLinks | null = null;
  #interviews: Record<CheckSource, Interview | null> = { crm: null, wms: null, 'risk-list': null };
  #running = false;
  #moved = false;
  /** The store has more orders to ask about than are in memory. */
  #more = false;
  #cancel: (() => void) | null = null;

  constructor(parts: ChecksParts) {
    this.#parts = parts;
    const { store, settings, clock, condition, jobs, logger, decider, defer, wakeOutbox } = parts;
    this.#policies = new CheckPolicies(store, settings);
    this.#answers = new AnswerDesk({ condition, logger, decider, defer, wakeOutbox });
    const each = <T>(make: (source: CheckSource) => T): Record<CheckSource, T> => ({
      crm: make('crm'),
      wms: make('wms'),
      'risk-list': make('risk-list'),
    });
    this.#lines = each(
      (source) =>
        new SourceLine({
          source,
          interview: () => this.#interview(source),
          parallel: settings.checksParallel,
          signal: this.#stopping.signal,
          moved: (_source, state) => jobs.run('checks', () => this.#breakerMoved(source, state, clock.now())),
        }),
    );
    this.#counts = each(() => ({ answers: 0, timeouts: 0, unavailable: 0, late: 0 }));
    this.#unanswered = each(() => new Unanswered());
    this.connected();
  }

  /** What the engine has to know; null while no source is connected. */
  get world(): CheckWorld | null {
    return this.#world;
  }

  /** Sources were connected, changed or taken away. */
  connected(): void {
    const sources = CHECK_SOURCES.filter((source) => this.#interview(source) !== null);
    this.#world = sources.length > 0 ? { sources, policies: this.#policies.all() } : null;
    this.#moved = true;
  }

  /** Asks about orders an earlier run left open, and from now on about every order that needs it. */
  start(): void {
    const { jobs, timers } = this.#parts;
    this.#running = true;
    // The store has all that is open: what cannot be read from it now is read at a later tick.
    this.#more = true;
    jobs.run('checks', () => this.#load());
    this.#cancel = jobs.timers('checks', timers).every(TICK_MS, () => this.tick());
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel?.();
    this.#stopping.abort();
    this.#answers.stop();
  }

  /** A batch was durable: what it left open is asked. */
  changed({ changed }: Pick<Batch, 'changed'>): void {
    if (!this.#running || (!this.#world && this.#nobodyUnanswered)) return;
    for (const { record } of changed.values()) this.#look(record);
  }

  /** Every second: whoever could not be asked about is asked again; consoles hear what moved. */
  tick(): void {
    if (!this.#running) return;
    this.#answers.retry();
    for (const source of CHECK_SOURCES) this.#again(source);
    if (this.#more && this.#waiting === 0 && CHECK_SOURCES.every((source) => this.#unanswered[source].size === 0)) this.#load();
    if (!this.#moved) return;
    this.#moved = false;
    this.#parts.publisher.send('checks.changed', this.state());
  }

  /** Resolves once every question under way was decided; for tests. */
  async settled(): Promise<void> {
    while (this.#asking.size > 0 || this.#answers.busy) await new Promise<void>((resolve) => this.#parts.defer(resolve));
  }

  state(): ChecksState {
    return { at: this.#parts.clock.now(), waiting: this.#waiting, sources: CHECK_SOURCES.map((source) => this.#stateOf(source)) };
  }

  /** Figures that are read when asked for. */
  gauge(metrics: Pick<Metrics, 'checksWaiting' | 'checksUnanswered'>): void {
    metrics.checksWaiting.set(this.#waiting);
    metrics.checksUnanswered.set(CHECK_SOURCES.reduce((sum, source) => sum + this.#unanswered[source].size, 0));
  }

  /** Where the policy comes from; `file` cannot be changed on screen. */
  policyOf(source: CheckSource): ReturnType<CheckPolicies['of']> {
    return this.#policies.of(source);
  }

  /** Orders the source is still asked about, in the order their turn comes. */
  unanswered(source: CheckSource): string[] {
    return this.#unanswered[source].orderNos;
  }

  /** Takes a policy into force, and judges the orders again that wait under the old one. */
  setPolicy(source: CheckSource, policy: CheckPolicy, operator: string): void {
    const { store, clock } = this.#parts;
    const before = this.#policies.of(source).policy;
    store.transaction(() => {
      this.#policies.set(source, policy);
      store.audit.append({ actor: operator, action: 'checks.policy', subject: source, detail: { before, after: policy } }, clock.now());
    });
    this.connected();
    if (before !== policy) this.#rejudge(this.#unanswered[source].orderNos, source);
  }

  #interview(source: CheckSource): Interview | null {
    const links = this.#parts.links();
    if (links !== this.#links) {
      this.#links = links;
      this.#interviews = interviewsOf(links, this.#parts.keyOf);
    }
    return this.#interviews[source];
  }

  #load(): void {
    const rows = this.#parts.store.orders.unchecked(LOADED);
    this.#more = rows.length === LOADED;
    for (const { record } of rows) this.#look(record);
  }

  #look(record: OrderRecord): void {
    const checks = record.checks ?? [];
    if (checks.length === 0 && this.#nobodyUnanswered) return;
    const ships = record.status === 'paid' || record.status === 'awaiting_shipment';
    for (const source of CHECK_SOURCES) {
      const state = checks.find((check) => check.source === source)?.state;
      if (ships && state === 'unavailable') this.#unanswered[source].add(record.orderNo, this.#parts.clock.now());
      else this.#unanswered[source].remove(record.orderNo);
    }
    const open = checks.filter((check) => check.state === 'asked' && !this.#asking.has(keyOf(record.orderNo, check)));
    if (open.length > 0) this.#ask(record.orderNo, open);
  }

  get #nobodyUnanswered(): boolean {
    const { crm, wms, 'risk-list': risk } = this.#unanswered;
    return crm.size + wms.size + risk.size === 0;
  }

  #ask(orderNo: string, checks: readonly OrderCheck[]): void {
    const keys = checks.map((check) => keyOf(orderNo, check));
    for (const key of keys) this.#asking.add(key);
    this.#waiting += 1;
    this.#moved = true;
    const questions = checks.map((check) => this.#lines[check.source].ask(check.about, (told, ms) => this.#late(orderNo, check, told, ms)));
    const over = this.#parts.timers.after(TOTAL_MS, () => questions.forEach((question) => question.cut()));
    void this.#parts.jobs.follow('checks', async () => {
      const replies = await Promise.all(questions.map(({ reply }) => reply));
      over();
      const answers = checks.map((check, index) => answerOf(check, replies[index] as Reply, false));
      this.#answers.put(orderNo, answers, () => {
        for (const key of keys) this.#asking.delete(key);
        this.#waiting -= 1;
        this.#moved = true;
      });
      for (const [index, { source }] of checks.entries()) this.#heard(source, replies[index] as Reply);
    });
  }

  #late(orderNo: string, check: OrderCheck, told: Told, ms: number): void {
    if (!this.#running) return;
    const { source } = check;
    this.#counts[source].late += 1;
    this.#parts.metrics.checks.inc({ source, outcome: 'late' });
    this.#moved = true;
    this.#answers.put(orderNo, [answerOf(check, { told, ms }, true)]);
  }

  /** Questions without an answer, in what the line has free; one alone while the source is left alone. */
  #again(source: CheckSource): void {
    const { store, clock } = this.#parts;
    const [line, list] = [this.#lines[source], this.#unanswered[source]];
    const limit = line.breaker === 'closed' ? line.free : Math.min(1, line.free);
    for (let asked = 0; this.#running && asked < limit; asked += 1) {
      const [orderNo] = list.take(clock.now(), 1);
      if (orderNo === undefined) return;
      let record: OrderRecord | undefined;
      try {
        record = store.orders.byNumber(orderNo)?.record;
      } catch (error) {
        // Not asked: it keeps its turn for when the store can be read.
        list.failed(orderNo, clock.now(), false);
        throw error;
      }
      const check = record?.checks?.find((one) => one.source === source && one.state === 'unavailable');
      if (!check) list.remove(orderNo);
      else this.#askAgain(orderNo, check);
    }
  }

  #askAgain(orderNo: string, check: OrderCheck): void {
    const { source } = check;
    const { clock, jobs } = this.#parts;
    const question = this.#lines[source].ask(check.about, (told, ms) => this.#late(orderNo, check, told, ms));
    void jobs.follow('checks', async () => {
      const reply = await question.reply;
      if (!this.#running) return;
      // Trying whether a source rests still is no question.
      if ('told' in reply || reply.trouble !== 'resting') this.#heard(source, reply);
      const gone = 'trouble' in reply && reply.trouble === 'gone';
      if ('told' in reply || gone) {
        this.#answers.put(orderNo, [answerOf(check, reply, true)], () => jobs.run('checks', () => this.#again(source)));
      } else this.#unanswered[source].failed(orderNo, clock.now(), reply.trouble !== 'resting');
    });
  }

  #rejudge(orderNos: readonly string[], source: CheckSource): void {
    const { defer, decider, condition, jobs, timers, wakeOutbox } = this.#parts;
    const { zh, en } = SOURCE_NAMES[source];
    const why = `${zh}的核验策略已改 / the policy of ${en} changed`;
    const [group, rest] = [orderNos.slice(0, REJUDGED_TOGETHER), orderNos.slice(REJUDGED_TOGETHER)];
    if (group.length === 0) return;
    defer(() => {
      if (!this.#running) return;
      try {
        decider().run((batch) => group.forEach((orderNo) => decider().onOrder(batch, orderNo, { kind: 'rejudge', why })));
        wakeOutbox();
        this.#rejudge(rest, source);
      } catch (error) {
        // A store that refuses is asked again; what cannot be judged keeps no other orders waiting.
        if (condition.failed(error)) timers.after(TICK_MS, () => this.#rejudge(orderNos, source));
        else {
          jobs.failed('checks', error);
          this.#rejudge(rest, source);
        }
      }
    });
  }

  #heard(source: CheckSource, reply: Reply): void {
    const { desk, metrics } = this.#parts;
    const { ms } = reply;
    const counts = this.#counts[source];
    this.#moved = true;
    metrics.checks.inc({ source, outcome: 'told' in reply ? 'answered' : reply.trouble });
    if ('told' in reply) {
      metrics.checkSeconds.observe({ source }, reply.ms / 1_000);
      counts.answers += 1;
      desk.worked(source, ms);
    } else {
      if (reply.trouble === 'timeout' || reply.trouble === 'total') counts.timeouts += 1;
      else counts.unavailable += 1;
      if (reply.error && reply.trouble !== 'resting') desk.failed(source, reply.error, ms);
    }
  }

  #breakerMoved(source: CheckSource, state: BreakerState, now: number): void {
    const { publisher, metrics, logger } = this.#parts;
    this.#moved = true;
    metrics.checkBreaker.set({ source }, state === 'closed' ? 0 : 1);
    logger.warn({ source, state }, 'the breaker of a source moved');
    const text = breakerNotice(source, state !== 'closed', this.#policies.of(source).policy);
    publisher.notice(`check:${source}:${now}`, now, state === 'closed' ? 'info' : 'warning', text, null);
    if (state !== 'closed') return;
    this.#unanswered[source].hurry(now);
    this.#again(source);
  }

  #stateOf(source: CheckSource): CheckSourceState {
    const line = this.#lines[source];
    const interview = this.#interview(source);
    const { policy, from } = this.#policies.of(source);
    return {
      source,
      name: SOURCE_NAMES[source],
      connected: interview !== null,
      read: this.#parts.fields().includes(CHECK_FIELDS[source]),
      breaker: interview?.state() ?? 'closed',
      policy,
      policyFrom: from,
      timeoutMs: interview?.timeoutMs ?? null,
      p50: line.latencies.percentile(0.5),
      p95: line.latencies.percentile(0.95),
      p99: line.latencies.percentile(0.99),
      asking: line.busy,
      ...this.#counts[source],
      unanswered: this.#unanswered[source].size,
    };
  }
}

function keyOf(orderNo: string, { source, about }: OrderCheck): string {
  return `${orderNo}\n${source}\n${about}`;
}

/** A reply as the decider takes it. A source that was taken away is passed over, not held against the order. */
function answerOf({ source, about }: OrderCheck, reply: Reply, late: boolean): CheckAnswer {
  if ('told' in reply) return { source, about, state: 'answered', ms: reply.ms, late, value: reply.told.value, words: reply.told.words };
  const words = troubleWords(reply.trouble, reply.error);
  return { source, about, state: reply.trouble === 'gone' ? 'skipped' : 'unavailable', ms: null, late, value: null, words };
}
