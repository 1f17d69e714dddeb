import type { Database } from 'better-sqlite3';
import type { LocalisedText } from '#shared/text.ts';
import { HOUR } from '#shared/time.ts';
import type {
  BuyerFigures,
  FeedHour,
  FigureStore,
  HealthSample,
  Mark,
  ProfileStore,
  RegionRow,
  SampleStore,
  ShopDay,
  TaskStore,
} from '#main/hub/ports.ts';
import type { CustomerProfile } from '#main/model/facts.ts';
import type { TaskDraft } from '#main/model/outcome.ts';
import { prepareRows, prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

export function createTasks(database: Database, recorder: Recorder | null): TaskStore {
  const open = prepareWrite(
    database,
    `INSERT INTO tasks (key, kind, severity, role, title, order_no, opened_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    recorder,
  );
  const settle = prepareWrite(
    database,
    "UPDATE tasks SET state = 'done', closed_at = ?, closed_by = ? WHERE key = ? AND state = 'open'",
    recorder,
  );
  const withPrefix = database.prepare<[string, string], { key: string; id: number }>(
    "SELECT key, id FROM tasks WHERE state = 'open' AND key >= ? AND key < ? ORDER BY key",
  );
  const draft = 'SELECT key, kind, severity, role, title, due_at AS dueAt FROM tasks WHERE key = ?';
  type DraftRow = Omit<TaskDraft, 'title'> & { title: string };
  const openDraft = database.prepare<[string], DraftRow>(`${draft} AND state = 'open'`);
  const lastDraft = database.prepare<[string], DraftRow>(`${draft} ORDER BY id DESC LIMIT 1`);
  return {
    draftOf(key) {
      // Only open tasks have an index: one that is done is looked for among all of them.
      const row = openDraft.get(key) ?? lastDraft.get(key);
      return row ? { ...row, title: JSON.parse(row.title) as LocalisedText } : null;
    },
    open: (draft, orderNo, at) =>
      open.run(draft.key, draft.kind, draft.severity, draft.role, JSON.stringify(draft.title), orderNo, at, draft.dueAt).changes > 0,
    settle: (key, at, by) => settle.run(at, by, key).changes > 0,
    openWithPrefix: (prefix) => withPrefix.all(prefix, `${prefix}\u{10ffff}`),
  };
}

interface ProfileRow {
  key: string;
  orders: number;
  paid_minor: number;
  document: string;
}

/** What the columns hold already, and what most buyers do not have, is left out of the document; older ones hold everything. */
function encodeProfile({ key: _key, orders: _orders, paidMinor: _paid, ...rest }: CustomerProfile): string {
  return JSON.stringify({
    ...rest,
    refundedOrders: rest.refundedOrders || undefined,
    heldOrders: rest.heldOrders || undefined,
    tags: rest.tags.length === 0 ? undefined : rest.tags,
  });
}
function decodeProfile({ key, orders, paid_minor: paidMinor, document }: ProfileRow): CustomerProfile {
  return {
    refundedOrders: 0,
    heldOrders: 0,
    tags: [],
    ...(JSON.parse(document) as Partial<CustomerProfile>),
    key,
    orders,
    paidMinor,
  } as CustomerProfile;
}

export function createProfiles(database: Database, recorder: Recorder | null): ProfileStore {
  const get = database.prepare<[string], ProfileRow>('SELECT key, orders, paid_minor, document FROM profiles WHERE key = ?');
  const put = prepareRows(
    database,
    'profiles',
    ['key', 'channel', 'shop_id', 'orders', 'paid_minor', 'document'],
    recorder,
    'ON CONFLICT (key) DO UPDATE SET orders = excluded.orders, paid_minor = excluded.paid_minor, document = excluded.document',
  );
  const buyers = database.prepare<[], BuyerFigures>(
    'SELECT channel, shop_id AS shopId, orders, paid_minor AS paidMinor FROM profiles WHERE orders > 0 AND paid_minor > 0',
  );
  return {
    get: (key) => {
      const row = get.get(key);
      return row ? decodeProfile(row) : null;
    },
    put: (profiles) =>
      put.add(
        profiles.map(({ profile, channel, shopId }) => [
          profile.key,
          channel,
          shopId,
          profile.orders,
          profile.paidMinor,
          encodeProfile(profile),
        ]),
      ),
    buyers: () => buyers.iterate(),
  };
}

/** Running figures of shops and provinces, added to with every transaction. */
export function createFigures(database: Database, recorder: Recorder | null): FigureStore {
  const addDay = prepareWrite(
    database,
    `INSERT INTO shop_days (channel, shop_id, day, orders, paid_minor) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET orders = orders + excluded.orders, paid_minor = paid_minor + excluded.paid_minor`,
    recorder,
  );
  const addRegion = prepareWrite(
    database,
    `INSERT INTO regions (province, orders, returned) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET orders = orders + excluded.orders, returned = returned + excluded.returned`,
    recorder,
  );
  const days = database.prepare<[number], ShopDay>(
    'SELECT channel, shop_id AS shopId, day, orders, paid_minor AS paidMinor FROM shop_days WHERE day >= ?',
  );
  const regions = database.prepare<[], RegionRow>('SELECT province, orders, returned FROM regions');
  return {
    addDay: (row) => void addDay.run(row.channel, row.shopId, row.day, row.orders, row.paidMinor),
    addRegion: (row) => void addRegion.run(row.province, row.orders, row.returned),
    days: (since) => days.all(since),
    regions: () => regions.all(),
  };
}

/** Figures over time: health, pulse, feeds, and the moments to mark on a trend. */
export function createSamples(database: Database, recorder: Recorder | null): SampleStore {
  const putHealth = prepareWrite(
    database,
    'INSERT INTO health_samples (at, shop_id, channel, document) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET document = excluded.document',
    recorder,
  );
  const health = database
    .prepare<[number, string, string, number], string>(
      'SELECT document FROM health_samples WHERE at >= ? AND shop_id = ? AND channel = ? AND at % ? = 0 ORDER BY at',
    )
    .pluck();
  const putPulse = prepareWrite(
    database,
    'INSERT INTO pulse_samples (at, document) VALUES (?, ?) ON CONFLICT DO UPDATE SET document = excluded.document',
    recorder,
  );
  const pulseAt = database.prepare<[number], string>('SELECT document FROM pulse_samples WHERE at <= ? ORDER BY at DESC LIMIT 1').pluck();
  const dropHealth = prepareWrite(database, 'DELETE FROM health_samples WHERE at < ?', recorder);
  const dropPulse = prepareWrite(database, 'DELETE FROM pulse_samples WHERE at < ?', recorder);
  return {
    putHealth(samples) {
      for (const sample of samples) putHealth.run(sample.at, sample.shopId ?? '', sample.channel ?? '', JSON.stringify(sample));
    },
    health: (since, shop, every) =>
      (health.all(since, shop?.shopId ?? '', shop?.channel ?? '', every) as string[]).map(
        (document) => JSON.parse(document) as HealthSample,
      ),
    putPulse: (at, document) => void putPulse.run(at, document),
    pulseAt: (at) => (pulseAt.get(at) as string | undefined) ?? null,
    dropBefore(healthBefore, pulseBefore) {
      dropHealth.run(healthBefore);
      dropPulse.run(pulseBefore);
    },
    ...createFeeds(database, recorder),
  };
}

type Feeds = Pick<SampleStore, 'putFeed' | 'feed' | 'feedSince' | 'addMark' | 'marks'>;

/**
 * Messages, failures and orders above the marks `putFeed` left, by shop and hour. A database whose figures were written before
 * there were marks has nothing to count; one without figures counts from its beginning.
 */
function feedSince(): string {
  const mark = (name: string, table: string) =>
    `coalesce((SELECT through FROM progress WHERE name = '${name}'),
      CASE WHEN EXISTS (SELECT 1 FROM feed_hours) THEN (SELECT coalesce(max(id), 0) FROM ${table}) ELSE 0 END)`;
  return `
    SELECT channel, shop_id AS shopId, hour, sum(received) AS received, sum(polled) AS polled, sum(failed) AS failed, 0 AS refused,
      sum(orders) AS orders, max(last_received_at) AS lastReceivedAt
    FROM (
      SELECT channel, shop_id, received_at / ${HOUR} AS hour, 1 AS received, origin = 'poll' AS polled,
        EXISTS (SELECT 1 FROM inbox_failures WHERE inbox_id = inbox.id) AS failed, 0 AS orders, received_at AS last_received_at
      FROM inbox WHERE id > ${mark('feed-messages', 'inbox')}
      UNION ALL
      SELECT channel, shop_id, received_at / ${HOUR}, 0, 0, 0, 1, NULL FROM orders WHERE id > ${mark('feed-orders', 'orders')}
    )
    GROUP BY channel, shop_id, hour`;
}

function createFeeds(database: Database, recorder: Recorder | null): Feeds {
  const putFeed = prepareWrite(
    database,
    `INSERT INTO feed_hours (channel, shop_id, hour, received, polled, failed, refused, orders, last_received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET received = excluded.received, polled = excluded.polled, failed = excluded.failed, refused = excluded.refused,
       orders = excluded.orders, last_received_at = excluded.last_received_at`,
    recorder,
  );
  const feed = database.prepare<[number], FeedHour>(
    `SELECT channel, shop_id AS shopId, hour, received, polled, failed, refused, orders, last_received_at AS lastReceivedAt
     FROM feed_hours WHERE hour >= ? ORDER BY hour`,
  );
  const counted = prepareWrite(
    database,
    `INSERT INTO progress (name, through) VALUES ('feed-messages', (SELECT coalesce(max(id), 0) FROM inbox)), ('feed-orders', (SELECT coalesce(max(id), 0) FROM orders))
     ON CONFLICT DO UPDATE SET through = excluded.through`,
    recorder,
  );
  const since = database.prepare<[], FeedHour>(feedSince());
  const addMark = prepareWrite(database, 'INSERT INTO marks (at, kind, text) VALUES (?, ?, ?)', recorder);
  const marks = database.prepare<[number], { at: number; kind: Mark['kind']; text: string }>(
    'SELECT at, kind, text FROM marks WHERE at >= ? ORDER BY at',
  );
  return {
    putFeed(rows) {
      for (const row of rows) {
        putFeed.run(row.channel, row.shopId, row.hour, row.received, row.polled, row.failed, row.refused, row.orders, row.lastReceivedAt);
      }
      counted.run();
    },
    feed: (sinceHour) => feed.all(sinceHour),
    feedSince: () => since.all(),
    addMark: (mark) => void addMark.run(mark.at, mark.kind, JSON.stringify(mark.text)),
    marks: (since) => marks.all(since).map((row) => ({ ...row, text: JSON.parse(row.text) as LocalisedText })),
  };
}
