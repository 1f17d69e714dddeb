import type { Database } from 'better-sqlite3';
import type { ChannelId } from '#shared/channels.ts';
import type {
  Backlog,
  Checkpoint,
  CheckpointStore,
  DayAuditRow,
  DayAuditStore,
  DayGap,
  ShopKey,
  Wish,
  WishStore,
} from '#main/hub/feed-ports.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY } from '#shared/time.ts';
import { prepareWrite } from './recording.ts';
import type { Cell, Recorder } from './recording.ts';

const SHOP = 'channel, shop_id AS shopId';
/** From order to payment, presale balances included: bounds the search for what was paid on a day. */
const LONGEST_TO_PAY = 90 * DAY;

/** How far each shop is read. */
export function createCheckpoints(database: Database, recorder: Recorder | null): CheckpointStore {
  const all = database.prepare<[], Checkpoint>(`SELECT ${SHOP}, scope, through, good_at AS goodAt FROM feed_checkpoints`);
  const save = prepareWrite(
    database,
    `INSERT INTO feed_checkpoints (channel, shop_id, scope, through, good_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET through = max(through, excluded.through), good_at = coalesce(excluded.good_at, good_at)`,
    recorder,
  );
  const backlogs = database.prepare<[], Backlog>(
    `SELECT id, ${SHOP}, scope, from_at AS "from", to_at AS "to", through FROM feed_backlogs ORDER BY id`,
  );
  const open = prepareWrite(
    database,
    'INSERT INTO feed_backlogs (channel, shop_id, scope, from_at, to_at, through) VALUES (?, ?, ?, ?, ?, ?)',
    recorder,
  );
  const move = prepareWrite(database, 'UPDATE feed_backlogs SET through = max(through, ?) WHERE id = ?', recorder);
  const end = prepareWrite(database, 'DELETE FROM feed_backlogs WHERE id = ? AND through >= to_at', recorder);
  return {
    all: () => all.all(),
    save: ({ channel, shopId, scope, through, goodAt }) => void save.run(channel, shopId, scope, through, goodAt),
    backlogs: () => backlogs.all(),
    openBacklog: ({ channel, shopId, scope, from, to, through }) =>
      Number(open.run(channel, shopId, scope, from, to, through).lastInsertRowid),
    moveBacklog(id, through) {
      move.run(through, id);
      end.run(id);
    },
  };
}

interface WishRow {
  channel: ChannelId;
  shopId: string;
  kind: Wish['kind'];
  id: string;
  because: Wish['because'];
  wantedAt: number;
  notBefore: number;
  attempts: number;
}

