import { SUPERVISORS } from '#shared/contract/index.ts';
import type { MethodOutput, MethodParams, Principal, Role } from '#shared/contract/index.ts';
import type { LintFinding, RuleBody, RuleDraft, RuleDraftSummary } from '#shared/contract/rule-work.ts';
import type { Rule, RuleSet } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { conditionText, effectText, lintRuleSet, parseRuleSet, printRuleSet } from '#main/rules/index.ts';
import type { Clock, Store } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import { countChanges, idOf, sameContent } from './content.ts';
import { differences } from './difference.ts';
import { MaskedRules } from './masked-rules.ts';
import { mergeBodies } from './merge.ts';
import type { Publication, RuleBook } from './rule-book.ts';
import { excessOf, readRuleFile } from './rule-file.ts';
import type { StoredDraft } from './rule-ports.ts';
import { bodyOf } from './shipped.ts';

export interface RuleDeskParts {
  store: Store;
  book: RuleBook;
  /** The pack the program brings. */
  shipped: RuleSet;
  clock: Clock;
  publisher: Publisher;
  /** L3: publishing needs a second person. */
  twoPersons: boolean;
  /** Operators whose role may publish. */
  publishers: readonly string[];
  /** Sources whose fields are known here. */
  connected(): ReadonlySet<Rule['source']>;
}

type Who = Pick<Principal, 'operator' | 'role'>;
type Key = MethodParams<'rules.draft.discard'>;
type Handed = MethodOutput<'rules.draft.submit'>;
type Reference = MethodParams<'rules.export'>;

/** Findings told with a refusal: enough to see what is wrong. */
const FINDINGS_TOLD = 50;

/**
 * Where rules are written (B5) and put into force by two people (L3): drafts with revisions, approval, versions, roll-back. What is
 * in force changes only by publishing a draft, and every step is in the audit log.
 */
export class RuleDesk {
  readonly #parts: RuleDeskParts;
  /** The draft handed in last, as it was read then: its approval does not read it again. */
  #read: { id: number; revision: number; ruleSet: RuleSet } | null = null;

  constructor(parts: RuleDeskParts) {
    this.#parts = parts;
  }

  get twoPersons(): boolean {
    return this.#parts.twoPersons;
  }

  /** What is wrong or doubtful in a body, and what its rules say. */
  lint(body: RuleBody): MethodOutput<'rules.lint'> {
    const { findings, parsed } = this.#lint(body);
    return { findings, readings: parsed.ruleSet.rules.map(readingOf) };
  }

  drafts(all: boolean, who: Who): MethodOutput<'rules.drafts'> {
    const items = this.#parts.store.ruleDrafts.list(all).map((draft) => this.#summary(draft, who));
    return { items, twoPersons: this.twoPersons };
  }

  draft(id: string, who: Who): RuleDraft {
    return this.#whole(this.#get(id), who);
  }

  create({ title, from }: MethodParams<'rules.draft.create'>, who: Who): RuleDraft {
    const { body, leftOut, source } = this.#start(from);
    return this.#whole(this.#add({ title, body, leftOut, origin: 'draft', note: '', writer: who.operator }, source), who);
  }

