import { HOUR, SECOND } from '#shared/time.ts';
import type { Fetched, RawPayload } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import { backOff } from '#main/feeds/back-off.ts';
import type { Wish } from '../feed-ports.ts';
import { Sleeper } from './activity.ts';
import { troubleOf } from './failure.ts';
import type { Lane } from './lane.ts';
import { PRIORITY } from './pacing.ts';
import { PROBE_MS } from './poll-loop.ts';
import type { ShopParts } from './shop-parts.ts';
import { Taking } from './taking.ts';
import type { Read } from './taking.ts';

/** From this attempt on a wish is tried once an hour, and a person is told. */
const MANY_ATTEMPTS = 12;
/** Lists and details lag behind pushes: a pushed id that is not there yet is asked for again so often, over two minutes. */
const LATE_ATTEMPTS = 5;
const LATE_MS = 24 * SECOND;

function keyOf({ kind, id }: Wish): string {
  return `${kind}:${id}`;
}

/** Fetches the details that pushes, lists and the comparison of days wished for: the oldest first, several at once. */
export class DetailLoop {
  readonly #parts: ShopParts;
  readonly #taking: Taking;
  readonly #sleeper: Sleeper;
  readonly #underWay = new Set<string>();
  #lanes: Lane[] = [];
  /** The store refused what was fetched: to fetch it again at once would be no use. */
  #rests = false;

  constructor(parts: ShopParts) {
    this.#parts = parts;
    this.#taking = new Taking(parts);
    this.#sleeper = new Sleeper(parts.timers);
  }

  wake(): void {
    this.#sleeper.wake();
  }

  /** Until the shop ends. */
  run(): void {
    this.#parts.keep(() => this.#loop());
  }

