import type { MethodOutput, MethodParams } from '#shared/contract/index.ts';
import type { ApplyRun } from '#shared/contract/rule-runs.ts';
import type { Stage } from '#shared/pulse.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import type { LocalisedText } from '#shared/text.ts';
import { isOpen } from '#main/engine/index.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { EngineInput } from '#main/model/outcome.ts';
import type { Batch } from '../batch.ts';
import type { StoreCondition } from '../condition.ts';
import { InputFault } from '../decider.ts';
import type { Decider } from '../decider.ts';
import type { HotState } from '../hot-state.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import { toSummary } from '../projection.ts';
import { changeBetween } from './rule-changes.ts';
import type { RuleBook } from './rule-book.ts';
import { pastCounts } from './past-counts.ts';
import type { NewRunOrder, OrderBefore, RunOrder, StoredRun } from './rule-ports.ts';

export interface RuleRunsParts {
  store: Store;
  book: Pick<RuleBook, 'ruleSet' | 'current'>;
  hot: HotState;
  decider: Decider;
  clock: Clock;
  condition: StoreCondition;
  logger: Logger;
  /** Runs a task in a later turn of the event loop. */
  defer(task: () => void): void;
  /** Calls `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): () => void;
  /** Orders moved: the warehouse and the platforms hear of it at once. */
  wakeOutbox(): void;
}

/** Orders judged in one turn of the event loop, and changed in one transaction. */
const TOGETHER = 25;
/** Orders of a preview written in one transaction. */
const WRITTEN_TOGETHER = 500;
/** Where orders stand that may still be stopped; what is in review may have left all the same. */
const BEFORE_LEAVING: ReadonlySet<Stage> = new Set<Stage>(['pending_payment', 'paid', 'review', 'awaiting_shipment']);
/** Until the store is tried again. */
const PAUSE_MS = SECOND;
const UNDO_MS = 10 * MINUTE;

/**
 * Applies the set in force to the orders that are open (M4): a preview says exactly which would change and how, a run changes those
 * that did not move since, and one undo takes it back for those that did not move after it. All of it beside the live messages, a
 * few orders at a time, through the one writer path; a restart goes on where it was.
 */
export class RuleRuns {
  readonly #parts: RuleRunsParts;
  #busy: Promise<unknown> | null = null;
  #stopped = false;
  /** Ends a pause early. */
  #goOn: (() => void) | null = null;

  constructor(parts: RuleRunsParts) {
    this.#parts = parts;
  }

  /** Finishes what an earlier run of the program began. */
  resume(): void {
    const run = this.#parts.store.ruleRuns.lastApplied();
    if (run?.state !== 'applying' && run?.state !== 'undoing') return;
    const rest = this.#alone(() => (run.state === 'applying' ? this.#apply(run) : this.#takeBack(run, run.by)));
    rest.catch((error: unknown) => {
      // The hub closes: the next start goes on.
      if (!(error instanceof Refusal))
        this.#parts.logger.error({ err: error, run: run.id }, 'a run over open orders could not be finished');
    });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#busy?.catch(() => undefined);
  }