/** Details still to be fetched. */
export function createWishes(database: Database, recorder: Recorder | null): WishStore {
  const put = prepareWrite(
    database,
    `INSERT INTO detail_wishes (channel, shop_id, kind, wanted_id, because, wanted_at, not_before) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET because = excluded.because, wanted_at = max(wanted_at + 1, excluded.wanted_at),
       not_before = CASE WHEN attempts = 0 THEN min(not_before, excluded.not_before) ELSE excluded.not_before END, attempts = 0`,
    recorder,
  );
  const due = database.prepare<[string, string, number, number], WishRow>(
    `SELECT ${SHOP}, kind, wanted_id AS id, because, wanted_at AS wantedAt, not_before AS notBefore, attempts FROM detail_wishes
     WHERE channel = ? AND shop_id = ? AND not_before <= ? ORDER BY not_before LIMIT ?`,
  );
  const done = prepareWrite(
    database,
    'DELETE FROM detail_wishes WHERE channel = ? AND shop_id = ? AND kind = ? AND wanted_id = ? AND wanted_at = ?',
    recorder,
  );
  const postpone = prepareWrite(
    database,
    `UPDATE detail_wishes SET attempts = attempts + 1, not_before = ?, error = ?
     WHERE channel = ? AND shop_id = ? AND kind = ? AND wanted_id = ? AND wanted_at = ?`,
    recorder,
  );
  const rest = prepareWrite(
    database,
    'UPDATE detail_wishes SET not_before = max(not_before, ?), error = ? WHERE channel = ? AND shop_id = ?',
    recorder,
  );
  const wake = prepareWrite(database, 'UPDATE detail_wishes SET not_before = ?, attempts = 0 WHERE channel = ? AND shop_id = ?', recorder);
  const count = database.prepare<[string, string], number>('SELECT count(*) FROM detail_wishes WHERE channel = ? AND shop_id = ?').pluck();
  const next = database
    .prepare<[string, string], number | null>('SELECT min(not_before) FROM detail_wishes WHERE channel = ? AND shop_id = ?')
    .pluck();
  const error = database
    .prepare<[string, string, string, string], string | null>(
      'SELECT error FROM detail_wishes WHERE channel = ? AND shop_id = ? AND kind = ? AND wanted_id = ?',
    )
    .pluck();
  return {
    put: ({ channel, shopId, kind, id, because, wantedAt, notBefore }) =>
      void put.run(channel, shopId, kind, id, because, wantedAt, notBefore),
    due: ({ channel, shopId }, now, limit) => due.all(channel, shopId, now, limit),
    done: ({ channel, shopId, kind, id, wantedAt }) => void done.run(channel, shopId, kind, id, wantedAt),
    postpone: ({ channel, shopId, kind, id, wantedAt }, notBefore, text) =>
      void postpone.run(notBefore, JSON.stringify(text), channel, shopId, kind, id, wantedAt),
    rest: ({ channel, shopId }, until, text) => void rest.run(until, JSON.stringify(text), channel, shopId),
    wake: ({ channel, shopId }, now) => void wake.run(now, channel, shopId),
    count: ({ channel, shopId }) => count.get(channel, shopId) as number,
    nextAt: ({ channel, shopId }) => (next.get(channel, shopId) as number | null) ?? null,
    errorOf({ channel, shopId }, kind, id) {
      const text = error.get(channel, shopId, kind, id) as string | null | undefined;
      return text ? (JSON.parse(text) as LocalisedText) : null;
    },
  };
}

interface AuditRow extends ShopKey {
  day: number;
  checkedAt: number;
  there: number;
  here: number;
  extra: number;
  error: string | null;
  missing: number;
  filled: number;
}

/** Ids there against ids here, by shop and day. */
export function createDayAudits(database: Database, recorder: Recorder | null): DayAuditStore {
  const byCreated = database
    .prepare<[string, string, number, number], string>(
      'SELECT channel_order_id FROM orders WHERE channel = ? AND shop_id = ? AND created_at >= ? AND created_at < ?',
    )
    .pluck();
  const byPaid = database
    .prepare<[string, string, number, number, number, number], string>(
      `SELECT channel_order_id FROM orders WHERE channel = ? AND shop_id = ? AND created_at >= ? AND created_at < ?
         AND json_extract(document, '$.paidAt') >= ? AND json_extract(document, '$.paidAt') < ?`,
    )
    .pluck();
  const writes = auditWrites(database, recorder);
  const days = database.prepare<[number, string | null, string | null], AuditRow>(
    `SELECT ${SHOP}, day, checked_at AS checkedAt, there, here, extra, error,
       (SELECT count(*) FROM day_gaps g WHERE g.channel = a.channel AND g.shop_id = a.shop_id AND g.day = a.day AND filled_at IS NULL) AS missing,
       (SELECT count(*) FROM day_gaps g WHERE g.channel = a.channel AND g.shop_id = a.shop_id AND g.day = a.day AND filled_at IS NOT NULL) AS filled
     FROM day_audits a WHERE day >= ? AND channel = coalesce(?, channel) AND shop_id = coalesce(?, shop_id)
     ORDER BY day DESC, channel, shop_id`,
  );
  const gaps = database.prepare<Cell[], DayGap & { orderNo: string | null }>(
    `SELECT g.channel, g.shop_id AS shopId, g.day, g.channel_order_id AS channelOrderId, found_at AS foundAt, asked_at AS askedAt,
       filled_at AS filledAt, o.order_no AS orderNo
     FROM day_gaps g LEFT JOIN orders o ON o.channel_order_id = g.channel_order_id AND o.shop_id = g.shop_id AND o.channel = g.channel
     WHERE g.channel = ? AND g.shop_id = ? AND g.day = ? AND g.channel_order_id > ? ORDER BY g.channel_order_id LIMIT ?`,
  );
  const open = database
    .prepare<[string, string, number], string>(
      'SELECT channel_order_id FROM day_gaps WHERE channel = ? AND shop_id = ? AND day = ? AND filled_at IS NULL ORDER BY 1',
    )
    .pluck();
  const anyOpen = database
    .prepare<[], number>('SELECT EXISTS (SELECT 1 FROM day_gaps INDEXED BY day_gaps_open WHERE filled_at IS NULL)')
    .pluck();
  return {
    idsHere: ({ channel, shopId }, by, from, to) =>
      (by === 'created'
        ? byCreated.all(channel, shopId, from, to)
        : byPaid.all(channel, shopId, from - LONGEST_TO_PAY, to, from, to)) as string[],
    put(row, missing) {
      writes.audit(row);
      const still = new Set(missing);
      const known = open.all(row.channel, row.shopId, row.day) as string[];
      for (const id of known) if (!still.has(id)) writes.fillOfDay(row, id);
      for (const id of missing) writes.find(row, id);
    },
    days: (since, { channel, shopId }) =>
      days.all(since, channel ?? null, shopId ?? null).map((row) => ({
        ...row,
        error: row.error === null ? null : (JSON.parse(row.error) as LocalisedText),
      })),
    gaps: ({ channel, shopId }, day, after, limit) => gaps.all(channel, shopId, day, after ?? '', limit),
    open: ({ channel, shopId }, day) => open.all(channel, shopId, day) as string[],
    asked: (shop, day, ids, at) => ids.forEach((id) => writes.ask(shop, day, id, at)),
    filled: (shop, id, at) => writes.fill(shop, id, at),
    anyOpen: () => anyOpen.get() === 1,
  };
}