  save({ id, revision, title, body }: MethodParams<'rules.draft.save'>, who: Who): RuleDraft {
    refuseExcess(body);
    const draft = this.#under(id, revision, ['open', 'rejected']);
    refuseMasked(body, draft.body);
    const fresh: StoredDraft = { ...draft, title: title ?? draft.title, body, leftOut: [], state: 'open', ...this.#wrote(draft, who) };
    return this.#whole(this.#move(draft, { ...fresh, changes: this.#changes(fresh) }, who, 'rules.draft.save'), who);
  }

  /**
   * Lays what the draft changes onto the newest version; it has to be handed in again. Whoever does it has written nothing: the words
   * are those of the draft and of what two people published.
   */
  rebase({ id, revision }: Key, who: Who): MethodOutput<'rules.draft.rebase'> {
    const { book } = this.#parts;
    const draft = this.#under(id, revision, ['open', 'rejected', 'submitted']);
    const base = book.at(draft.basedOn) ?? book.ruleSet;
    const { body, conflicts } = mergeBodies(bodyOf(base), draft.body, bodyOf(book.ruleSet));
    const fresh: StoredDraft = { ...draft, body, basedOn: book.ruleSet.version, state: 'open', submittedAt: null };
    const changes = this.#changes(fresh);
    const moved = this.#move(draft, { ...fresh, changes }, who, 'rules.draft.rebase', { from: draft.basedOn, conflicts });
    return { draft: this.#whole(moved, who), conflicts };
  }

  discard({ id, revision }: Key, who: Who): RuleDraftSummary {
    const draft = this.#under(id, revision, ['open', 'rejected', 'submitted']);
    return this.#summary(this.#move(draft, { ...draft, state: 'discarded' }, who, 'rules.draft.discard'), who);
  }

  submit({ id, revision, note }: MethodParams<'rules.draft.submit'>, who: Who): Handed {
    return this.#handIn(this.#under(id, revision, ['open', 'rejected']), note, who);
  }

  withdraw({ id, revision }: Key, who: Who): RuleDraftSummary {
    const draft = this.#under(id, revision, ['submitted']);
    return this.#summary(this.#move(draft, { ...draft, state: 'open', submittedAt: null }, who, 'rules.draft.withdraw'), who);
  }

  approve({ id, revision }: Key, who: Who): MethodOutput<'rules.draft.approve'> {
    const draft = this.#under(id, revision, ['submitted']);
    if (!this.#mayApprove(draft, who)) throw new Refusal('forbidden', TEXTS.ownDraft);
    const decided: StoredDraft = { ...draft, state: 'published', decidedBy: who.operator, reason: null };
    return this.#publish(draft, decided, who, { by: draft.author, approvedBy: who.operator });
  }

  reject({ id, revision, reason }: MethodParams<'rules.draft.reject'>, who: Who): RuleDraftSummary {
    const draft = this.#under(id, revision, ['submitted']);
    const decided: StoredDraft = { ...draft, state: 'rejected', decidedBy: who.operator, reason };
    return this.#summary(this.#move(draft, decided, who, 'rules.draft.reject', { reason }), who);
  }

  rollBack({ version, note }: MethodParams<'rules.rollBack'>, who: Who): Handed {
    const ruleSet = this.#version(version);
    if (sameContent(bodyOf(ruleSet), bodyOf(this.#parts.book.ruleSet))) throw new Refusal('illegal_move', TEXTS.nothingChanges);
    this.#refuseErrors(bodyOf(ruleSet));
    const title = `回退到第 ${version} 版 / Back to version ${version}`;
    const draft = this.#add({ title, body: bodyOf(ruleSet), leftOut: [], origin: 'roll-back', note, writer: who.operator }, { version });
    return this.#handIn(draft, note, who);
  }

  versions({ after, limit }: MethodParams<'rules.versions'>): MethodOutput<'rules.versions'> {
    const { store, book } = this.#parts;
    const before = after !== null && /^\d{1,15}$/.test(after) ? Number(after) : null;
    const rows = store.ruleSets.list(before, limit + 1);
    const items = rows.slice(0, limit).map((row) => ({ ...row, current: row.version === book.ruleSet.version }));
    return { items, next: rows.length > limit ? String(items.at(-1)?.version) : null };
  }

  diff({ from, to }: MethodParams<'rules.diff'>, { role }: Who): MethodOutput<'rules.diff'> {
    const [before, after] = [this.#bodyAt(from), this.#bodyAt(to)];
    return { items: seesPlain(role) ? differences(before, after) : differences(before, after, new MaskedRules(before, after)) };
  }

  /** As a file; a draft in the shape of a published set, so that it can be read in again wherever it goes. */
  export(reference: Reference): MethodOutput<'rules.export'> {
    if ('version' in reference) return { name: `rules-v${reference.version}.json`, json: printRuleSet(this.#version(reference.version)) };
    const { id, basedOn, revision, body } = this.#get(reference.draft);
    return { name: `rules-draft-${id}-${revision}.json`, json: `${JSON.stringify({ version: basedOn, ...body }, null, 2)}\n` };
  }

  #lint(body: RuleBody): ReturnType<typeof lintRuleSet> {
    refuseExcess(body);
    const { clock, connected } = this.#parts;
    return lintRuleSet(body, { now: clock.now(), connected: connected() });
  }

  #bodyAt(reference: Reference): RuleBody {
    return 'version' in reference ? bodyOf(this.#version(reference.version)) : this.#get(reference.draft).body;
  }

  #version(version: number): RuleSet {
    const ruleSet = this.#parts.book.at(version);
    if (!ruleSet) throw new Refusal('not_found', { zh: `没有规则集第 ${version} 版`, en: `There is no rule set ${version}` });
    return ruleSet;
  }

  #start(from: MethodParams<'rules.draft.create'>['from']): { body: RuleBody; leftOut: LintFinding[]; source: Record<string, unknown> } {
    const { book, shipped } = this.#parts;
    if (from === 'current') return { body: bodyOf(book.ruleSet), leftOut: [], source: { from } };
    if (from === 'shipped') return { body: bodyOf(shipped), leftOut: [], source: { from } };
    if ('version' in from) return { body: bodyOf(this.#version(from.version)), leftOut: [], source: from };
    const file = readRuleFile(from.json);
    refuseMasked(file.body, bodyOf(book.ruleSet));
    return { ...file, source: { from: 'file', bytes: from.json.length } };
  }

  #add(
    { writer, ...draft }: Pick<StoredDraft, 'title' | 'body' | 'leftOut' | 'origin' | 'note'> & { writer: string },
    detail: Record<string, unknown>,
  ): StoredDraft {
    const { store, book, clock } = this.#parts;
    const now = clock.now();
    const fresh = {
      ...draft,
      ...{ author: writer, writers: [writer], state: 'open' as const, revision: 1, basedOn: book.ruleSet.version },
      ...{ createdAt: now, updatedAt: now, submittedAt: null, decidedBy: null, reason: null },
    };
    const stored = { ...fresh, changes: countChanges(bodyOf(book.ruleSet), draft.body) };
    const id = store.transaction(() => {
      const added = store.ruleDrafts.add(stored);
      store.audit.append({ actor: writer, action: 'rules.draft.create', subject: `draft@${added}`, detail }, now);
      return added;
    });
    this.#tell(String(id));
    return { ...stored, id };
  }

  #handIn(draft: StoredDraft, note: string, who: Who): Handed {
    const { book, clock } = this.#parts;
    const ruleSet = this.#refuseErrors(draft.body);
    if (draft.basedOn !== book.ruleSet.version) throw new Refusal('illegal_move', TEXTS.rebaseFirst);
    if (sameContent(draft.body, bodyOf(book.ruleSet))) throw new Refusal('illegal_move', TEXTS.nothingChanges);
    const handed: StoredDraft = { ...draft, note, submittedAt: clock.now(), decidedBy: null, reason: null, ...this.#wrote(draft, who) };
    if (!this.twoPersons) {
      this.#read = { ...keyOf(draft), ruleSet };
      return this.#publish(draft, { ...handed, state: 'published' }, who, { by: who.operator, approvedBy: null });
    }
    const waiting = this.#move(draft, { ...handed, state: 'submitted' }, who, 'rules.draft.submit', { note });
    this.#read = { ...keyOf(waiting), ruleSet };
    return { draft: this.#summary(waiting, who), published: null };
  }

  /** Writes the draft as published and the set it makes, in one transaction; the very next order is judged by it. */
  #publish(
    draft: StoredDraft,
    decided: StoredDraft,
    who: Who,
    { by, approvedBy }: Pick<Publication, 'by' | 'approvedBy'>,
  ): MethodOutput<'rules.draft.approve'> {
    const { book, clock } = this.#parts;
    if (draft.basedOn !== book.ruleSet.version) throw new Refusal('illegal_move', TEXTS.rebaseFirst);
    const publication = { by, approvedBy, note: decided.note, origin: draft.origin };
    const ready = book.prepare(this.#readable(draft), publication, clock.now());
    const { version } = ready;
    const published = this.#move(draft, decided, who, 'rules.draft.publish', { version, approvedBy }, () => ready.write());
    this.#read = null;
    ready.take();
    this.#tell(String(draft.id));
    return { draft: this.#summary(published, who), published: version };
  }

  /** The rules of a draft that was handed in without errors. */
  #readable(draft: StoredDraft): RuleSet {
    const read = this.#read;
    if (read?.id === draft.id && read.revision === draft.revision) return read.ruleSet;
    const { ruleSet, issues } = parseRuleSet({ version: 1, ...draft.body });
    // Only an update of the program can have brought errors since.
    if (issues.length > 0) this.#refuseErrors(draft.body);
    return ruleSet;
  }

  /** Writes the next revision of a draft; refused where somebody else did so meanwhile. */
  #move(
    draft: StoredDraft,
    moved: StoredDraft,
    who: Who,
    action: string,
    detail: Record<string, unknown> = {},
    also: () => void = () => undefined,
  ): StoredDraft {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const next: StoredDraft = { ...moved, revision: draft.revision + 1, updatedAt: now };
    store.transaction(() => {
      if (!store.ruleDrafts.save(next, draft.revision, next.body === draft.body)) throw stale(draft);
      also();
      const subject = `draft@${draft.id}`;
      store.audit.append({ actor: who.operator, action, subject, detail: { revision: next.revision, ...detail } }, now);
    });
    if (next.state !== 'published') this.#tell(String(draft.id));
    return next;
  }

  #get(id: string): StoredDraft {
    const draft = /^\d{1,15}$/.test(id) ? this.#parts.store.ruleDrafts.get(Number(id)) : null;
    if (!draft) throw new Refusal('not_found', { zh: `没有草稿 ${id}`, en: `There is no draft ${id}` });
    return draft;
  }

  #under(id: string, revision: number, states: readonly StoredDraft['state'][]): StoredDraft {
    const draft = this.#get(id);
    if (draft.revision !== revision) throw stale(draft);
    if (!states.includes(draft.state)) throw new Refusal('illegal_move', TEXTS[draft.state]);
    return draft;
  }

  #wrote({ writers }: StoredDraft, { operator }: Who): Pick<StoredDraft, 'writers'> {
    return { writers: [...new Set([...writers, operator])] };
  }

  #changes({ basedOn, body }: StoredDraft): StoredDraft['changes'] {
    const { book } = this.#parts;
    return countChanges(bodyOf(book.at(basedOn) ?? book.ruleSet), body);
  }

  /** The rules of a body without errors. */
  #refuseErrors(body: RuleBody): RuleSet {
    const { findings, parsed } = this.#lint(body);
    const errors = findings.filter(({ level }) => level === 'error');
    if (errors.length === 0) return parsed.ruleSet;
    const first = errors[0] as LintFinding;
    const text = {
      zh: `草稿还有 ${errors.length} 处错误，不能发布：${first.path} ${first.text.zh}`,
      en: `The draft has ${errors.length} errors and cannot be published: ${first.path} ${first.text.en}`,
    };
    throw new Refusal('illegal_move', text, { findings: errors.slice(0, FINDINGS_TOLD) });
  }

  #mayApprove({ state, writers }: Pick<StoredDraft, 'state' | 'writers'>, { operator, role }: Who): boolean {
    return state === 'submitted' && SUPERVISORS.includes(role) && (!this.twoPersons || !writers.includes(operator));
  }

  #summary(draft: Omit<StoredDraft, 'body' | 'leftOut'>, who: Who): RuleDraftSummary {
    const { id, title, author, writers, state, revision, basedOn, updatedAt, submittedAt, note, decidedBy, reason, changes } = draft;
    return {
      ...{ id: String(id), title, author, writers, state, revision, basedOn, updatedAt, submittedAt, note, decidedBy, reason, changes },
      approvers: this.twoPersons ? this.#parts.publishers.filter((operator) => !writers.includes(operator)) : null,
      mayApprove: this.#mayApprove(draft, who),
    };
  }

