import { createHash } from 'node:crypto';
import type { RuleSet } from '#shared/rule.ts';
import { compileRuleSet, parseRuleSet } from '#main/rules/index.ts';
import type { Logger, Store } from '../ports.ts';
import { contentOf, countChanges, numbered, sameContent } from './content.ts';
import { mergeBodies } from './merge.ts';
import { RuleBook, writeSet } from './rule-book.ts';

/** Content of the pack of the program that was looked at last, so that an updated one is published or proposed once. */
const SHIPPED = 'rules.shipped';
const BY_HUB = { by: 'hub', approvedBy: null } as const;

/** The pack the program brings; bad rules are logged and left out. */
export function readPack(pack: unknown, logger: Logger): RuleSet {
  const { ruleSet, issues } = parseRuleSet(pack);
  for (const issue of issues) logger.warn({ rule: issue.ruleId, path: issue.path }, `rule left out: ${issue.text.en}`);
  return ruleSet;
}

/**
 * Opens the rules of a workspace. The shipped pack is published where there is none yet, and where the set in force is an earlier
 * shipped one; a set that people changed is never replaced: what the pack changed since is laid onto it as a draft.
 */
export function openRules(store: Store, pack: unknown, now: number, logger: Logger): RuleBook {
  const ruleSet = readPack(pack, logger);
  const digest = digestOf(ruleSet);
  const seen = store.setting(SHIPPED, () => '');
  const newest = store.ruleSets.newest();
  if (!newest) publishFirst(store, ruleSet, digest, now);
  const book = new RuleBook(store, logger);
  if (newest && seen !== digest) takeUpdate({ store, book, ruleSet, seen, now });
  if (seen !== digest) store.transaction(() => store.putSetting(SHIPPED, digest));
  refresh(store, book, now);
  return book;
}

function digestOf({ rules, lists }: RuleSet): string {
  return createHash('sha256')
    .update(JSON.stringify([rules.map(contentOf), Object.entries(lists)]))
    .digest('hex');
}

function publishFirst(store: Store, ruleSet: RuleSet, digest: string, now: number): void {
  const first = numbered(ruleSet, null, new Map(), true);
  store.transaction(() => {
    writeSet(store, first, compileRuleSet(first).fields, { ...BY_HUB, note: '', origin: 'shipped' }, now);
    store.putSetting(SHIPPED, digest);
  });
}

/** A program that reads other fields of the same rules makes other vectors: that is a version of its own. */
function refresh(store: Store, book: RuleBook, now: number): void {
  const newest = store.ruleSets.newest();
  if (!newest || JSON.stringify(newest.fields) === JSON.stringify(book.current.fields)) return;
  const note = '程序更新后读取的字段不同 / The updated program reads other fields';
  const ready = book.prepare(book.ruleSet, { ...BY_HUB, note, origin: newest.origin }, now);
  store.transaction(() => ready.write());
  ready.take();
}

interface Update {
  store: Store;
  book: RuleBook;
  ruleSet: RuleSet;
  /** Digest of the pack before. */
  seen: string;
  now: number;
}

function takeUpdate({ store, book, ruleSet, seen, now }: Update): void {
  const inForce = book.ruleSet;
  if (sameContent(inForce, ruleSet)) return;
  const untouched = store.ruleSets.newest()?.origin === 'shipped' || digestOf(inForce) === seen;
  if (untouched) {
    const note = '出厂规则包已更新 / The shipped pack was updated';
    const ready = book.prepare(ruleSet, { ...BY_HUB, note, origin: 'shipped' }, now);
    store.transaction(() => ready.write());
    return ready.take();
  }
  const before = store.ruleSets.newestOf('shipped');
  const base = before ? (book.at(before.version) ?? ruleSet) : ruleSet;
  const { body, conflicts } = mergeBodies(bodyOf(base), bodyOf(ruleSet), bodyOf(inForce));
  if (sameContent(body, inForce)) return;
  const both = conflicts.length === 0 ? '' : `双方都改过 / changed by both: ${conflicts.join(', ')}`;
  store.transaction(() => {
    const id = store.ruleDrafts.add({
      ...{ title: '出厂规则包已更新 / Shipped pack updated', author: 'hub', writers: ['hub'], state: 'open', revision: 1 },
      ...{ basedOn: inForce.version, origin: 'draft', createdAt: now, updatedAt: now, submittedAt: null, note: both },
      ...{ decidedBy: null, reason: null, changes: countChanges(inForce, body), body, leftOut: [] },
    });
    store.audit.append({ actor: 'hub', action: 'rules.proposed', subject: `draft@${id}`, detail: { conflicts } }, now);
  });
}

/** A set without its version. */
export function bodyOf({ rules, lists }: RuleSet): { rules: unknown[]; lists: RuleSet['lists'] } {
  return { rules, lists };
}