  /** Judges every open order; nothing is changed. */
  preview(by: string): Promise<ApplyRun> {
    return this.#alone(async () => {
      const { store, book, clock } = this.#parts;
      const ruleSetVersion = book.ruleSet.version;
      const { open, changes } = await this.#foreseeAll(ruleSetVersion);
      if (book.ruleSet.version !== ruleSetVersion) throw new Refusal('illegal_move', TEXTS.otherSet);
      const begun = { ruleSetVersion, at: clock.now(), by, state: 'previewing' as const, undoUntil: null };
      const id = store.transaction(() => {
        // Before the others go: their numbers are never another preview's.
        const added = store.ruleRuns.add(begun);
        store.ruleRuns.dropPreviews(added);
        return added;
      });
      for (let from = 0; from < changes.length; from += WRITTEN_TOGETHER) {
        store.transaction(() => store.ruleRuns.addOrders(id, changes.slice(from, from + WRITTEN_TOGETHER)));
        await this.#pieceSeen();
      }
      const run: StoredRun = { ...begun, id, state: 'previewed' };
      store.transaction(() => {
        store.ruleRuns.save(run);
        const detail = { ruleSetVersion, open, changes: changes.length };
        store.audit.append({ actor: by, action: 'rules.apply.preview', subject: `run@${id}`, detail }, run.at);
      });
      return this.#view(run);
    });
  }

  changes({ id, after, limit }: MethodParams<'rules.apply.changes'>): MethodOutput<'rules.apply.changes'> {
    const { store } = this.#parts;
    const run = this.#get(id);
    const from = after !== null && /^\d{1,15}$/.test(after) ? Number(after) : 0;
    const rows = store.ruleRuns.orders(run.id, from, limit + 1);
    const shown = rows.slice(0, limit);
    const items = shown.flatMap(({ orderNo, version, change, sentence }) => {
      const stored = store.orders.byNumber(orderNo);
      return stored ? [{ orderNo, version, change, sentence, order: toSummary(stored.record) }] : [];
    });
    return { items, next: rows.length > limit ? String(shown.at(-1)?.seq) : null };
  }

  /** Changes the orders of a preview that did not move since. */
  async run(id: string, by: string): Promise<ApplyRun> {
    return this.#alone(() => {
      const { store, book, clock } = this.#parts;
      const run = this.#get(id);
      if (run.state !== 'previewed') throw new Refusal('illegal_move', TEXTS.alreadyRun);
      if (run.ruleSetVersion !== book.ruleSet.version) throw new Refusal('illegal_move', TEXTS.otherSet);
      const begun: StoredRun = { ...run, state: 'applying', by };
      store.transaction(() => {
        store.ruleRuns.save(begun);
        const detail = { ruleSetVersion: run.ruleSetVersion, ...store.ruleRuns.counts(run.id) };
        store.audit.append({ actor: by, action: 'rules.apply.run', subject: `run@${id}`, detail }, clock.now());
      });
      return this.#apply(begun);
    });
  }

  /** Takes the last run back, within ten minutes. */
  async undo(id: string, by: string): Promise<ApplyRun> {
    return this.#alone(() => {
      const { store, clock } = this.#parts;
      const run = this.#get(id);
      if (run.state !== 'applied') throw new Refusal('illegal_move', run.state === 'undone' ? TEXTS.undone : TEXTS.notRun);
      if (run.undoUntil === null || clock.now() > run.undoUntil) throw new Refusal('undo_expired', TEXTS.tooLate);
      if (store.ruleRuns.lastApplied()?.id !== run.id) throw new Refusal('undo_expired', TEXTS.notLast);
      const begun: StoredRun = { ...run, state: 'undoing', by };
      store.transaction(() => {
        store.ruleRuns.save(begun);
        store.audit.append({ actor: by, action: 'rules.apply.undo', subject: `run@${id}`, detail: {} }, clock.now());
      });
      return this.#takeBack(begun, by);
    });
  }

  last(): MethodOutput<'rules.apply.last'> {
    const { ruleRuns } = this.#parts.store;
    const [run, applied] = [ruleRuns.last(), ruleRuns.lastApplied()];
    return { run: run && this.#view(run), applied: applied && this.#view(applied) };
  }

  /** Resolves when nothing is under way; the rest of a run goes on with the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#goOn?.();
    await this.#busy?.catch(() => undefined);
  }

  async #apply(run: StoredRun): Promise<ApplyRun> {
    const { clock, store } = this.#parts;
    await this.#each(run, 'waiting', (batch, order) => this.#applyTo(batch, run, order));
    const applied: StoredRun = { ...run, state: 'applied', undoUntil: clock.now() + UNDO_MS };
    store.transaction(() => store.ruleRuns.save(applied));
    return this.#view(applied);
  }

  #applyTo(batch: Batch, run: StoredRun, order: RunOrder): void {
    const { store, decider, book } = this.#parts;
    const stored = store.orders.byNumber(order.orderNo)?.record;
    const moved = stored?.version !== order.version || book.ruleSet.version !== run.ruleSetVersion;
    const { orderNo, counts } = order;
    const done = moved ? null : decider.onOrder(batch, orderNo, { kind: 'rejudge', why: whyOf(run.ruleSetVersion), counts });
    if (!stored || done?.kind !== 'changed') return this.#keep(run, { ...order, state: 'left' });
    const { hold, holdEvidence, clearances, openTasks, grade, healthScore } = stored;
    const settled = openTasks.filter((key) => !done.record.openTasks.includes(key));
    const tasks = settled.flatMap((key) => store.tasks.draftOf(key) ?? []);
    const before: OrderBefore = { hold, holdEvidence, clearances, openTasks, grade, healthScore, tasks };
    this.#keep(run, { ...order, state: 'applied', madeVersion: done.record.version, before });
  }

  async #takeBack(run: StoredRun, by: string): Promise<ApplyRun> {
    const { store } = this.#parts;
    await this.#each(run, 'applied', (batch, order) => this.#restore(batch, run, order, by));
    const undone: StoredRun = { ...run, state: 'undone', undoUntil: null };
    store.transaction(() => store.ruleRuns.save(undone));
    return this.#view(undone);
  }

  #restore(batch: Batch, run: StoredRun, order: RunOrder, actor: string): void {
    const { before, madeVersion: version, orderNo } = order;
    if (!before || version === null) return this.#keep(run, { ...order, state: 'kept' });
    const { tasks, ...rest } = before;
    const why = { zh: `撤销规则集第 ${run.ruleSetVersion} 版的应用`, en: `Took back the application of rule set ${run.ruleSetVersion}` };
    const { decider, store } = this.#parts;
    const verdict = store.queries.lastVerdict(orderNo, version);
    const done = decider.onOrder(batch, orderNo, { kind: 'restore', restore: { actor, why, version, before: rest, verdict, tasks } });
    this.#keep(run, { ...order, state: done?.kind === 'changed' ? 'undone' : 'kept' });
  }

  /** Orders of a run that are in a state, a few in each transaction and turn, until none is left. */
  async #each(run: StoredRun, state: RunOrder['state'], work: (batch: Batch, order: RunOrder) => void): Promise<void> {
    const { store, wakeOutbox } = this.#parts;
    for (let done = 0; ;) {
      const orders = store.ruleRuns.orders(run.id, done, TOGETHER, state);
      const last = orders.at(-1);
      if (!last) return;
      if (this.#stopped) throw new Refusal('busy', TEXTS.stopping);
      try {
        this.#together(run, orders, work);
        done = last.seq;
        wakeOutbox();
      } catch (error) {
        // What was begun is finished: the store comes back, or the next start goes on.
        if (!this.#parts.condition.failed(error)) throw error;
        await this.#pause();
      }
      await this.#turn();
    }
  }

  /** In one transaction; where the engine throws at one of them, each in its own, and that one is left alone. */
  #together(run: StoredRun, orders: readonly RunOrder[], work: (batch: Batch, order: RunOrder) => void): void {
    const { store, decider, logger } = this.#parts;
    try {
      decider.run((batch) => {
        for (const order of orders) work(batch, order);
      });
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      const [only] = orders;
      if (only && orders.length === 1) {
        logger.error({ err: error.cause, orderNo: only.orderNo }, 'an open order could not be judged again');
        store.transaction(() => this.#keep(run, { ...only, state: only.state === 'waiting' ? 'left' : 'kept' }));
      } else for (const order of orders) this.#together(run, [order], work);
    }
  }

  /** How many orders are open, and those the set would change. What has left is not judged any more. */
  async #foreseeAll(version: number): Promise<{ open: number; changes: NewRunOrder[] }> {
    const { store, book, hot, clock } = this.#parts;
    const standing = hot.open.numbers(BEFORE_LEAVING);
    const known: Parameters<typeof pastCounts>[0][number][] = [];
    for (let from = 0; from < standing.length; from += TOGETHER) {
      for (const orderNo of standing.slice(from, from + TOGETHER)) {
        const record = store.orders.byNumber(orderNo)?.record;
        if (record && isOpen(record.status)) known.push({ orderNo, keys: record.keys, createdAt: record.createdAt, counts: record.counts });
      }
      await this.#pieceSeen();
    }
    const turn = () => this.#pieceSeen();
    const counts = await pastCounts(known, { store, live: hot.windows, specs: book.current.windows, now: clock.now(), turn });
    const changes: NewRunOrder[] = [];
    for (let from = 0; from < known.length; from += TOGETHER) {
      for (const { orderNo } of known.slice(from, from + TOGETHER)) {
        const counted = counts.get(orderNo) ?? {};
        const seen = this.#foresee(orderNo, { kind: 'rejudge', why: whyOf(version), counts: counted });
        const found = seen?.outcome.kind === 'applied' ? changeBetween(seen.before, seen.outcome) : null;
        if (seen && found) changes.push({ orderNo, version: seen.before.version, counts: counted, ...found });
      }
      await this.#pieceSeen();
    }
    return { open: known.length, changes };
  }

  /** Null where the engine threw: that order is told nothing about, the others are. */
  #foresee(orderNo: string, input: EngineInput): ReturnType<Decider['foresee']> {
    try {
      return this.#parts.decider.foresee(orderNo, input);
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      this.#parts.logger.error({ err: error.cause, orderNo }, 'an open order could not be judged for a preview');
      return null;
    }
  }

  #keep(run: StoredRun, order: RunOrder): void {
    this.#parts.store.ruleRuns.saveOrder(run.id, order);
  }

  /** One preview, run or undo at a time. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy || this.#stopped) throw new Refusal('busy', this.#stopped ? TEXTS.stopping : TEXTS.busy);
    const under = work();
    this.#busy = under;
    try {
      return await under;
    } finally {
      this.#busy = null;
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#parts.defer(resolve));
  }

  /** Lets others come between; a preview ends here when the hub closes, for nothing of it is kept. */
  async #pieceSeen(): Promise<void> {
    await this.#turn();
    if (this.#stopped) throw new Refusal('busy', TEXTS.stopping);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.after(PAUSE_MS, resolve);
      this.#goOn = () => {
        cancel();
        resolve();
      };
    });
  }

  #get(id: string): StoredRun {
    const run = /^\d{1,15}$/.test(id) ? this.#parts.store.ruleRuns.get(Number(id)) : null;
    if (!run) throw new Refusal('not_found', { zh: `没有这次试看或应用 ${id}`, en: `There is no preview or run ${id}` });
    return run;
  }

  #view({ id, ruleSetVersion, at, by, state, undoUntil }: StoredRun): ApplyRun {
    const { ruleRuns } = this.#parts.store;
    const counts = ruleRuns.counts(id);
    return { id: String(id), ruleSetVersion, at, by, state: SHOWN[state], counts, leftAlone: ruleRuns.leftAlone(id), undoUntil };
  }
}

