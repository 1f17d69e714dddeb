import { REPORT_KINDS } from '#shared/contract/reports.ts';
import type { MethodOutput, Principal } from '#shared/contract/index.ts';
import type { FrontierPoint, LookProgress, OutcomeColumns, ReportKind, Suggestion, Suggestions } from '#shared/contract/reports.ts';
import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { Imports } from '../imports/imports.ts';
import type { JobHealth, JobName } from '../jobs/job-health.ts';
import type { Clock, Logger, Store, Timers } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import type { HubSettings } from '../settings.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { RuleDesk } from '../rules/rule-desk.ts';
import { Adviser } from './adviser.ts';
import type { AdviceRun } from './adviser.ts';
import { changesOf, titleOf, withChanges } from './advice-draft.ts';
import type { Draftable } from './advice-draft.ts';
import { Bound } from './bound.ts';
import type { Span } from './learning-ports.ts';
import { OutcomeFile } from './outcome-file.ts';
import { OutcomeKeeper } from './outcome-keeper.ts';
import { lastPeriod, Reporter } from './reporter.ts';
import { lastReportAt, waitFor } from './schedule.ts';

export interface LearningParts {
  store: Store;
  book: RuleBook;
  desk: RuleDesk;
  imports: Imports;
  publisher: Publisher;
  jobs: JobHealth;
  clock: Clock;
  timers: Timers;
  logger: Logger;
  settings: Pick<HubSettings, 'suggestions.mostFalseKills'>;
  /** Runs a task in a later turn of the event loop. */
  defer(task: () => void): void;
}

/** Outcomes are followed this often. */
const FOLLOW_EVERY_MS = 5 * MINUTE;
/** What a report made by hand covers. */
const BY_HAND: Record<ReportKind, number> = { weekly: 7 * DAY, monthly: 30 * DAY };

type Who = Pick<Principal, 'operator' | 'role'>;
const NEVER = {
  ...{ at: null, ruleSetVersion: null, from: null, split: null, to: null, computedWith: null },
  ...{ orders: 0, known: 0, every: 1, missWeight: 0, items: [], frontier: [] },
} satisfies Partial<Suggestions>;
/** Consoles hear how far a computation is at most this often. */
const TELL_EVERY_MS = SECOND / 2;

/**
 * What came of the verdicts, and what follows from it (I1 to I3): outcomes, reports, suggestions. One piece of work at a time, each
 * in small pieces beside the live orders. It changes no rule: its last word is a draft.
 */
export class LearningLoop {
  readonly keeper: OutcomeKeeper;
  readonly #parts: LearningParts;
  readonly #reporter: Reporter;
  readonly #adviser: Adviser;
  readonly #file: OutcomeFile;
  #queue: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #cancels: (() => void)[] = [];
  #making = 0;
  #looking = false;
  #lookFailed = false;
  /** A person stopped the computation that is under way. */
  #lookCancelled = false;
  #progress: LookProgress | null = null;
  #toldAt = -Infinity;
  readonly #bound: Bound;

