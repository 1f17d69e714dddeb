import type { Database } from 'better-sqlite3';
import type {
  RuleDraftStore,
  RuleRunStore,
  RuleSetStore,
  RunOrder,
  StoredDraft,
  StoredRuleSet,
  StoredRun,
} from '#main/hub/rules/rule-ports.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

interface SetRow extends Omit<StoredRuleSet, 'fields' | 'document'> {
  fields: string;
  document: string;
}
const ABOUT = 'version, published_at AS publishedAt, published_by AS "by", approved_by AS approvedBy, note, origin';

function readSet(row: SetRow | undefined): StoredRuleSet | null {
  return row ? { ...row, fields: JSON.parse(row.fields) as string[], document: JSON.parse(row.document) as unknown } : null;
}

/** Published rule sets. */
export function createRuleSets(database: Database, recorder: Recorder | null): RuleSetStore {
  const publish = prepareWrite(
    database,
    `INSERT INTO rule_sets (version, published_at, fields, document, published_by, approved_by, note, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    recorder,
  );
  const raise = prepareWrite(
    database,
    `INSERT INTO rule_versions (rule_id, version) SELECT value ->> 'id', value ->> 'version' FROM json_each(?) WHERE true
     ON CONFLICT DO UPDATE SET version = max(version, excluded.version)`,
    recorder,
  );
  const rows = `SELECT ${ABOUT}, fields, document FROM rule_sets`;
  const newest = database.prepare<[], SetRow>(`${rows} ORDER BY version DESC LIMIT 1`);
  const newestOf = database.prepare<[string], SetRow>(`${rows} WHERE origin = ? ORDER BY version DESC LIMIT 1`);
  const get = database.prepare<[number], SetRow>(`${rows} WHERE version = ?`);
  const versions = database.prepare<[], { id: string; version: number }>('SELECT rule_id AS id, version FROM rule_versions');
  const list = database.prepare<[number, number], ReturnType<RuleSetStore['list']>[number]>(
    `SELECT ${ABOUT}, json_array_length(document, '$.rules') AS rules FROM rule_sets WHERE version < ? ORDER BY version DESC LIMIT ?`,
  );
  return {
    newest: () => readSet(newest.get()),
    newestOf: (origin) => readSet(newestOf.get(origin)),
    get: (version) => readSet(get.get(version)),
    publish({ version, publishedAt, fields, document, by, approvedBy, note, origin }) {
      publish.run(version, publishedAt, JSON.stringify(fields), JSON.stringify(document), by, approvedBy, note, origin);
      raise.run(JSON.stringify(document.rules.map((rule) => ({ id: rule.id, version: rule.version }))));
    },
    ruleVersions: () => new Map(versions.all().map(({ id, version }) => [id, version])),
    list: (before, limit) => list.all(before ?? Number.MAX_SAFE_INTEGER, limit),
  };
}

const DRAFT_COLUMNS = [
  ...['title', 'author', 'writers', 'state', 'revision', 'based_on', 'origin', 'created_at', 'updated_at', 'submitted_at', 'note'],
  ...['decided_by', 'reason', 'changes', 'left_out', 'body'],
];
const DRAFT_ABOUT = `id, title, author, writers, state, revision, based_on AS basedOn, origin, created_at AS createdAt,
  updated_at AS updatedAt, submitted_at AS submittedAt, note, decided_by AS decidedBy, reason, changes`;

type DraftAbout = Omit<StoredDraft, 'body' | 'leftOut'>;
type DraftRow = Omit<DraftAbout, 'writers' | 'changes'> & { writers: string; changes: string };

function readAbout({ writers, changes, ...rest }: DraftRow): DraftAbout {
  return { ...rest, writers: JSON.parse(writers) as string[], changes: JSON.parse(changes) as StoredDraft['changes'] };
}

/** All but the body, which is the last column. */
function draftCells(draft: Omit<StoredDraft, 'id'>): (string | number | null)[] {
  return [
    ...[draft.title, draft.author, JSON.stringify(draft.writers), draft.state, draft.revision, draft.basedOn, draft.origin],
    ...[draft.createdAt, draft.updatedAt, draft.submittedAt, draft.note, draft.decidedBy, draft.reason],
    ...[JSON.stringify(draft.changes), JSON.stringify(draft.leftOut)],
  ];
}

/** Rule sets under work. */
export function createRuleDrafts(database: Database, recorder: Recorder | null): RuleDraftStore {
  const add = prepareWrite(
    database,
    `INSERT INTO rule_drafts (${DRAFT_COLUMNS.join(', ')}) VALUES (${DRAFT_COLUMNS.map(() => '?').join(', ')})`,
    recorder,
  );
  const assignments = DRAFT_COLUMNS.map((column) => `${column} = ?`);
  const update = (set: readonly string[]) =>
    prepareWrite(database, `UPDATE rule_drafts SET ${set.join(', ')} WHERE id = ? AND revision = ?`, recorder);
  const [save, saveAbout] = [update(assignments), update(assignments.slice(0, -1))];
  const get = database.prepare<[number], DraftRow & { body: string; leftOut: string }>(
    `SELECT ${DRAFT_ABOUT}, body, left_out AS leftOut FROM rule_drafts WHERE id = ?`,
  );
  const open = database.prepare<[], DraftRow>(
    `SELECT ${DRAFT_ABOUT} FROM rule_drafts WHERE state IN ('open', 'submitted', 'rejected') ORDER BY updated_at DESC, id DESC`,
  );
  const all = database.prepare<[], DraftRow>(`SELECT ${DRAFT_ABOUT} FROM rule_drafts ORDER BY updated_at DESC, id DESC LIMIT 500`);
  const waiting = database.prepare<[], number>("SELECT count(*) FROM rule_drafts WHERE state = 'submitted'").pluck();
  return {
    add: (draft) => Number(add.run(...draftCells(draft), JSON.stringify(draft.body)).lastInsertRowid),
    get(id) {
      const row = get.get(id);
      if (!row) return null;
      const { body, leftOut, ...about } = row;
      return {
        ...readAbout(about),
        body: JSON.parse(body) as StoredDraft['body'],
        leftOut: JSON.parse(leftOut) as StoredDraft['leftOut'],
      };
    },
    save(draft, expected, sameBody) {
      const { id, body } = draft;
      const { changes } = sameBody
        ? saveAbout.run(...draftCells(draft), id, expected)
        : save.run(...draftCells(draft), JSON.stringify(body), id, expected);
      return changes === 1;
    },
    list: (ended) => (ended ? all : open).all().map(readAbout),
    waiting: () => waiting.get() as number,
  };
}

type RunOrderRow = Omit<RunOrder, 'sentence' | 'counts' | 'before'> & { sentence: string; counts: string; before: string | null };

/** Runs over open orders. */
export function createRuleRuns(database: Database, recorder: Recorder | null): RuleRunStore {
  const add = prepareWrite(
    database,
    'INSERT INTO rule_runs (rule_set_version, at, by, state, undo_until) VALUES (?, ?, ?, ?, ?)',
    recorder,
  );
  const addOrder = prepareWrite(
    database,
    "INSERT INTO rule_run_orders (run_id, seq, order_no, version, change, sentence, counts, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')",
    recorder,
  );
  const lastSeq = database.prepare<[number], number>('SELECT coalesce(max(seq), 0) FROM rule_run_orders WHERE run_id = ?').pluck();
  const save = prepareWrite(database, 'UPDATE rule_runs SET state = ?, by = ?, undo_until = ? WHERE id = ?', recorder);
  const saveOrder = prepareWrite(
    database,
    'UPDATE rule_run_orders SET state = ?, made_version = ?, before = ? WHERE run_id = ? AND seq = ?',
    recorder,
  );
  const unused = "state IN ('previewing', 'previewed')";
  const dropOrders = prepareWrite(
    database,
    `DELETE FROM rule_run_orders WHERE run_id IN (SELECT id FROM rule_runs WHERE ${unused} AND id <> ?)`,
    recorder,
  );
  const dropRuns = prepareWrite(database, `DELETE FROM rule_runs WHERE ${unused} AND id <> ?`, recorder);
  const runs = 'SELECT id, rule_set_version AS ruleSetVersion, at, by, state, undo_until AS undoUntil FROM rule_runs';
  const get = database.prepare<[number], StoredRun>(`${runs} WHERE id = ?`);
  const last = database.prepare<[], StoredRun>(`${runs} WHERE state <> 'previewing' ORDER BY id DESC LIMIT 1`);
  const lastApplied = database.prepare<[], StoredRun>(`${runs} WHERE NOT (${unused}) ORDER BY id DESC LIMIT 1`);
  const orders = database.prepare<[number, number, string | null, string | null, number], RunOrderRow>(
    `SELECT seq, order_no AS orderNo, version, change, sentence, counts, state, made_version AS madeVersion, before FROM rule_run_orders
     WHERE run_id = ? AND seq > ? AND (? IS NULL OR state = ?) ORDER BY seq LIMIT ?`,
  );
  const counts = database.prepare<[number], { change: RunOrder['change']; orders: number }>(
    'SELECT change, count(*) AS orders FROM rule_run_orders WHERE run_id = ? GROUP BY change',
  );
  const leftAlone = database
    .prepare<[number], string>("SELECT order_no FROM rule_run_orders WHERE run_id = ? AND state IN ('left', 'kept') ORDER BY seq")
    .pluck();
  return {
    add: ({ ruleSetVersion, at, by, state, undoUntil }) => Number(add.run(ruleSetVersion, at, by, state, undoUntil).lastInsertRowid),
    addOrders(runId, changes) {
      let seq = lastSeq.get(runId) as number;
      for (const { orderNo, version, change, sentence, counts: counted } of changes) {
        addOrder.run(runId, (seq += 1), orderNo, version, change, JSON.stringify(sentence), JSON.stringify(counted));
      }
    },
    get: (id) => get.get(id) ?? null,
    last: () => last.get() ?? null,
    lastApplied: () => lastApplied.get() ?? null,
    save: ({ id, state, by, undoUntil }) => void save.run(state, by, undoUntil, id),
    orders: (runId, after, limit, state) =>
      orders.all(runId, after, state ?? null, state ?? null, limit).map((row) => ({
        ...row,
        sentence: JSON.parse(row.sentence) as RunOrder['sentence'],
        counts: JSON.parse(row.counts) as RunOrder['counts'],
        before: row.before === null ? null : (JSON.parse(row.before) as RunOrder['before']),
      })),
    saveOrder: (runId, { seq, state, madeVersion, before }) =>
      void saveOrder.run(state, madeVersion, before === null ? null : JSON.stringify(before), runId, seq),
    counts(runId) {
      const sums = { hold: 0, freeze: 0, release: 0, reasons: 0, task: 0 };
      for (const { change, orders: sum } of counts.all(runId)) sums[change] = sum;
      return sums;
    },
    leftAlone: (runId) => leftAlone.all(runId) as string[],
    dropPreviews(but) {
      dropOrders.run(but);
      dropRuns.run(but);
    },
  };
}