  #whole(draft: StoredDraft, who: Who): RuleDraft {
    const { findings, parsed } = this.#lint(draft.body);
    const all = [...draft.leftOut, ...findings];
    const summary = this.#summary(draft, who);
    if (seesPlain(who.role)) return { ...summary, body: draft.body, findings: all, readings: parsed.ruleSet.rules.map(readingOf) };
    const masked = new MaskedRules(draft.body);
    const ruleOf = new Map(draft.body.rules.map((raw) => [idOf(raw), raw]));
    return {
      ...summary,
      body: masked.body(draft.body),
      findings: all.map((finding) => ({ ...finding, text: masked.text(ruleOf.get(finding.ruleId) ?? null, finding.text) })),
      readings: parsed.ruleSet.rules.map((rule) => readingOf(masked.rule(rule))),
    };
  }

  #tell(draft: string | null): void {
    const { store, book, publisher } = this.#parts;
    const { publishedAt, ruleSet } = book;
    publisher.send('rules.changed', { version: ruleSet.version, publishedAt, waiting: store.ruleDrafts.waiting(), draft });
  }
}

/** L4: lists and comparisons may hold addresses, devices and phones; whoever writes rules sees them plain. */
export function seesPlain(role: Role): boolean {
  return SUPERVISORS.includes(role);
}

