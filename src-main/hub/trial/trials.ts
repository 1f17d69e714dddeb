import type { MethodOutput, MethodParams, Principal } from '#shared/contract/index.ts';
import type { Trial, TrialOrder } from '#shared/contract/rule-runs.ts';
import type { RuleSet } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY } from '#shared/time.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { parseRuleSet } from '#main/rules/index.ts';
import type { TrialResult } from '#main/trial/run.ts';
import type { SampleOrder } from '#main/trial/tally.ts';
import type { StoreCondition } from '../condition.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import { toSummary } from '../projection.ts';
import type { Publisher } from '../publisher.ts';
import type { RadarModels } from '../radar/radar-models.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { StoredDraft } from '../rules/rule-ports.ts';
import type { RunningTrial, StartTrial, TrialListener } from './trial-ports.ts';

export interface TrialsParts {
  store: Store;
  book: Pick<RuleBook, 'ruleSet'>;
  radar: Pick<RadarModels, 'stored'>;
  clock: Clock;
  publisher: Pick<Publisher, 'send'>;
  condition: StoreCondition;
  logger: Logger;
  startTrial: StartTrial;
}

/** Trials kept for looking at again. */
const KEPT = 50;
const ISSUES_TOLD = 50;

const TEXTS = {
  busy: {
    zh: '另一次试算正在进行，请等它结束或先取消',
    en: 'Another trial is running; wait for its end or stop it first',
  },
  discarded: { zh: '草稿已放弃，不能试算', en: 'The draft was given up and cannot be tried' },
  stale: {
    zh: '草稿已被保存为新的一稿，请重新载入后再试算',
    en: 'The draft was saved meanwhile; load it again before you try it',
  },
  ended: { zh: '试算已经结束', en: 'The trial has ended already' },
  notStarted: {
    zh: '试算未能启动，请稍后重试；详情已写入日志',
    en: 'The trial could not be started; try again later. The log has the details',
  },
  notKept: {
    zh: '试算结果未能保存，请重新试算；详情已写入日志',
    en: 'What the trial found could not be kept; start it again. The log has the details',
  },
  interrupted: {
    zh: '试算进行中程序重新启动，没有结果，请重新试算',
    en: 'The program was started anew while the trial ran, and it has no result; start it again',
  },
} satisfies Record<string, LocalisedText>;

interface Running {
  trial: Trial;
  /** Null: it did not even start. */
  thread: RunningTrial | null;
}

/**
 * Trials of drafts before they are published (M2): one at a time, in a thread of its own beside the hub. What a trial found is
 * kept and looked at by its id; how far it is, is told by events.
 */
export class Trials {
  readonly #parts: TrialsParts;
  #running: Running | null = null;
  /** Threads that were told to end and may still be at it. */
  readonly #ending = new Set<Promise<void>>();

  constructor(parts: TrialsParts) {
    this.#parts = parts;
  }

  /** What an end of the program cut off has no result. */
  resume(): void {
    const { store, clock } = this.#parts;
    const cut = store.trials.running();
    if (cut.length === 0) return;
    store.transaction(() => {
      for (const trial of cut) store.trials.save({ ...trial, state: 'failed', endedAt: clock.now(), problem: TEXTS.interrupted });
    });
  }