  async #loop(): Promise<void> {
    while (await this.#parts.ready()) {
      let wait: number;
      try {
        wait = this.#startDue();
      } catch (error) {
        troubleOf(error, this.#parts, this.#parts.shop);
        wait = SECOND;
      }
      if (this.#parts.ended) return;
      await this.#sleeper.sleep(wait);
    }
  }

  /** Starts as many fetches as may run. Answers how long nothing else can begin; the end of a fetch wakes the loop. */
  #startDue(): number {
    const { store, shop, settings, clock } = this.#parts;
    const { detailBatch } = shop.adapter.manifest;
    const now = clock.now();
    if (this.#rests) {
      this.#rests = false;
      return SECOND;
    }
    const free = settings.parallelDetails - this.#lanesInUse;
    if (free <= 0) return Infinity;
    const due = store.wishes.due(shop, now, free * detailBatch + this.#underWay.size).filter((wish) => !this.#underWay.has(keyOf(wish)));
    for (const wishes of chunks(due, detailBatch).slice(0, free)) this.#begin(wishes);
    if (due.length > 0 || this.#underWay.size > 0) return Infinity;
    const next = store.wishes.nextAt(shop);
    return next === null ? Infinity : Math.max(0, next - now);
  }

  #lanesInUse = 0;

  /** Fetches in the background. What was not expected is told; the wishes are there still, and rest like after any refusal. */
  #begin(wishes: readonly Wish[]): void {
    this.#fetch(wishes).catch((error: unknown) => {
      this.#rests = true;
      this.#parts.jobs.failed('feeds', error);
      this.wake();
    });
  }

  async #fetch(wishes: readonly Wish[]): Promise<void> {
    const lane = this.#lanes.pop() ?? this.#parts.line.lane(PRIORITY.wishes);
    for (const wish of wishes) this.#underWay.add(keyOf(wish));
    this.#lanesInUse += 1;
    try {
      const [{ kind }] = wishes as [Wish];
      const fetched = await lane.client.details(
        kind,
        wishes.map(({ id }) => id),
      );
      await this.#take(wishes, fetched, lane.receivedAt);
      this.#parts.shopCondition.worked('details');
    } catch (error) {
      if (!this.#parts.ended) this.#failed(wishes, error);
    } finally {
      for (const wish of wishes) this.#underWay.delete(keyOf(wish));
      this.#lanesInUse -= 1;
      this.#lanes.push(lane);
      this.wake();
    }
  }

  async #take(wishes: readonly Wish[], fetched: readonly Fetched[], receivedAt: number): Promise<void> {
    const { store, clock, intake } = this.#parts;
    const answers = new Map(fetched.map((one) => [one.id, one]));
    const reads: Read[] = [];
    const done: Wish[] = [];
    const missing: Wish[] = [];
    for (const wish of wishes) {
      const answer = answers.get(wish.id);
      if (!answer?.payload) missing.push(wish);
      else {
        done.push(wish);
        // The very version that is known may say more with the words of now.
        if (wish.because === 'words') this.#parts.seen.forget(keyOf(wish));
        reads.push(this.#read(wish, { ...answer, payload: answer.payload }, receivedAt));
      }
    }
    await this.#taking.reads(reads, done, []);
    const settled = done.filter(({ attempts }) => attempts >= MANY_ATTEMPTS);
    if (missing.length === 0 && settled.length === 0) return;
    await intake.hand([], () => {
      for (const wish of missing) this.#postpone(wish, new ChannelError('not-found'));
      for (const wish of settled) store.tasks.settle(this.#taskKey(wish), clock.now(), 'hub');
    });
  }

  #read({ kind, id }: Wish, { payload, observedAt }: Fetched & { payload: RawPayload }, receivedAt: number): Read {
    const { shop, shops, line } = this.#parts;
    const seenAt = line.platform.at(observedAt);
    const said = shop.adapter.normalise({ ...payload, observedAt: seenAt }, shops.readingOf(shop));
    const times = said.ok ? said.items.map((item) => (item.kind === 'order' ? item.order.updatedAt : item.refund.updatedAt)) : [];
    return { kind, id, payload, updatedAt: times.length === 0 ? null : Math.max(...times), observedAt: seenAt, receivedAt };
  }

  #failed(wishes: readonly Wish[], error: unknown): void {
    const { store, shop, clock, shopCondition, condition } = this.#parts;
    const trouble = troubleOf(error, this.#parts, this.#parts.shop);
    if (!trouble) {
      this.#rests = true;
      return;
    }
    shopCondition.failed('details', trouble);
    // The rate has been told; the wishes wait for their turn like any other.
    if (trouble.code === 'rate-limited') return;
    try {
      store.transaction(() => {
        if (trouble.fatal) store.wishes.rest(shop, clock.now() + PROBE_MS, trouble.text);
        else for (const wish of wishes) this.#postpone(wish, trouble);
      });
    } catch (refusal) {
      if (!condition.failed(refusal)) throw refusal;
    }
  }

  /** Inside a transaction. A wish is never given up: nothing the platform has may be missing here. */
  #postpone(wish: Wish, { code, text }: ChannelError): void {
    const { store, clock, chance, shop } = this.#parts;
    const now = clock.now();
    const attempt = wish.attempts + 1;
    const late = code === 'not-found' && wish.because === 'push' && attempt <= LATE_ATTEMPTS;
    store.wishes.postpone(wish, now + (late ? LATE_MS : attempt >= MANY_ATTEMPTS ? HOUR : backOff(attempt, chance())), text);
    if (attempt !== MANY_ATTEMPTS) return;
    const title = {
      zh: `${shop.name}：订单 ${wish.id} 多次未能取得。${text.zh}`,
      en: `${shop.name}: order ${wish.id} could not be fetched again and again. ${text.en}`,
    };
    store.tasks.open({ key: this.#taskKey(wish), kind: 'gap', severity: 'high', role: 'operations', title, dueAt: null }, null, now);
  }

  #taskKey({ channel, shopId, id }: Wish): string {
    return `gap:${channel}/${shopId}:${id}`;
  }
}

/** Of one kind each. What failed before is asked for alone, so that one bad id does not hold up others. */
function chunks(wishes: readonly Wish[], size: number): Wish[][] {
  const out: Wish[][] = wishes.filter(({ attempts }) => attempts > 0).map((wish) => [wish]);
  for (const kind of ['order', 'refund'] as const) {
    const fresh = wishes.filter((wish) => wish.kind === kind && wish.attempts === 0);
    for (let from = 0; from < fresh.length; from += size) out.push(fresh.slice(from, from + size));
  }
  return out.sort((a, b) => (a[0]?.notBefore ?? 0) - (b[0]?.notBefore ?? 0));
}