function readingOf(rule: Rule): RuleDraft['readings'][number] {
  return { ruleId: rule.id, condition: conditionText(rule.when), effect: effectText(rule) };
}

/** What others saw masked is never kept: the values themselves would be lost. */
function refuseMasked(body: RuleBody, known: RuleBody): void {
  const mask = MaskedRules.maskKeptIn(body, known);
  if (mask === null) return;
  throw new Refusal('bad_request', {
    zh: `「${mask}」是打码后的值，保存会丢失原值；请以可编辑规则的身份重新载入`,
    en: `"${mask}" is a masked value, and keeping it would lose the value itself; load the rules again as somebody who may edit them`,
  });
}

function refuseExcess({ rules }: RuleBody): void {
  for (const [at, rule] of rules.entries()) {
    const excess = excessOf(rule);
    if (excess) throw new Refusal('bad_request', { zh: `rules.${at} ${excess.zh}`, en: `rules.${at} is ${excess.en}` });
  }
}

const keyOf = ({ id, revision }: StoredDraft) => ({ id, revision });

function stale({ id }: StoredDraft): Refusal {
  return new Refusal('stale_version', {
    zh: `草稿 ${id} 已被保存为新的一稿，请重新载入后再改`,
    en: `Draft ${id} was saved meanwhile; load it again before you change it`,
  });
}

const TEXTS = {
  open: { zh: '草稿还没有提交审批', en: 'The draft was not handed in yet' },
  submitted: { zh: '草稿正在等待审批，请先撤回', en: 'The draft waits for approval; take it back first' },
  rejected: { zh: '草稿已被驳回', en: 'The draft was rejected' },
  published: { zh: '草稿已发布，不能再改', en: 'The draft was published and does not change any more' },
  discarded: { zh: '草稿已放弃', en: 'The draft was given up' },
  ownDraft: { zh: '需要另一个人审批：您参与编写了这份草稿', en: 'Another person has to approve it: you wrote in this draft' },
  rebaseFirst: {
    zh: '规则集已有新版本，请先把草稿合并到最新版',
    en: 'A newer rule set was published; rebase the draft onto it first',
  },
  nothingChanges: { zh: '与现行规则集相同，没有可发布的改动', en: 'This is the set in force; there is nothing to publish' },
} satisfies Record<string, LocalisedText>;