/** For every new order while a gap is open. Told which index, or SQLite would look at every gap the shop ever had. */
export const FILL_GAP =
  'UPDATE day_gaps INDEXED BY day_gaps_open SET filled_at = ? WHERE channel_order_id = ? AND shop_id = ? AND channel = ? AND filled_at IS NULL';

function auditWrites(database: Database, recorder: Recorder | null) {
  const audit = prepareWrite(
    database,
    `INSERT INTO day_audits (channel, shop_id, day, checked_at, there, here, extra, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET checked_at = excluded.checked_at, there = excluded.there, here = excluded.here, extra = excluded.extra,
       error = excluded.error`,
    recorder,
  );
  const find = prepareWrite(
    database,
    `INSERT INTO day_gaps (channel, shop_id, day, channel_order_id, found_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET filled_at = NULL`,
    recorder,
  );
  const ask = prepareWrite(
    database,
    'UPDATE day_gaps SET asked_at = ? WHERE channel = ? AND shop_id = ? AND day = ? AND channel_order_id = ?',
    recorder,
  );
  const fill = prepareWrite(database, FILL_GAP, recorder);
  const fillOfDay = prepareWrite(
    database,
    'UPDATE day_gaps SET filled_at = ? WHERE channel = ? AND shop_id = ? AND day = ? AND channel_order_id = ?',
    recorder,
  );
  return {
    audit: ({ channel, shopId, day, checkedAt, there, here, extra, error }: DayAuditRow) =>
      void audit.run(channel, shopId, day, checkedAt, there, here, extra, error === null ? null : JSON.stringify(error)),
    find: ({ channel, shopId, day, checkedAt }: DayAuditRow, id: string) => void find.run(channel, shopId, day, id, checkedAt),
    ask: ({ channel, shopId }: ShopKey, day: number, id: string, at: number) => void ask.run(at, channel, shopId, day, id),
    fill: ({ channel, shopId }: ShopKey, id: string, at: number) => fill.run(at, id, shopId, channel).changes > 0,
    fillOfDay: ({ channel, shopId, day, checkedAt }: DayAuditRow, id: string) => void fillOfDay.run(checkedAt, channel, shopId, day, id),
  };
}