/** What is under way shows the state it comes from. */
const SHOWN: Record<StoredRun['state'], ApplyRun['state']> = {
  ...{ previewing: 'previewed', previewed: 'previewed', applying: 'previewed' },
  ...{ applied: 'applied', undoing: 'applied', undone: 'undone' },
};

function whyOf(version: number): string {
  return `规则集第 ${version} 版 / rule set ${version}`;
}

const TEXTS = {
  otherSet: { zh: '规则集在此期间有了新版本，请重新试看', en: 'Another rule set is in force by now; preview again' },
  alreadyRun: { zh: '这次试看已经应用过', en: 'This preview was applied already' },
  notRun: { zh: '还没有应用，无可撤销', en: 'It was not applied; there is nothing to take back' },
  undone: { zh: '已经撤销过', en: 'It was taken back already' },
  tooLate: { zh: '已超过 10 分钟，不能撤销', en: 'More than ten minutes passed; it cannot be taken back any more' },
  notLast: { zh: '之后又应用过一次，只能撤销最近一次', en: 'Only the latest run can be taken back' },
  busy: { zh: '正在试看或应用，请稍候', en: 'A preview or run is under way; wait a moment' },
  stopping: { zh: '程序正在退出', en: 'The hub is closing' },
} satisfies Record<string, LocalisedText>;
