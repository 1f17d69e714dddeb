import type { Database } from 'better-sqlite3';
import type {
  AftermathRow,
  DecisionRow,
  KnownOrder,
  KnownOutcome,
  KnownVector,
  LearningStore,
  OutcomeRow,
  Place,
  PlacedVector,
  Span,
} from '#main/hub/learning/learning-ports.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';
import { createReports } from './reports.ts';

/** A stopping hit, as `hits` of a verdict is written; inside a JSON text the names cannot stand with their quotes unescaped. */
const STOPPING = `(instr(hits, '"action":"hold"') > 0 OR instr(hits, '"action":"freeze"') > 0)`;

/** What became of orders, and what is learnt of it. Each statement reads a bounded piece. */
export function createLearning(database: Database, recorder: Recorder | null): LearningStore {
  return {
    ...createFollowing(database, recorder),
    ...createKnown(database),
    ...createWork(database),
    ...createVectors(database),
    ...createSuggestions(database, recorder),
    reports: createReports(database, recorder),
  };
}

type Following = Pick<
  LearningStore,
  'changed' | 'progress' | 'advance' | 'aftermathOf' | 'outcomeOf' | 'putOutcome' | 'removeOutcome' | 'report' | 'orderIdOf' | 'counts'
>;
type AftermathCells = Omit<AftermathRow, 'refunds' | 'decision' | 'reported' | 'returning'> & {
  refunds: string | null;
  action: 'release' | 'freeze' | null;
  decidedAt: number | null;
  reported: KnownOutcome | null;
  reportedAt: number | null;
  returning: number;
};

/** The last decision of a person that was not taken back; the timer is nobody. */
const AFTERMATH = `
  SELECT o.id AS orderId, o.status, o.status_since AS statusSince,
    CASE WHEN instr(o.document, '"refunds":[{') > 0 THEN json_extract(o.document, '$.refunds') END AS refunds,
    d.action, d.at AS decidedAt, r.outcome AS reported, r.at AS reportedAt,
    (SELECT min(at) FROM verdicts WHERE order_id = o.id AND ${STOPPING}) AS stoppedAt,
    o.buyer_key IS NOT NULL AND EXISTS (
      SELECT 1 FROM orders AS e WHERE e.buyer_key = o.buyer_key AND e.created_at < o.created_at
    ) AS "returning"
  FROM orders AS o
  LEFT JOIN decisions AS d ON d.id = (
    SELECT max(id) FROM decisions WHERE order_id = o.id AND actor <> 'hub' AND action IN ('release', 'freeze')
      AND id > (SELECT coalesce(max(id), 0) FROM decisions WHERE order_id = o.id AND action = 'undo')
  )
  LEFT JOIN reported_outcomes AS r ON r.order_id = o.id
  WHERE o.id = ?`;

