import type { ChannelId } from '#shared/channels.ts';
import { OHI_PARTS, type HealthPoint, type OhiPart, type OhiPartId } from '#shared/health.ts';
import { stageOf, type Stage } from '#shared/pulse.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { assess, withWitnessed, type Assessment, type Witnessed } from './assess.ts';
import {
  ANSWERABLE_STAGES,
  byPart,
  DEFAULT_HEALTH_SETTINGS,
  formulaOf,
  indexOf,
  type AnswerableStage,
  type HealthSettings,
} from './parts.ts';

/** Which orders to look at; everything by default. */
export interface HealthScope {
  /** At most the hours the window keeps. */
  hours?: number;
  channel?: ChannelId;
  shopId?: string;
}

/** The index over the orders of a scope. */
export interface HealthFigures {
  at: number;
  windowHours: number;
  orders: number;
  /** Of these, held or frozen when last seen. */
  held: number;
  ohi: number | null;
  parts: OhiPart[];
}

/** Sums of one shop over one bucket of time. */
interface Sums {
  orders: number;
  held: number;
  measured: Record<OhiPartId, number>;
  good: Record<OhiPartId, number>;
}

interface Shop {
  channel: ChannelId;
  shopId: string;
  buckets: Map<number, Sums>;
}

/** What an order adds to the sums at present, and what is needed to replace it. */
interface Contribution {
  shop: Shop;
  bucket: number;
  held: boolean;
  stage: Stage | null;
  since: number;
  /** The platform's time of the version that was told last. */
  updatedAt: number;
  /** By the record alone. */
  told: Assessment;
  witnessed: Witnessed;
}

const BUCKET = 5 * MINUTE;

/**
 * The Order Health Index over a sliding window (H1). Every order counts once, at its latest change: a newer version
 * replaces what the older one added. Reading costs the buckets of the window, not its orders.
 */
export class HealthWindow {
  readonly hours: number;
  readonly #settings: HealthSettings;
  #shops = new Map<string, Shop>();
  /** By order number, in the order of their latest change: the oldest leave from the front. */
  #orders = new Map<string, Contribution>();
  /** Latest bucket whose orders have left. */
  #expired = -Infinity;

  constructor(options: { hours?: number; settings?: Partial<HealthSettings> } = {}) {
    this.hours = options.hours ?? 24;
    this.#settings = { ...DEFAULT_HEALTH_SETTINGS, ...options.settings };
  }

  /** Orders that count at present. */
  get size(): number {
    return this.#orders.size;
  }

  /** Forgets everything; the hub then tells the orders of its store again. */
  clear(): void {
    this.#shops.clear();
    this.#orders.clear();
    this.#expired = -Infinity;
  }