  start({ draft: draftId, revision, days }: MethodParams<'rules.trial.start'>, { operator }: Pick<Principal, 'operator'>): Trial {
    const { store, book, radar, clock, startTrial } = this.#parts;
    const draft = this.#draft(draftId, revision);
    if (this.#running) throw new Refusal('busy', TEXTS.busy);
    const current = book.ruleSet;
    const tried = ruleSetOf(draft, current);
    const now = clock.now();
    const fresh: Omit<Trial, 'id'> = {
      ...{ draft: draftId, draftTitle: draft.title, revision, against: current.version, days },
      ...{ startedAt: now, endedAt: null, state: 'running', problem: null, judged: 0, orders: 0, seconds: 0, currency: 'CNY' },
      ...{ before: null, after: null, newlyStopped: 0, newlyPassed: 0, gradeChanged: 0, rules: [], derived: [], unknown: [] },
    };
    const id = store.transaction(() => {
      store.trials.keep(KEPT - 1);
      const detail = { draft: draftId, revision, days, against: current.version };
      store.audit.append({ actor: operator, action: 'rules.trial', subject: `draft ${draftId}`, detail }, now);
      return store.trials.add(fresh, draft.id);
    });
    const trial: Trial = { ...fresh, id: String(id) };
    const told = (then: (running: Running) => void) => {
      if (this.#running?.trial.id === trial.id) then(this.#running);
    };
    const listener: TrialListener = {
      progress: (judged, orders) => told((running) => this.#move(running, { judged, orders })),
      end: (outcome) =>
        told((running) => {
          if ('result' in outcome) this.#done(running, outcome.result);
          else this.#fail(running, outcome.problem, outcome.error);
        }),
    };
    try {
      const models = { current: radar.stored(current), draft: radar.stored(tried) };
      const thread = startTrial({ current, draft: tried, from: now - days * DAY, to: now, radar: models }, listener);
      this.#running = { trial, thread };
      this.#tell(trial);
      return trial;
    } catch (error) {
      return this.#fail({ trial, thread: null }, TEXTS.notStarted, error);
    }
  }

  get(id: string): Trial {
    const trial = this.#find(id);
    if (!trial) throw noTrial(id);
    return trial;
  }

  last(draft: string): MethodOutput<'rules.trial.last'> {
    const number = numberOf(draft);
    const trial = number === null ? null : this.#parts.store.trials.last(number);
    return { trial: trial && this.get(trial.id) };
  }

  cancel(id: string, { operator }: Pick<Principal, 'operator'>): Trial {
    const { store, clock } = this.#parts;
    const trial = this.get(id);
    if (this.#running?.trial.id !== trial.id) throw new Refusal('illegal_move', TEXTS.ended);
    const subject = `draft ${trial.draft}`;
    store.transaction(() =>
      store.audit.append({ actor: operator, action: 'rules.trial.cancel', subject, detail: { trial: id } }, clock.now()),
    );
    return this.#end(this.#running, { state: 'cancelled' });
  }

  orders({ id, change, ruleId, after, limit }: MethodParams<'rules.trial.orders'>): MethodOutput<'rules.trial.orders'> {
    const { store } = this.#parts;
    const filter = { change: change ?? null, ruleId: ruleId ?? null, after, limit };
    const { items, next } = store.trials.orders(Number(this.get(id).id), filter);
    return { items: items.flatMap((sample) => this.#withOrder(sample)), next };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    // Found running in the store when the program starts again, and told then.
    await Promise.all([...this.#ending, running?.thread?.stop()]);
  }

  #withOrder(sample: SampleOrder): TrialOrder[] {
    const { orderNo, ...rest } = sample;
    const stored = this.#parts.store.orders.byNumber(orderNo);
    return stored ? [{ order: toSummary(stored.record), ...rest }] : [];
  }

  #find(id: string): Trial | null {
    const number = numberOf(id);
    if (number === null) return null;
    return this.#running?.trial.id === String(number) ? this.#running.trial : this.#parts.store.trials.get(number);
  }

  #draft(id: string, revision: number): StoredDraft {
    const number = numberOf(id);
    const draft = number === null ? null : this.#parts.store.ruleDrafts.get(number);
    if (!draft) throw new Refusal('not_found', { zh: `没有草稿 ${id}`, en: `There is no draft ${id}` });
    if (draft.state === 'discarded') throw new Refusal('illegal_move', TEXTS.discarded);
    if (draft.revision !== revision) throw new Refusal('stale_version', TEXTS.stale);
    return draft;
  }

  #move(running: Running, moved: Partial<Trial>): void {
    running.trial = { ...running.trial, ...moved, seconds: this.#seconds(running.trial) };
    this.#tell(running.trial);
  }

  #done(running: Running, { samples, judged, ...found }: TrialResult): void {
    // How many were judged is known only now: an order that had left before it was first told of never was.
    this.#end(running, { state: 'done', judged, orders: judged, ...found }, samples);
  }

  #fail(running: Running, problem: LocalisedText, error: unknown): Trial {
    this.#parts.logger.warn({ err: error, trial: running.trial.id }, 'a trial came to no end');
    return this.#end(running, { state: 'failed', problem });
  }

  /** Keeps the end of a trial. Where the store cannot take it, the trial has failed for whoever looks at it now and later. */
  #end(running: Running, ended: Partial<Trial>, samples: readonly SampleOrder[] = []): Trial {
    const { store, clock, condition, logger } = this.#parts;
    this.#running = null;
    if (running.thread) this.#let(running.thread);
    const trial: Trial = { ...running.trial, ...ended, endedAt: clock.now(), seconds: this.#seconds(running.trial) };
    try {
      store.transaction(() => {
        store.trials.save(trial);
        store.trials.addOrders(Number(trial.id), samples);
      });
    } catch (error) {
      logger.error({ err: error, trial: trial.id }, 'the end of a trial could not be kept');
      const problem = condition.failed(error) ? error.text : TEXTS.notKept;
      const failed: Trial = { ...running.trial, state: 'failed', problem, endedAt: trial.endedAt };
      this.#tell(failed);
      return failed;
    }
    this.#tell(trial);
    return trial;
  }

  #let(thread: RunningTrial): void {
    const ending: Promise<void> = thread.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #seconds({ startedAt }: Trial): number {
    return Math.max(0, this.#parts.clock.now() - startedAt) / 1_000;
  }

  #tell(trial: Trial): void {
    this.#parts.publisher.send('trial.changed', { trial });
  }
}

/** The draft as it would be published; its rules all have to be good, else the trial would speak of another set. */
function ruleSetOf({ body }: StoredDraft, current: RuleSet): RuleSet {
  const { ruleSet, issues } = parseRuleSet({ version: current.version, ...body });
  if (issues.length === 0) return ruleSet;
  const text = {
    zh: `草稿中有 ${issues.length} 处错误，改正后才能试算：${issues[0]?.text.zh ?? ''}`,
    en: `The draft has ${issues.length} mistakes; put them right before you try it: ${issues[0]?.text.en ?? ''}`,
  };
  throw new Refusal('illegal_move', text, { issues: issues.slice(0, ISSUES_TOLD) });
}

function numberOf(id: string): number | null {
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}

function noTrial(id: string): Refusal {
  return new Refusal('not_found', { zh: `没有试算 ${id}`, en: `There is no trial ${id}` });
}