function createFollowing(database: Database, recorder: Recorder | null): Following {
  // An order is followed where it changed last: of a long past most changes were overtaken, and only the last one counts.
  const changed = database.prepare<[number, number], { id: number; orderId: number; isLast: number }>(
    `SELECT id, order_id AS orderId, id = (SELECT max(id) FROM timeline WHERE order_id = t.order_id) AS isLast
     FROM timeline AS t WHERE id > ? ORDER BY id LIMIT ?`,
  );
  const through = database.prepare<[], number>("SELECT through FROM progress WHERE name = 'outcomes'").pluck();
  const newest = database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM timeline').pluck();
  const advance = prepareWrite(database, "UPDATE progress SET through = ? WHERE name = 'outcomes'", recorder);
  const aftermath = database.prepare<[number], AftermathCells>(AFTERMATH);
  const outcome = database.prepare<[number], Omit<OutcomeRow, 'returning'> & { returning: number }>(
    'SELECT order_id AS orderId, outcome, known_at AS knownAt, stopped_at AS stoppedAt, is_returning AS "returning" FROM outcomes WHERE order_id = ?',
  );
  const put = prepareWrite(
    database,
    `INSERT INTO outcomes (order_id, outcome, known_at, stopped_at, is_returning) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (order_id) DO UPDATE SET outcome = excluded.outcome, known_at = excluded.known_at, stopped_at = excluded.stopped_at,
       is_returning = excluded.is_returning`,
    recorder,
  );
  const remove = prepareWrite(database, 'DELETE FROM outcomes WHERE order_id = ?', recorder);
  const report = prepareWrite(
    database,
    `INSERT INTO reported_outcomes (order_id, outcome, at, import_id) VALUES (?, ?, ?, ?)
     ON CONFLICT (order_id) DO UPDATE SET outcome = excluded.outcome, at = excluded.at, import_id = excluded.import_id`,
    recorder,
  );
  const named = 'SELECT id AS orderId, order_no AS orderNo FROM orders WHERE';
  const byPlatform = database.prepare<[string, string, string], { orderId: number; orderNo: string }>(
    `${named} channel_order_id = ? AND shop_id = ? AND channel = ?`,
  );
  const byNumber = database.prepare<[string], { orderId: number; orderNo: string }>(`${named} order_no = ?`);
  const counts = database.prepare<[], { good: number; bad: number; reported: number }>(
    `SELECT count(*) FILTER (WHERE outcome = 'good') AS good, count(*) FILTER (WHERE outcome = 'bad') AS bad,
       (SELECT count(*) FROM reported_outcomes) AS reported FROM outcomes WHERE outcome IS NOT NULL`,
  );
  /** As last counted: every outcome there is, too many to be counted for each that asks. Null after a change. */
  let counted: ReturnType<LearningStore['counts']> | null = null;
  const changing = <T extends unknown[]>(write: (...values: T) => unknown) => {
    return (...values: T): void => {
      counted = null;
      write(...values);
    };
  };
  return {
    changed(after, limit) {
      const rows = changed.all(after, limit);
      return { orderIds: rows.flatMap(({ orderId, isLast }) => (isLast === 1 ? [orderId] : [])), through: rows.at(-1)?.id ?? after };
    },
    progress() {
      const reached = through.get() ?? 0;
      return { through: reached, behind: Math.max(0, (newest.get() as number) - reached) };
    },
    advance: (to) => void advance.run(to),
    aftermathOf(orderId) {
      const row = aftermath.get(orderId);
      if (!row) return null;
      const { refunds, action, decidedAt, reported, reportedAt, returning, ...rest } = row;
      return {
        ...rest,
        refunds: refunds === null ? [] : (JSON.parse(refunds) as AftermathRow['refunds']),
        decision: action === null ? null : { action, at: decidedAt as number },
        reported: reported === null ? null : { outcome: reported, at: reportedAt as number },
        returning: returning === 1,
      };
    },
    outcomeOf(orderId) {
      const row = outcome.get(orderId);
      return row ? { ...row, returning: row.returning === 1 } : null;
    },
    putOutcome: changing(({ orderId, outcome: known, knownAt, stoppedAt, returning }: OutcomeRow) =>
      put.run(orderId, known, knownAt, stoppedAt, returning ? 1 : 0),
    ),
    removeOutcome: changing((orderId: number) => remove.run(orderId)),
    report: changing((orderId: number, said: KnownOutcome, at: number, importId: number) => report.run(orderId, said, at, importId)),
    orderIdOf: (name, { channel, shopId }) => byPlatform.get(name, shopId, channel) ?? byNumber.get(name) ?? null,
    counts() {
      // What a transaction has written may still be taken back.
      if (database.inTransaction) return counts.get() as { good: number; bad: number; reported: number };
      return (counted ??= counts.get() as { good: number; bad: number; reported: number });
    },
  };
}

/** An order that had left before it was first told of never was: no rule could stop or miss it. */
const isJudged = (orderId: string): string => `EXISTS (SELECT 1 FROM verdicts WHERE verdicts.order_id = ${orderId})`;

type Known = Pick<LearningStore, 'known' | 'hitsByRule' | 'lastHitAt'>;
type KnownRow = Omit<KnownOrder, 'stopped' | 'returning' | 'rules'> & {
  stopped: number;
  returning: number;
  ruleId: string | null;
  version: number;
};

