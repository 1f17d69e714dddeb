import type { DayAudit as DayAuditView } from '#shared/contract/feeds.ts';
import type { LocalisedText } from '#shared/text.ts';
import { businessDateTime, businessDayStart, businessHour, DAY, HOUR, MINUTE } from '#shared/time.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import type { PollTraits } from '#main/channels/manifest.ts';
import { compareDay } from '#main/feeds/day.ts';
import { WindowReader } from '#main/feeds/pages.ts';
import type { Window } from '#main/feeds/traits.ts';
import type { TaskDraft } from '#main/model/outcome.ts';
import type { StoreCondition } from './condition.ts';
import type { DayAuditRow, ShopKey } from './feed-ports.ts';
import type { Feeds } from './feeds/feeds.ts';
import type { Clock, Logger, Store, Timers } from './ports.ts';
import type { Publisher } from './publisher.ts';
import type { HubSettings } from './settings.ts';
import type { Shop, Shops } from './shops.ts';
import { isCallable } from './write-back/offers.ts';

export interface DayAuditParts {
  store: Store;
  shops: Shops;
  settings: HubSettings;
  clock: Clock;
  timers: Timers;
  publisher: Publisher;
  condition: Pick<StoreCondition, 'failed'>;
  logger: Logger;
  feeds: Pick<Feeds, 'clientOf' | 'platformOffsetOf' | 'wish' | 'wished'>;
}

/** Lists of a platform may lag behind its details. */
const LIST_LAG_MS = 2 * MINUTE;
/** A back-fill without progress for this long is shown as missing again. */
const FILLING_MS = 10 * MINUTE;
/** After a start the feeds catch up first. */
const FIRST_ROUND_MS = MINUTE;
/** Arrivals are told to the consoles together. */
const TELL_MS = 250;
/** When the days of `auditDays` are compared again, once a night. */
const NIGHT_HOUR = 3;

/**
 * Nothing missed (M10): for each shop and business day the ids the platform lists against the ids here. What is missing is put
 * on the list of gaps, raises an alarm and a task, and is fetched at once; it is filled when the order is here.
 */
export class DayAudits {
  readonly #parts: DayAuditParts;
  readonly #running = new Map<string, Promise<void>>();
  /** Until when a shop's day is being filled. */
  readonly #filling = new Map<string, number>();
  readonly #arrivals = new Map<string, ShopKey>();
  #gapsOpen: boolean;
  #telling: (() => void) | null = null;
  #cancel: (() => void) | null = null;
  #nightOf: number | null = null;
  #stopped = false;

  constructor(parts: DayAuditParts) {
    this.#parts = parts;
    this.#gapsOpen = parts.store.dayAudits.anyOpen();
  }

  /** Compares today and yesterday soon after the start and every hour, and the last days once a night. */
  start(): void {
    const { timers } = this.#parts;
    const cancels = [timers.after(FIRST_ROUND_MS, () => this.round()), timers.every(HOUR, () => this.round())];
    this.#cancel = () => cancels.forEach((cancel) => cancel());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#telling?.();
    await this.settled();
  }

