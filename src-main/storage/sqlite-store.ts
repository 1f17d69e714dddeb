import { statSync } from 'node:fs';
import type { Database, Statement as SqliteStatement } from 'better-sqlite3';
import type { Store } from '#main/hub/ports.ts';
import { createAudit } from './audit.ts';
import { createConnections } from './connections.ts';
import { asStoreError, openDatabase } from './database.ts';
import { createCheckpoints, createDayAudits, createWishes } from './feeds.ts';
import { createImports } from './imports.ts';
import { createInbox } from './inbox.ts';
import { createLearning } from './learning.ts';
import { createListings, createMappings } from './mappings.ts';
import { createOrders } from './orders.ts';
import { createOutbox } from './outbox.ts';
import { createParcels } from './parcels.ts';
import { createPartnerConnections, createWaybills } from './partners.ts';
import { createQueries } from './queries.ts';
import type { Recorder } from './recording.ts';
import { createRadar } from './radar.ts';
import { createRefunds } from './refunds.ts';
import { createRuleDrafts, createRuleRuns, createRuleSets } from './rule-sets.ts';
import { createStock } from './stock.ts';
import { createForecasts } from './forecasts.ts';
import { createTrials } from './trials.ts';
import { createFigures, createProfiles, createSamples, createTasks } from './work.ts';

export interface SqliteStoreOptions {
  /** Is told every write; for benchmarks. */
  recorder?: Recorder | null;
  /** Default true. False: commits do not wait for the disk; for workspaces that are thrown away. */
  durable?: boolean;
  /** Told after a commit when the log has grown by some thousand pages and should be copied back (`openLogCopier`). */
  onLogGrown?(): void;
}

/** Changed rows after which the log is worth copying: about 1,300 orders, 8 MB. */
const ROWS_PER_COPY = 20_000;

export interface SqliteStore extends Store {
  /** The bytes of the whole database, for a reader of one that lies in memory only. */
  image(): Uint8Array;
}

/** The embedded store: one SQLite file. Throws StoreError when the file cannot be used; see `openDatabase`. */
export function openSqliteStore(path: string, options: SqliteStoreOptions = {}): SqliteStore {
  const database = openDatabase(path, options.durable ?? true);
  try {
    return assemble(database, path, options);
  } catch (error) {
    database.close();
    throw asStoreError(error);
  }
}

function assemble(database: Database, path: string, { recorder = null, onLogGrown }: SqliteStoreOptions): SqliteStore {
  const audit = createAudit(database, recorder);
  const stock = createStock(database, recorder);
  const [begin, commit, rollback] = ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'].map((sql) => database.prepare(sql)) as [
    Statement,
    Statement,
    Statement,
  ];
  const changedRows = database.prepare<[], number>('SELECT total_changes()').pluck();
  let copiedThrough = 0;
  const watchLog = (): void => {
    const rows = changedRows.get() as number;
    if (rows - copiedThrough < ROWS_PER_COPY) return;
    copiedThrough = rows;
    onLogGrown?.();
  };
  const setting = database.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const putSetting = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  return {
    inbox: createInbox(database, recorder),
    orders: createOrders(database, recorder),
    refunds: createRefunds(database, recorder),
    stock,
    outbox: createOutbox(database, recorder),
    audit,
    tasks: createTasks(database, recorder),
    profiles: createProfiles(database, recorder),
    figures: createFigures(database, recorder),
    samples: createSamples(database, recorder),
    ruleSets: createRuleSets(database, recorder),
    ruleDrafts: createRuleDrafts(database, recorder),
    ruleRuns: createRuleRuns(database, recorder),
    trials: createTrials(database, recorder),
    forecasts: createForecasts(database, recorder),
    checkpoints: createCheckpoints(database, recorder),
    wishes: createWishes(database, recorder),
    dayAudits: createDayAudits(database, recorder),
    connections: createConnections(database, recorder),
    mappings: createMappings(database, recorder),
    listings: createListings(database, recorder),
    imports: createImports(database, recorder),
    learning: createLearning(database, recorder),
    radar: createRadar(database, recorder),
    parcels: createParcels(database, recorder),
    partnerConnections: createPartnerConnections(database, recorder),
    waybills: createWaybills(database, recorder),
    queries: createQueries(database),
    transaction(work) {
      try {
        begin.run();
        const value = work();
        commit.run();
        recorder?.committed();
        if (onLogGrown) watchLog();
        return value;
      } catch (error) {
        // Some errors (a full disk) have rolled back already.
        if (database.inTransaction) rollback.run();
        audit.forgetHead();
        stock.forget();
        throw asStoreError(error);
      }
    },
    setting(key, create) {
      const present = setting.get(key) as string | undefined;
      if (present !== undefined) return present;
      const value = create();
      putSetting.run(key, value);
      return value;
    },
    putSetting: (key, value) => void putSetting.run(key, value),
    size: () => ({ databaseBytes: bytesOf(path), logBytes: bytesOf(`${path}-wal`) }),
    image: () => database.serialize(),
    close: () => void database.close(),
  };
}

type Statement = SqliteStatement<[]>;

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