function createKnown(database: Database): Known {
  // One row for each rule that hit the order, one without a rule for an order none did.
  const known = database.prepare<[number, number, number, number], KnownRow>(
    `SELECT x.known_at AS at, x.order_id AS orderId, x.outcome, x.stopped_at IS NOT NULL AS stopped, x.is_returning AS "returning",
       c.rule_id AS ruleId, c.rule_version AS version
     FROM (
       SELECT * FROM outcomes WHERE outcome IS NOT NULL AND (known_at, order_id) > (?, ?) AND known_at < ? AND ${isJudged('outcomes.order_id')}
       ORDER BY known_at, order_id LIMIT ?
     ) AS x LEFT JOIN rule_cases AS c ON c.order_id = x.order_id
     ORDER BY x.known_at, x.order_id, c.rule_id`,
  );
  // The index of cases begins with the rule: each one is looked up on its own.
  const hits = database.prepare<[number, number], { ruleId: string; version: number; orders: number }>(
    `SELECT c.rule_id AS ruleId, c.rule_version AS version, count(*) AS orders FROM rule_versions AS r
     CROSS JOIN rule_cases AS c ON c.rule_id = r.rule_id AND c.at >= ? AND c.at < ? GROUP BY 1, 2`,
  );
  const last = database.prepare<[string], number | null>('SELECT max(at) FROM rule_cases WHERE rule_id = ?').pluck();
  return {
    known(span, after, limit) {
      const orders: (KnownOrder & { rules: { ruleId: string; version: number }[] })[] = [];
      for (const { ruleId, version, stopped, returning, ...row } of known.all(...beginning(span, after), span.to, limit)) {
        if (orders.at(-1)?.orderId !== row.orderId) orders.push({ ...row, stopped: stopped === 1, returning: returning === 1, rules: [] });
        if (ruleId !== null) orders.at(-1)?.rules.push({ ruleId, version });
      }
      return orders;
    },
    hitsByRule: ({ from, to }) => hits.all(from, to),
    lastHitAt: (ruleId) => last.get(ruleId) ?? null,
  };
}

/** Where a list by moment and order goes on, or begins. */
function beginning({ from }: Span, after: Place | null): [at: number, orderId: number] {
  return after ? [after.at, after.orderId] : [from - 1, Number.MAX_SAFE_INTEGER];
}

type Work = Pick<LearningStore, 'stoppedIn' | 'stoppedOrders' | 'decisionsIn' | 'rulesOf'>;

function createWork(database: Database): Work {
  const stopped = database.prepare<[number, number], { currency: string; orders: number; minor: number }>(
    `SELECT coalesce(json_extract(o.document, '$.currency'), 'CNY') AS currency, count(*) AS orders, sum(o.paid_minor) AS minor
     FROM outcomes AS x CROSS JOIN orders AS o ON o.id = x.order_id
     WHERE x.stopped_at IS NOT NULL AND x.stopped_at >= ? AND x.stopped_at < ? GROUP BY 1`,
  );
  const stoppedOrders = database
    .prepare<[number, number, number], number>(
      'SELECT order_id FROM outcomes WHERE stopped_at IS NOT NULL AND stopped_at >= ? AND stopped_at < ? ORDER BY stopped_at, order_id LIMIT ?',
    )
    .pluck();
  const decisions = database.prepare<[number, number], DecisionRow>(
    `SELECT order_id AS orderId, at, actor, action, handling_ms AS handlingMs FROM decisions AS d
     WHERE at >= ? AND at < ? AND action <> 'undo'
       AND coalesce((SELECT action FROM decisions WHERE order_id = d.order_id AND id > d.id ORDER BY id LIMIT 1), '') <> 'undo'
     ORDER BY at, id`,
  );
  const rules = database.prepare<[number], string>('SELECT rule_id FROM rule_cases WHERE order_id = ? ORDER BY rule_id').pluck();
  return {
    stoppedIn: ({ from, to }) => stopped.all(from, to),
    stoppedOrders: ({ from, to }, limit) => stoppedOrders.all(from, to, limit),
    decisionsIn: ({ from, to }) => decisions.all(from, to),
    rulesOf: (orderId) => rules.all(orderId),
  };
}

type Vectors = Pick<LearningStore, 'passedVectors' | 'placedCount' | 'placedVectors' | 'knownPlacedAt' | 'firstPlacedAt' | 'fields'>;

const FIRST_VERDICT = 'verdicts AS v ON v.id = (SELECT min(id) FROM verdicts WHERE order_id =';