  /** Resolves when no comparison is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  /** One round over every shop that can be asked; shops do not wait for each other. */
  round(): void {
    const { shops, clock, settings } = this.#parts;
    const today = businessDayStart(clock.now());
    const nightly = businessHour(clock.now()) >= NIGHT_HOUR && this.#nightOf !== today;
    if (nightly) this.#nightOf = today;
    const days = Array.from({ length: nightly ? Math.max(2, settings.auditDays) : 2 }, (_, back) => today - back * DAY);
    for (const shop of shops.all) {
      if (shop.on && this.#listedBy(shop) !== 'none') void this.#checkAll(shop, days);
    }
  }

  /** Compares one shop and day now; what went wrong stands in the answer. */
  async check(shop: Shop, day: number): Promise<DayAuditView> {
    await this.#compared(shop, day);
    return this.#viewOf(shop, day);
  }

  /** Has every missing order of a shop and day fetched; the number of them. */
  fill(shop: ShopKey, day: number): number {
    const { store, clock, feeds } = this.#parts;
    const now = clock.now();
    const missing = store.dayAudits.open(shop, day);
    if (missing.length === 0) return 0;
    const wanted = missing.map((id) => ({ kind: 'order', id, because: 'gap' }) as const);
    store.transaction(() => {
      store.dayAudits.asked(shop, day, missing, now);
      feeds.wish(shop.channel, shop.shopId, wanted, now);
    });
    feeds.wished(shop.channel, shop.shopId);
    this.#filling.set(keyOf(shop, day), now + FILLING_MS);
    this.#tell(shop);
    return missing.length;
  }

  /** A new order is here: closes its gap if there was one. Call inside the order's transaction. */
  arrived(shop: ShopKey, channelOrderId: string, at: number): void {
    if (!this.#gapsOpen || !this.#parts.store.dayAudits.filled(shop, channelOrderId, at)) return;
    this.#tell(shop);
  }

  /** Newest day first; days of shops that were never compared are in it too. */
  days(count: number, only: Partial<ShopKey>): DayAuditView[] {
    const { shops, clock } = this.#parts;
    const today = businessDayStart(clock.now());
    const since = today - (count - 1) * DAY;
    const rows = this.#parts.store.dayAudits.days(since, only);
    const checked = new Map(rows.map((row) => [keyOf(row, row.day), this.#show(row)]));
    const wanted = shops.all.filter(
      ({ channel, shopId }) => (!only.channel || channel === only.channel) && (!only.shopId || shopId === only.shopId),
    );
    for (let day = today; day >= since; day -= DAY) {
      for (const shop of wanted) if (!checked.has(keyOf(shop, day))) checked.set(keyOf(shop, day), this.#unchecked(shop, day));
    }
    return [...checked.values()].sort((a, b) => b.day - a.day);
  }

  /** By which time the platform lists a day; a shop that only pushes has nothing to compare with. */
  #listedBy({ channel, shopId }: ShopKey): 'created' | 'paid' | 'none' {
    const shop = this.#parts.shops.find(channel, shopId);
    return shop && isCallable(shop) ? shop.adapter.manifest.capabilities.dayList : 'none';
  }

  async #checkAll(shop: Shop, days: readonly number[]): Promise<void> {
    for (const day of days) if (!this.#stopped) await this.#compared(shop, day);
  }

  /** Once for everybody who asks meanwhile. Never rejects. */
  #compared(shop: Shop, day: number): Promise<void> {
    const key = keyOf(shop, day);
    let running = this.#running.get(key);
    if (!running) {
      running = this.#compare(shop, day)
        .catch((error: unknown) => this.#failed(shop, day, error))
        .finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return running;
  }

  async #compare(shop: Shop, day: number): Promise<void> {
    const { store, clock, feeds } = this.#parts;
    const by = this.#listedBy(shop);
    if (by === 'none') return;
    const traits = shop.adapter.manifest.polls.find(({ scope }) => scope === 'orders');
    const platformNow = clock.now() + feeds.platformOffsetOf(shop.channel, shop.shopId);
    const window = { from: day, to: Math.min(day + DAY, platformNow - (traits?.lagMs ?? 0) - LIST_LAG_MS) };
    const client = feeds.clientOf(shop.channel, shop.shopId, 'audit');
    if (!client || !traits) throw new ChannelError('not-connected');
    if (window.to <= window.from) return;
    const there = await idsOf(client, window, traits);
    const here = new Set(store.dayAudits.idsHere(shop, by, window.from, window.to));
    const { missing, extra } = compareDay(there, here);
    this.#keep(
      { ...place(shop, day), checkedAt: clock.now(), there: there.size, here: here.size, extra: extra.length, error: null },
      missing,
    );
  }

  /** A store that refuses keeps no word of it either: the next round compares again. */
  #failed(shop: Shop, day: number, error: unknown): void {
    const { condition, logger } = this.#parts;
    if (this.#stopped || condition.failed(error)) return;
    const { channel, shopId } = shop;
    if (!(error instanceof ChannelError)) logger.error({ err: error, channel, shop: shopId }, 'a day could not be compared');
    try {
      this.#keepFailure(shop, day, error instanceof ChannelError ? error.text : new ChannelError('bad-answer').text);
    } catch (refusal) {
      if (!condition.failed(refusal)) logger.error({ err: refusal, channel, shop: shopId }, 'why a day could not be compared was not kept');
    }
  }

  #keep(row: DayAuditRow, missing: readonly string[]): void {
    const { store } = this.#parts;
    const known = new Set(store.dayAudits.open(row, row.day));
    const found = missing.filter((id) => !known.has(id));
    store.transaction(() => {
      store.dayAudits.put(row, missing);
      if (missing.length > 0) store.tasks.open(this.#task(row, missing.length), null, row.checkedAt);
    });
    if (missing.length > 0) this.#gapsOpen = true;
    if (found.length > 0) {
      const { zh, en } = this.#task(row, missing.length).title;
      this.#parts.publisher.notice(`${taskKey(row, row.day)}:${row.checkedAt}`, row.checkedAt, 'alarm', { zh, en }, null);
    }
    if (missing.length > 0) this.fill(row, row.day);
    this.#tell(row);
  }

  /** What was known stays known; only why it could not be compared now is new. */
  #keepFailure(shop: ShopKey, day: number, error: LocalisedText): void {
    const { store, clock } = this.#parts;
    const before = store.dayAudits.days(day, shop).find((row) => row.day === day);
    const { there, here, extra } = before ?? { there: 0, here: 0, extra: 0 };
    store.transaction(() =>
      store.dayAudits.put({ ...place(shop, day), checkedAt: clock.now(), there, here, extra, error }, store.dayAudits.open(shop, day)),
    );
    this.#tell(shop);
  }

  #task(shop: ShopKey & { day: number }, missing: number): TaskDraft {
    const name = this.#parts.shops.nameOf(shop.channel, shop.shopId);
    const date = businessDateTime(shop.day).slice(0, 10);
    return {
      key: taskKey(shop, shop.day),
      kind: 'gap',
      severity: 'high',
      role: 'operations',
      title: {
        zh: `${name} ${date}：平台有 ${missing} 个订单在这里没有，正在补拉`,
        en: `${name}, ${date}: ${missing} orders of the platform are not here; they are being fetched`,
      },
      dueAt: null,
    };
  }

  #tell(shop: ShopKey): void {
    this.#arrivals.set(`${shop.channel}/${shop.shopId}`, { channel: shop.channel, shopId: shop.shopId });
    this.#telling ??= this.#parts.timers.after(TELL_MS, () => {
      this.#telling = null;
      this.#tellNow();
    });
  }

  #tellNow(): void {
    const { store, clock, publisher, settings, logger } = this.#parts;
    const shops = [...this.#arrivals.values()];
    this.#arrivals.clear();
    try {
      const days = shops.flatMap((shop) => this.days(settings.auditDays, shop).filter(({ checkedAt }) => checkedAt !== null));
      store.transaction(() => {
        for (const row of days) if (row.missing === 0) store.tasks.settle(taskKey(row, row.day), clock.now(), 'hub');
      });
      this.#gapsOpen = store.dayAudits.anyOpen();
      if (days.length > 0) publisher.send('gaps.changed', { days });
    } catch (error) {
      logger.error({ err: error }, 'the gaps could not be told');
    }
  }

  #viewOf(shop: ShopKey, day: number): DayAuditView {
    const row = this.#parts.store.dayAudits.days(day, shop).find((candidate) => candidate.day === day);
    return row ? this.#show(row) : this.#unchecked(shop, day);
  }

  #unchecked(shop: ShopKey, day: number): DayAuditView {
    const nothing = { checkedAt: null, there: 0, here: 0, missing: 0, filled: 0, extra: 0, error: null };
    return { ...place(shop, day), ...nothing, state: this.#listedBy(shop) === 'none' ? 'unknown' : 'unchecked' };
  }

  #show(row: DayAuditRow & { missing: number; filled: number }): DayAuditView {
    const { checkedAt, there, here, extra, error, missing, filled } = row;
    const filling = (this.#filling.get(keyOf(row, row.day)) ?? 0) > this.#parts.clock.now();
    const compared = error === null ? 'equal' : 'unchecked';
    const state = missing > 0 ? (filling ? 'filling' : 'missing') : compared;
    // What was filled since counts as here.
    return { ...place(row, row.day), state, checkedAt, there, here: Math.max(here, there - missing), missing, filled, extra, error };
  }
}

/** Every id the platform lists in the window, read page by page in the platform's own direction. Throws ChannelError. */
async function idsOf(client: ChannelClient, window: Window, traits: PollTraits): Promise<Set<string>> {
  const ids = new Set<string>();
  const windows = [window];
  for (let next = windows.pop(); next; next = windows.pop()) {
    const reader = new WindowReader(next, traits);
    let { step } = reader;
    while (step.kind === 'ask') {
      const page = await client.dayIds(next, step.mark);
      for (const id of page.ids) ids.add(id);
      step = reader.answered({ count: page.ids.length, total: page.total, next: page.next });
    }
    if (step.kind === 'split') windows.push(...step.windows);
    else if (!step.whole) throw new ChannelError('bad-answer');
  }
  return ids;
}

function place({ channel, shopId }: ShopKey, day: number): ShopKey & { day: number } {
  return { channel, shopId, day };
}
function keyOf({ channel, shopId }: ShopKey, day: number): string {
  return `${channel}/${shopId}:${day}`;
}
function taskKey(shop: ShopKey, day: number): string {
  return `gap:${keyOf(shop, day)}`;
}