  /**
   * Takes in an order as it is after a change that happened at `at`. One that was over before the window began, told now from a
   * file, says nothing about the work of these hours and is left out.
   */
  observe(record: OrderRecord, at: number): void {
    const before = this.#orders.get(record.orderNo);
    const stage = stageOf(record.status, record.hold !== null);
    if (before) {
      this.#book(before, -1);
      this.#orders.delete(record.orderNo);
    } else if (stage === null && record.updatedAt < at - this.hours * HOUR) return;
    const since = record.hold?.openedAt ?? record.statusSince;
    // Still in the step, and already past its limit; or left it too late.
    const leftLate = before !== undefined && before.stage !== stage && this.#overstayed(before.stage, before.since, at);
    const newer = before === undefined || record.updatedAt > before.updatedAt;
    const contribution: Contribution = {
      shop: this.#shopOf(record),
      bucket: Math.floor(at / BUCKET),
      held: record.hold !== null,
      stage,
      since,
      updatedAt: record.updatedAt,
      told: assess(record, this.#settings),
      witnessed: {
        late: leftLate || this.#overstayed(stage, since, at) || (before?.witnessed.late ?? false),
        refusedMove: !newer && (before?.witnessed.refusedMove ?? false),
        manual: before?.witnessed.manual ?? false,
      },
    };
    this.#orders.set(record.orderNo, contribution);
    this.#book(contribution, 1);
    this.#expire(at);
  }

  /** The pulse found the order beyond the limit of its present step. */
  overdue(orderNo: string): void {
    const contribution = this.#orders.get(orderNo);
    if (contribution && isAnswerable(contribution.stage)) this.#reassess(contribution, { late: true });
  }

  /** The channel told a move that the state table refused: here and there differ until something newer is accepted. */
  refusedMove(orderNo: string): void {
    this.#reassess(this.#orders.get(orderNo), { refusedMove: true });
  }

  /** A person worked on the order: handed over, corrected, decided. */
  manualWork(orderNo: string): void {
    this.#reassess(this.#orders.get(orderNo), { manual: true });
  }

  /** The index and its parts at a moment. */
  compute(now: number, scope: HealthScope = {}): HealthFigures {
    const windowHours = Math.min(scope.hours ?? this.hours, this.hours);
    const sums = emptySums();
    const from = Math.floor((now - windowHours * HOUR) / BUCKET);
    const to = Math.floor(now / BUCKET);
    for (const shop of this.#shops.values()) {
      if (scope.channel !== undefined && shop.channel !== scope.channel) continue;
      if (scope.shopId !== undefined && shop.shopId !== scope.shopId) continue;
      for (const [bucket, part] of shop.buckets) if (bucket > from && bucket <= to) addSums(sums, part);
    }
    const scores = scoresOf(sums);
    const { weights, targets } = this.#settings;
    return {
      at: now,
      windowHours,
      orders: sums.orders,
      held: sums.held,
      ohi: indexOf(scores, weights),
      parts: OHI_PARTS.map((id) => ({
        id,
        score: scores[id],
        target: targets[id],
        weight: weights[id],
        formula: formulaOf(id, this.#settings),
        measured: sums.measured[id],
        good: sums.good[id],
      })),
    };
  }

  /** Shops that have orders in the window. */
  shops(): { channel: ChannelId; shopId: string }[] {
    return [...this.#shops.values()].map(({ channel, shopId }) => ({ channel, shopId }));
  }

  /** One point of the time series. */
  sample(now: number, scope: HealthScope = {}): HealthPoint {
    return pointOf(this.compute(now, scope));
  }

  /** Lets go of what has left the window. */
  advance(now: number): void {
    this.#expire(now);
  }

  #overstayed(stage: Stage | null, since: number, at: number): boolean {
    return isAnswerable(stage) && at - since > this.#settings.stageLimitMs[stage];
  }

  #reassess(contribution: Contribution | undefined, seen: Partial<Witnessed>): void {
    if (!contribution) return;
    this.#book(contribution, -1);
    contribution.witnessed = { ...contribution.witnessed, ...seen };
    this.#book(contribution, 1);
  }

  #book({ shop, bucket, held, told, witnessed }: Contribution, sign: 1 | -1): void {
    const assessment = withWitnessed(told, witnessed);
    let sums = shop.buckets.get(bucket);
    if (!sums) {
      if (sign < 0) return;
      shop.buckets.set(bucket, (sums = emptySums()));
    }
    sums.orders += sign;
    if (held) sums.held += sign;
    for (const part of OHI_PARTS) {
      if (assessment[part] === null) continue;
      sums.measured[part] += sign;
      if (assessment[part]) sums.good[part] += sign;
    }
    if (sums.orders === 0) shop.buckets.delete(bucket);
  }

  #expire(now: number): void {
    const last = Math.floor((now - this.hours * HOUR) / BUCKET);
    // Once per bucket: looking at the front of the map for every order would walk over all that left it.
    if (last <= this.#expired) return;
    this.#expired = last;
    for (const [orderNo, contribution] of this.#orders) {
      if (contribution.bucket > last) break;
      this.#book(contribution, -1);
      this.#orders.delete(orderNo);
    }
  }

  #shopOf({ channel, shopId }: OrderRecord): Shop {
    const key = `${channel}/${shopId}`;
    let shop = this.#shops.get(key);
    if (!shop) this.#shops.set(key, (shop = { channel, shopId, buckets: new Map() }));
    return shop;
  }
}

/** Figures as one point of the time series. */
export function pointOf(figures: HealthFigures): HealthPoint {
  const parts = byPart((id) => figures.parts.find((part) => part.id === id)?.score ?? null);
  return { at: figures.at, ohi: figures.ohi, parts, orders: figures.orders };
}

function isAnswerable(stage: Stage | null): stage is AnswerableStage {
  return stage !== null && (ANSWERABLE_STAGES as readonly Stage[]).includes(stage);
}

function scoresOf({ measured, good }: Sums): Record<OhiPartId, number | null> {
  return byPart((part) => (measured[part] > 0 ? (100 * good[part]) / measured[part] : null));
}

function emptySums(): Sums {
  return { orders: 0, held: 0, measured: byPart(() => 0), good: byPart(() => 0) };
}

function addSums(sums: Sums, more: Sums): void {
  sums.orders += more.orders;
  sums.held += more.held;
  for (const part of OHI_PARTS) {
    sums.measured[part] += more.measured[part];
    sums.good[part] += more.good[part];
  }
}