function createVectors(database: Database): Vectors {
  const passed = database.prepare<[number, number, number, number], KnownVector>(
    `SELECT x.known_at AS at, x.order_id AS orderId, x.outcome, v.rule_set_version AS ruleSetVersion, v.inputs
     FROM outcomes AS x CROSS JOIN ${FIRST_VERDICT} x.order_id)
     WHERE x.outcome IS NOT NULL AND (x.known_at, x.order_id) > (?, ?) AND x.known_at < ? AND x.stopped_at IS NULL
     ORDER BY x.known_at, x.order_id LIMIT ?`,
  );
  const count = database.prepare<[number, number], { orders: number; known: number }>(
    `SELECT count(*) AS orders, count(x.outcome) AS known FROM orders AS o LEFT JOIN outcomes AS x ON x.order_id = o.id
     WHERE o.created_at >= ? AND o.created_at < ? AND ${isJudged('o.id')}`,
  );
  const placed = database.prepare<[number, number, number, number, number], Omit<PlacedVector, 'returning'> & { returning: number | null }>(
    `SELECT o.created_at AS at, o.id AS orderId, v.at AS judgedAt, v.rule_set_version AS ruleSetVersion, v.inputs, x.outcome, x.is_returning AS "returning"
     FROM orders AS o INDEXED BY orders_created CROSS JOIN ${FIRST_VERDICT} o.id) LEFT JOIN outcomes AS x ON x.order_id = o.id
     WHERE (o.created_at, o.id) > (?, ?) AND o.created_at < ? AND o.id % ? = 0 ORDER BY o.created_at, o.id LIMIT ?`,
  );
  const firstPlaced = database.prepare<[], number | null>('SELECT min(created_at) FROM orders').pluck();
  const nth = database
    .prepare<[number, number, number], number>(
      `SELECT o.created_at FROM orders AS o JOIN outcomes AS x ON x.order_id = o.id AND x.outcome IS NOT NULL
       WHERE o.created_at >= ? AND o.created_at < ? AND ${isJudged('o.id')} ORDER BY o.created_at LIMIT 1 OFFSET ?`,
    )
    .pluck();
  const fields = database.prepare<[], { version: number; fields: string }>('SELECT version, fields FROM rule_sets');
  return {
    passedVectors: (span, after, limit) => passed.all(...beginning(span, after), span.to, limit),
    placedCount: ({ from, to }) => count.get(from, to) as { orders: number; known: number },
    placedVectors: (span, after, every, limit) =>
      placed.all(...beginning(span, after), span.to, every, limit).map((row) => ({ ...row, returning: row.returning === 1 })),
    knownPlacedAt: ({ from, to }, before) => nth.get(from, to, before) ?? null,
    firstPlacedAt: () => firstPlaced.get() ?? null,
    fields: () => new Map(fields.all().map(({ version, fields: list }) => [version, JSON.parse(list) as string[]])),
  };
}

type SuggestionsPart = Pick<LearningStore, 'addSuggestions' | 'suggestions' | 'addSuggestionDraft' | 'draftOf'>;

function createSuggestions(database: Database, recorder: Recorder | null): SuggestionsPart {
  const add = prepareWrite(database, 'INSERT INTO suggestion_runs (at, document) VALUES (?, ?)', recorder);
  const newest = database.prepare<[], { id: number; at: number; document: string }>(
    'SELECT id, at, document FROM suggestion_runs ORDER BY id DESC LIMIT 1',
  );
  const addDraft = prepareWrite(
    database,
    `INSERT INTO suggestion_drafts (suggestion_id, draft_id, made_by, at) VALUES (?, ?, ?, ?)
     ON CONFLICT (suggestion_id) DO UPDATE SET draft_id = excluded.draft_id, made_by = excluded.made_by, at = excluded.at`,
    recorder,
  );
  const draft = database.prepare<[string], number>('SELECT draft_id FROM suggestion_drafts WHERE suggestion_id = ?').pluck();
  return {
    addSuggestions: (at, document) => Number(add.run(at, document).lastInsertRowid),
    suggestions: () => newest.get() ?? null,
    addSuggestionDraft: (suggestionId, draftId, by, at) => void addDraft.run(suggestionId, draftId, by, at),
    draftOf: (suggestionId) => draft.get(suggestionId) ?? null,
  };
}