  constructor(parts: LearningParts) {
    this.#parts = parts;
    const { store, book, clock, settings, defer } = parts;
    const turn = () => new Promise<void>((resolve) => defer(resolve));
    const running = () => !this.#stopped;
    this.keeper = new OutcomeKeeper({ store, turn, running });
    // A long computation is not waited for when the program closes: nothing of it is kept, and it is begun anew another time.
    const turnOrEnd = async () => {
      await turn();
      if (this.#stopped) throw new Refusal('busy', TEXTS.closing);
    };
    this.#reporter = new Reporter({ store, book, turn: turnOrEnd });
    const turnOrCancel = async () => {
      await turnOrEnd();
      if (this.#lookCancelled) throw new LookCancelled();
    };
    this.#adviser = new Adviser({ store, turn: turnOrCancel, tell: (progress) => this.#moved(progress) });
    this.#bound = new Bound(store, settings);
    this.#file = new OutcomeFile({ store, clock, keeper: this.keeper, turn });
  }

  /** Follows outcomes and keeps the schedule; a report that was due while the program was closed is made now. */
  start(): void {
    const { timers } = this.#parts;
    this.#cancels.push(timers.every(FOLLOW_EVERY_MS, () => this.#job('outcomes', () => this.keeper.catchUp())));
    this.#keepSchedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
    await this.#queue.catch(() => undefined);
  }

  /** Makes every report that is due and not there yet, oldest first; resolves when they are. One that cannot be made keeps no other kind back. */
  async makeDue(): Promise<void> {
    const made = await Promise.allSettled(REPORT_KINDS.map((kind) => this.#enqueue(() => this.#makeDueOf(kind))));
    const failure = made.find((one) => one.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async #makeDueOf(kind: ReportKind): Promise<void> {
    const due = this.#duePeriods(kind);
    for (const span of due) await this.#make(kind, span, 'hub');
    if (kind === 'weekly' && due.length > 0) await this.#look();
  }

  /** A report of the last days, now. */
  make(kind: ReportKind, { operator }: Who): Promise<MethodOutput<'reports.make'>> {
    const { store, clock } = this.#parts;
    this.#making += 1;
    return this.#enqueue(async () => {
      const to = clock.now();
      const id = await this.#make(kind, { from: to - BY_HAND[kind], to }, operator);
      const summary = store.learning.reports.list({ limit: 1, after: null }).items.find((report) => report.id === id);
      if (!summary) throw new Refusal('internal', TEXTS.lost);
      return summary;
    }).finally(() => {
      this.#making -= 1;
    });
  }

  get making(): boolean {
    return this.#making > 0;
  }

  suggestions(): Suggestions {
    const { store } = this.#parts;
    const last = store.learning.suggestions();
    const state = this.#looking ? 'running' : this.#lookFailed ? 'failed' : last ? 'done' : 'none';
    const now = { state, progress: this.#progress, bound: this.#bound.current } as const;
    if (!last) return { ...NEVER, ...now };
    // A run that an earlier program kept has no frontier and does not say its bound.
    const run = { ...NEVER, ...(JSON.parse(last.document) as AdviceRun) };
    return {
      ...run,
      ...now,
      at: last.at,
      items: run.items.map((item) => this.#item(last.id, item)),
      frontier: run.frontier.map((point, index) => {
        const id = `${last.id}#${index}`;
        return { ...point, id, draft: this.#draftOf(id), outdated: this.#isOutdated(point.changes) };
      }),
    };
  }

  /** Looks in the background; consoles are told how far it is and when it is done. */
  look({ operator }: Who): Suggestions {
    const { store, clock } = this.#parts;
    if (!this.#looking) {
      const detail = { mostFalseKills: this.#bound.current.mostFalseKills };
      store.transaction(() =>
        store.audit.append({ actor: operator, action: 'suggestions.look', subject: 'suggestions', detail }, clock.now()),
      );
      this.#looking = true;
      this.#job('suggestions', () => this.#look());
    }
    return this.suggestions();
  }

  /** Ends the computation under way, asked for or scheduled, at its next piece. Throws a Refusal where there is none. */
  cancelLook({ operator }: Who): Suggestions {
    const { store, clock } = this.#parts;
    if (!this.#looking) throw new Refusal('illegal_move', TEXTS.notLooking);
    store.transaction(() =>
      store.audit.append({ actor: operator, action: 'suggestions.cancel', subject: 'suggestions', detail: {} }, clock.now()),
    );
    this.#lookCancelled = true;
    return this.suggestions();
  }

  /** In force from the next computation on. Throws a Refusal where the configuration file says it. */
  setBound(mostFalseKills: number, { operator }: Who): Suggestions {
    const { store, clock } = this.#parts;
    const { mostFalseKills: before, from } = this.#bound.current;
    if (from === 'file') throw new Refusal('bad_request', TEXTS.boundFromFile);
    store.transaction(() => {
      this.#bound.set(mostFalseKills);
      const detail = { before, after: mostFalseKills };
      store.audit.append({ actor: operator, action: 'suggestions.bound', subject: 'suggestions', detail }, clock.now());
    });
    this.#tell();
    return this.suggestions();
  }

  /** Resolves when every outcome is known that the store holds by now. Throws StoreError, and a Refusal while the program closes. */
  followed(): Promise<void> {
    return this.#enqueue(() => this.#caughtUp());
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#queue.catch(() => undefined);
  }

  /** A draft of a suggestion or of a point of the frontier; the one there is, if it was not given up. */
  draft(id: string, who: Who): { draft: string } {
    const { store, book, desk, clock } = this.#parts;
    const { items, frontier } = this.suggestions();
    const single = items.find((one) => one.kind === 'suggestion' && one.id === id);
    const chosen: Draftable | undefined = single?.kind === 'suggestion' ? single : frontier.find((point) => point.id === id);
    if (!chosen) throw new Refusal('not_found', TEXTS.noSuggestion);
    if (chosen.draft !== null) return { draft: chosen.draft };
    const changes = changesOf(chosen);
    if (chosen.outdated) throw new Refusal('illegal_move', TEXTS.outdated);
    if (changes.length === 0) throw new Refusal('illegal_move', TEXTS.inForce);
    const fresh = desk.create({ title: titleOf(changes), from: 'current' }, who);
    const rules = withChanges(fresh.body.rules, changes, (ruleId) => book.rule(ruleId));
    const saved = desk.save({ id: fresh.id, revision: fresh.revision, body: { ...fresh.body, rules } }, who);
    store.transaction(() => {
      store.learning.addSuggestionDraft(id, Number(saved.id), who.operator, clock.now());
      const detail = { suggestion: id, changes: changes.map(({ ruleId, from, to }) => ({ rule: ruleId, from, to })) };
      store.audit.append({ actor: who.operator, action: 'suggestions.draft', subject: `draft@${saved.id}`, detail }, clock.now());
    });
    this.#tell();
    return { draft: saved.id };
  }

  inspect(id: number, columns: OutcomeColumns | null): Promise<MethodOutput<'outcomes.inspect'>> {
    const { store, imports } = this.#parts;
    const upload = store.imports.get(id);
    if (!upload) throw new Refusal('not_found', TEXTS.noUpload);
    return imports.look(id, (path) => this.#file.inspect(path, upload, columns));
  }

  take(id: number, columns: OutcomeColumns, { operator }: Who): Promise<MethodOutput<'outcomes.take'>> {
    const { store, imports, clock } = this.#parts;
    return this.#enqueue(async () => {
      const read = await imports.hand(id, (path, upload, going) => this.#file.take(path, upload, columns, () => going() && !this.#stopped));
      const counts = { rows: read.rows, taken: read.orders, badRows: read.badRows };
      store.transaction(() =>
        store.audit.append({ actor: operator, action: 'outcomes.take', subject: String(id), detail: counts }, clock.now()),
      );
      return counts;
    });
  }

  #item(run: number, item: AdviceRun['items'][number]): Suggestion {
    if (item.kind !== 'suggestion') return item;
    const id = `${run}-${item.ruleId}`;
    return { ...item, id, draft: this.#draftOf(id), outdated: this.#isOutdated([item]) };
  }

  /** The draft that was made of it and not given up. */
  #draftOf(id: string): string | null {
    const { store } = this.#parts;
    const draft = store.learning.draftOf(id);
    return draft === null || store.ruleDrafts.get(draft)?.state === 'discarded' ? null : String(draft);
  }

  #isOutdated(changes: FrontierPoint['changes']): boolean {
    return changes.some(({ ruleId, ruleVersion }) => this.#parts.book.rule(ruleId)?.version !== ruleVersion);
  }

  /** Periods that ended since the last report made on schedule; the latest one where none was made yet. */
  #duePeriods(kind: ReportKind): Span[] {
    const { store, clock } = this.#parts;
    const closed = store.learning.reports.closedThrough(kind);
    // Before the first order there is nothing to report.
    const first = store.learning.firstPlacedAt() ?? Infinity;
    const due: Span[] = [];
    for (let span = lastPeriod(kind, lastReportAt(kind, clock.now())); span.to > Math.max(closed, first);) {
      due.unshift(span);
      if (closed === 0) break;
      span = lastPeriod(kind, span.from);
    }
    return due;
  }

  async #make(kind: ReportKind, span: Span, by: string): Promise<number> {
    const { clock } = this.#parts;
    await this.#caughtUp();
    const id = await this.#reporter.make({ kind, ...span, madeAt: clock.now(), madeBy: by }, by);
    this.#tell();
    return id;
  }

  async #look(): Promise<void> {
    const { store, book, clock } = this.#parts;
    this.#looking = true;
    this.#toldAt = -Infinity;
    try {
      await this.#caughtUp();
      if (this.#lookCancelled) return;
      const now = clock.now();
      const run = await this.#adviser.look(book.ruleSet, this.#bound.current.mostFalseKills, now);
      store.transaction(() => store.learning.addSuggestions(now, JSON.stringify(run)));
      this.#lookFailed = false;
    } catch (error) {
      if (error instanceof LookCancelled) return;
      this.#lookFailed = true;
      throw error;
    } finally {
      this.#looking = false;
      this.#lookCancelled = false;
      this.#progress = null;
      this.#tell();
    }
  }

  #moved(progress: LookProgress): void {
    this.#progress = progress;
    const now = this.#parts.clock.now();
    if (now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#tell(progress);
  }

  async #caughtUp(): Promise<void> {
    if (!(await this.keeper.catchUp())) throw new Refusal('busy', TEXTS.closing);
  }

  #tell(looking: LookProgress | null = null): void {
    this.#parts.publisher.send('reports.changed', { at: this.#parts.clock.now(), looking });
  }

  #keepSchedule(): void {
    const { timers, clock } = this.#parts;
    this.#job('reports', () => this.makeDue(), false);
    const cancel = timers.after(waitFor(clock.now()), () => {
      this.#cancels = this.#cancels.filter((one) => one !== cancel);
      if (!this.#stopped) this.#keepSchedule();
    });
    this.#cancels.push(cancel);
  }

  /** A job that fails is told and runs again at its next time; what the end of the program cuts off has not failed. */
  #job(name: JobName, work: () => Promise<unknown>, queued = true): void {
    void this.#parts.jobs.follow(name, async () => {
      try {
        await (queued ? this.#enqueue(work) : work());
      } catch (error) {
        if (!this.#stopped) throw error;
      }
    });
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.catch(() => undefined).then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** What ends a computation that was stopped; nobody outside meets it. */
class LookCancelled extends Error {
  override name = 'LookCancelled';
}

const TEXTS = {
  noSuggestion: { zh: '没有这条建议，可能已经重新计算', en: 'There is no such suggestion; it may have been computed again' },
  outdated: { zh: '这条规则在建议之后已经改过，请重新计算建议', en: 'The rule was changed since; look for suggestions again' },
  inForce: { zh: '这就是现行的规则集，没有可改的阈值', en: 'This is the rule set in force; there is nothing to change' },
  boundFromFile: { zh: '这个上限来自配置文件，请在配置文件中修改', en: 'This bound comes from the configuration file; change it there' },
  noUpload: { zh: '没有这个上传的文件', en: 'There is no such upload' },
  closing: { zh: '程序正在关闭，请稍后再试', en: 'The program is closing; try again later' },
  notLooking: { zh: '没有正在进行的计算', en: 'No computation is under way' },
  lost: { zh: '报告没有写入', en: 'The report was not kept' },
};
