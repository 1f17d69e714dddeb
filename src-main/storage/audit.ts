import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { AuditStore } from '#main/hub/ports.ts';
import type { AuditWalk } from '#main/hub/queries.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

export interface AuditRow {
  seq: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  detail: string;
  hash: string;
}

/** What the first entry's hash is chained to. */
export const AUDIT_ROOT = '0'.repeat(64);

/** Hash of an entry: SHA-256 over the hash before it, a line feed, and the entry as a JSON list; lower-case hex. */
export function auditHash(before: string, entry: Omit<AuditRow, 'hash'>): string {
  const { seq, at, actor, action, subject, detail } = entry;
  return createHash('sha256')
    .update(`${before}\n${JSON.stringify([seq, at, actor, action, subject, detail])}`)
    .digest('hex');
}

/** Appends to the hash chain (L2). The head is read again after a roll-back, because what it pointed to is gone. */
export function createAudit(database: Database, recorder: Recorder | null): AuditStore & { forgetHead(): void } {
  const insert = prepareWrite(
    database,
    'INSERT INTO audit (seq, at, actor, action, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
    recorder,
  );
  const last = database.prepare<[], { seq: number; hash: string }>('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  let head: { seq: number; hash: string } | null = null;
  return {
    append(draft, at) {
      head ??= last.get() ?? { seq: 0, hash: AUDIT_ROOT };
      const entry = {
        seq: head.seq + 1,
        at,
        // Half a character is not kept as it came, and what is hashed has to be what will be read.
        actor: draft.actor.toWellFormed(),
        action: draft.action,
        subject: draft.subject.toWellFormed(),
        detail: JSON.stringify(draft.detail),
      };
      const hash = auditHash(head.hash, entry);
      insert.run(entry.seq, at, entry.actor, entry.action, entry.subject, entry.detail, hash);
      head = { seq: entry.seq, hash };
    },
    forgetHead() {
      head = null;
    },
  };
}

/** Walks the chain entry by entry, on from where an earlier walk stood. */
export function verifyAuditChain(database: Database, from: AuditWalk | null = null, limit = Number.MAX_SAFE_INTEGER): AuditWalk {
  let { entries, head } = from ?? { entries: 0, head: AUDIT_ROOT };
  const rows = database.prepare<[number, number], AuditRow>('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?');
  const last = entries + limit;
  for (const row of rows.iterate(entries, limit)) {
    entries += 1;
    if (row.seq !== entries || auditHash(head, row) !== row.hash) return { entries, intact: false, firstBroken: row.seq, head, done: true };
    head = row.hash;
  }
  return { entries, intact: true, firstBroken: null, head, done: entries < last };
}
