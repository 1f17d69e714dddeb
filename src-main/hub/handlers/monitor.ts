import type { HealthPoint, HealthRow, HealthSnapshot } from '#shared/health.ts';
import { DAY, HOUR } from '#shared/time.ts';
import { explainMove } from '#main/health/move.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { MethodParams } from '#shared/contract/index.ts';
import type { HubContext } from '../context.ts';
import type { HealthSample } from '../ports.ts';

/** Points of a trend: as many as a screen can show. */
const TREND_POINTS = 288;
const SPARK_POINTS = 24;

/** The ward and the health index (G, H). */
export function monitorHandlers(context: HubContext): Pick<Handlers, 'pulse.snapshot' | 'pulse.limits' | 'health.current'> {
  const { monitor, clock, settings } = context;
  return {
    'pulse.snapshot': ({ at }) => {
      const now = clock.now();
      if (at === undefined || at >= now) return monitor.snapshot(now);
      const kept = at < now - settings.pulseKeepHours * HOUR ? null : monitor.snapshotAt(at);
      if (!kept)
        throw new Refusal('not_found', {
          zh: '该时刻没有记录，最多回看 24 小时',
          en: 'Nothing is kept of that moment; the ward can be looked back 24 hours',
        });
      return kept;
    },
    'pulse.limits': () => ({ at: clock.now(), items: monitor.limits() }),
    'health.current': (filter) => healthOf(context, filter),
  };
}

function healthOf(context: HubContext, filter: MethodParams<'health.current'>): HealthSnapshot {
  const { monitor, clock, store, shops } = context;
  const now = clock.now();
  const scope = { ...(filter.channel ? { channel: filter.channel } : {}), ...(filter.shopId ? { shopId: filter.shopId } : {}) };
  const figures = monitor.health.compute(now, { hours: filter.hours, ...scope });
  // Samples are kept for the workspace and for single shops; a channel with one shop is that shop.
  const shop = shopOf(context, filter);
  const since = now - filter.hours * HOUR;
  const wholeWorkspace = filter.channel === undefined && filter.shopId === undefined;
  const samples = wholeWorkspace || shop ? sampled(context, since, filter.hours * HOUR, shop) : [];
  const yesterday = wholeWorkspace || shop ? sampleNear(context, now - DAY, shop) : null;
  const current: HealthPoint = { at: now, ohi: figures.ohi, parts: partsOf(figures.parts), orders: figures.orders };
  const base = yesterday ?? samples[0] ?? null;
  return {
    at: now,
    ohi: figures.ohi,
    changeSinceYesterday: figures.ohi !== null && yesterday && yesterday.ohi !== null ? figures.ohi - yesterday.ohi : null,
    windowHours: figures.windowHours,
    parts: figures.parts,
    trend: [...samples.map(({ at, ohi, parts, orders }) => ({ at, ohi, parts, orders })), current],
    channels: monitor.health
      .shops()
      .filter(({ channel, shopId }) => (!filter.channel || channel === filter.channel) && (!filter.shopId || shopId === filter.shopId))
      .map(({ channel, shopId }): HealthRow => {
        const row = monitor.health.compute(now, { hours: filter.hours, channel, shopId });
        const spark = sampled(context, now - DAY, DAY, { channel, shopId }, SPARK_POINTS).map(({ ohi }) => ohi);
        const { ohi, orders, held } = row;
        return {
          channel,
          shopId,
          name: shops.nameOf(channel, shopId),
          ohi,
          parts: partsOf(row.parts),
          orders,
          held,
          spark: spark.slice(-SPARK_POINTS),
        };
      }),
    moved: base ? explainMove(base, current) : [],
    marks: store.samples.marks(since),
  };
}

function shopOf({ shops }: HubContext, filter: MethodParams<'health.current'>): HealthSampleShop | null {
  const matching = shops.all.filter(
    ({ channel, shopId }) => (!filter.channel || channel === filter.channel) && (!filter.shopId || shopId === filter.shopId),
  );
  const [only] = matching;
  return (filter.channel || filter.shopId) && matching.length === 1 && only ? { channel: only.channel, shopId: only.shopId } : null;
}

type HealthSampleShop = { channel: NonNullable<HealthSample['channel']>; shopId: string };

/** Samples since a moment, thinned to about `points` over the span. */
function sampled(
  { store, settings }: HubContext,
  since: number,
  span: number,
  shop: HealthSampleShop | null,
  points = TREND_POINTS,
): HealthSample[] {
  const steps = Math.max(1, Math.ceil(span / points / settings.sampleMs));
  return store.samples.health(since, shop, steps * settings.sampleMs);
}

/** The first sample after a moment, if one was taken within the hour. */
function sampleNear({ store, settings }: HubContext, at: number, shop: HealthSampleShop | null): HealthSample | null {
  const [sample] = store.samples.health(at, shop, settings.sampleMs);
  return sample && sample.at - at < HOUR ? sample : null;
}

function partsOf(parts: HealthSnapshot['parts']): HealthPoint['parts'] {
  return Object.fromEntries(parts.map(({ id, score }) => [id, score])) as HealthPoint['parts'];
}
