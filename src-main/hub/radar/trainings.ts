import type { MethodParams, Principal } from '#shared/contract/index.ts';
import type { RadarTraining } from '#shared/contract/radar.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY } from '#shared/time.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { textChecksOf } from '#main/radar/features.ts';
import { readinessOf } from '#main/radar/figures.ts';
import { LEAST_ORDERS } from '#main/radar/learn.ts';
import { adviceFor, tooFewText } from '#main/radar/words.ts';
import type { StoreCondition } from '../condition.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { ModelHead, StartTraining, TrainingEnd, TrainingOrder, TrainingResult, TrainingTask } from './radar-ports.ts';

export interface TrainingsParts {
  store: Store;
  book: Pick<RuleBook, 'ruleSet'>;
  clock: Clock;
  publisher: Pick<Publisher, 'send'>;
  condition: StoreCondition;
  logger: Logger;
  startTraining: StartTraining;
  /** Resolves when the outcomes of orders are up to date. */
  followed(): Promise<void>;
  /** Lets the event loop read its sockets before the next piece. */
  turn(): Promise<void>;
}

type Who = Pick<Principal, 'operator'>;

/** Orders of a kind that are learnt from, and latest orders that are scored; more of them are thinned evenly. */
const MOST_ORDERS = 20_000;
/** Chance of dealing buyers into parts: the same samples always give the same model. */
const SEED = 20_250_618;
/** Orders known to have ended well that are read in one turn. */
const TOGETHER = 500;

interface Running {
  id: number;
  task: TrainingTask;
  training: RadarTraining;
  /** Null: it did not start yet, or not even that. */
  thread: { stop(): Promise<void> } | null;
}

/** Trainings of models: one at a time, in a thread of its own. One that a restart cut off begins again. */
export class RadarTrainings {
  readonly #parts: TrainingsParts;
  #running: Running | null = null;
  readonly #ending = new Set<Promise<void>>();
  #gathering: Promise<void> = Promise.resolve();

  constructor(parts: TrainingsParts) {
    this.#parts = parts;
  }

  get current(): RadarTraining | null {
    return this.#running?.training ?? this.#parts.store.radar.training()?.training ?? null;
  }

  resume(): void {
    const last = this.#parts.store.radar.training();
    if (last?.training.state !== 'running') return;
    this.#running = { ...last, thread: null };
    this.#begin(this.#running);
  }

  async train({ samples, fine, recentDays }: MethodParams<'radar.train'>, { operator }: Who): Promise<RadarTraining> {
    const { store, clock, followed } = this.#parts;
    if (this.#running) throw new Refusal('busy', TEXTS.busy);
    for (const id of samples) {
      const set = store.radar.samples(id);
      if (!set) throw new Refusal('not_found', { zh: `没有样本 ${id}`, en: `There is no sample set ${id}` });
      if (set.state !== 'ready') throw new Refusal('illegal_move', unreadText(set.name));
    }
    if (fine !== 'samples') await followed();
    const task: TrainingTask = { samples, fine, recentDays, by: operator };
    const counts = countsOf(await this.#labelled(task));
    if (counts.disputed < LEAST_ORDERS || counts.fine < LEAST_ORDERS) throw new Refusal('illegal_move', tooFewText(counts));
    if (this.#running) throw new Refusal('busy', TEXTS.busy);
    const now = clock.now();
    const training: RadarTraining = {
      ...{ state: 'running', startedAt: now, endedAt: null, by: operator, stage: 'reading' },
      ...{ done: 0, of: counts.disputed + counts.fine, problem: null, model: null },
    };
    const id = store.transaction(() => {
      store.audit.append({ actor: operator, action: 'radar.train', subject: 'radar', detail: { samples, from: fine, ...counts } }, now);
      return store.radar.addTraining(training, task);
    });
    this.#running = { id, task, training, thread: null };
    return this.#begin(this.#running);
  }

  cancel({ operator }: Who): RadarTraining {
    const running = this.#running;
    if (!running) throw new Refusal('illegal_move', TEXTS.ended);
    const { store, clock } = this.#parts;
    store.transaction(() =>
      store.audit.append({ actor: operator, action: 'radar.train.cancel', subject: 'radar', detail: {} }, clock.now()),
    );
    return this.#end(running, { state: 'cancelled' });
  }

  /** Found running in the store when the program starts again, and begun again then. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    await this.#gathering;
    await Promise.all([...this.#ending, running?.thread?.stop()]);
  }

  /** Gathers what is to be learnt from, a piece at a time, and starts the thread. */
  #begin(running: Running): RadarTraining {
    this.#tell(running.training);
    const told = (then: () => void) => {
      if (this.#running === running) then();
    };
    const start = async () => {
      const order = await this.#order(running.task, running.training.startedAt);
      if (this.#running !== running) return;
      running.thread = this.#parts.startTraining(order, {
        progress: (stage, done, of) => told(() => this.#move(running, { stage, done, of })),
        end: (outcome) => told(() => this.#ended(running, outcome)),
      });
    };
    const before = this.#gathering;
    this.#gathering = start()
      .catch((error: unknown) => told(() => this.#ended(running, { problem: TEXTS.notStarted, error })))
      .then(() => before);
    return running.training;
  }

  async #labelled({ samples, fine }: TrainingTask): Promise<TrainingOrder['labelled']> {
    const { store, turn } = this.#parts;
    const labels = new Map<number, { disputed: boolean; weight: number }>();
    for (const { orderId, label, weight } of store.radar.labels(samples)) {
      const disputed = label === 'disputed';
      if (!disputed && fine === 'own') continue;
      // Whoever once disputed it is believed, whatever another set says of it.
      if (disputed || !labels.has(orderId)) labels.set(orderId, { disputed, weight });
    }
    if (fine !== 'samples') {
      const every = Math.max(1, Math.ceil(store.learning.counts().good / MOST_ORDERS));
      for (let before = Number.MAX_SAFE_INTEGER, taken = 0; taken < MOST_ORDERS;) {
        const piece = store.radar.fine(every, before, TOGETHER);
        for (const orderId of piece) if (!labels.has(orderId)) labels.set(orderId, { disputed: false, weight: every });
        taken += piece.length;
        before = piece.at(-1) ?? 0;
        if (piece.length < TOGETHER) break;
        await turn();
      }
    }
    const all = [...labels].map(([orderId, label]) => ({ orderId, ...label }));
    return [...thinned(all.filter(({ disputed }) => disputed)), ...thinned(all.filter(({ disputed }) => !disputed))];
  }

  async #order(task: TrainingTask, now: number): Promise<TrainingOrder> {
    const { store, book, turn } = this.#parts;
    const span = { from: now - task.recentDays * DAY, to: now };
    const days = Array.from({ length: task.recentDays }, (_, day) => ({ from: span.from + day * DAY, to: span.from + (day + 1) * DAY }));
    let orders = 0;
    for (const day of days) {
      orders += store.radar.recentCount(day);
      await turn();
    }
    const every = Math.max(1, Math.ceil(orders / MOST_ORDERS));
    const ids: number[] = [];
    for (const day of days) {
      ids.push(...store.radar.recent(day, every));
      await turn();
    }
    const checks = textChecksOf(book.ruleSet);
    return { labelled: await this.#labelled(task), recent: { ...span, every, orders, ids }, checks, seed: SEED };
  }

  #move(running: Running, moved: Pick<RadarTraining, 'stage' | 'done' | 'of'>): void {
    running.training = { ...running.training, ...moved };
    this.#tell(running.training);
  }

  #ended(running: Running, outcome: TrainingEnd): RadarTraining {
    if ('result' in outcome) return this.#end(running, { state: 'done' }, outcome.result);
    if (outcome.error !== null) this.#parts.logger.warn({ err: outcome.error }, 'a training of the radar came to no end');
    return this.#end(running, { state: 'failed', problem: outcome.problem });
  }

  /** Keeps the end of a training with its model, in one transaction. */
  #end(running: Running, ended: Partial<RadarTraining>, result: TrainingResult | null = null): RadarTraining {
    const { store, clock, condition, logger } = this.#parts;
    this.#running = null;
    if (running.thread) this.#let(running.thread);
    const training: RadarTraining = { ...running.training, ...ended, endedAt: clock.now() };
    try {
      store.transaction(() => {
        if (result) training.model = `radar-${this.#keep(running.task, result)}`;
        store.radar.saveTraining(running.id, training);
      });
    } catch (error) {
      const failed = condition.failed(error);
      if (!failed) logger.error({ err: error }, 'the end of a training could not be kept');
      const problem = failed ? error.text : TEXTS.notKept;
      Object.assign(training, { state: 'failed', problem, model: null });
    }
    this.#tell(training);
    return training;
  }

  #keep(task: TrainingTask, { document, counts, areaUnderCurve, figures, orders }: TrainingResult): number {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const readiness = readinessOf(counts, areaUnderCurve);
    const names = task.samples.map((id) => ({ id, name: store.radar.samples(id)?.name ?? String(id) }));
    const head: ModelHead = {
      ...{ trainedAt: now, by: task.by, samples: names, fine: task.fine, areaUnderCurve, readiness },
      ...{ disputedOrders: counts.disputed, fineOrders: counts.fine, buyers: counts.buyers },
      advice: adviceFor(readiness, counts, areaUnderCurve),
    };
    const id = store.radar.addModel({ head, figures, document, orders });
    const detail = { ...counts, areaUnderCurve: areaUnderCurve.value, readiness };
    store.audit.append({ actor: task.by, action: 'radar.model', subject: `radar-${id}`, detail }, now);
    return id;
  }

  #let(thread: { stop(): Promise<void> }): void {
    const ending: Promise<void> = thread.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #tell(training: RadarTraining): void {
    this.#parts.publisher.send('radar.changed', { at: this.#parts.clock.now(), training });
  }
}

function countsOf(labelled: TrainingOrder['labelled']): { disputed: number; fine: number } {
  const disputed = labelled.filter((one) => one.disputed).length;
  return { disputed, fine: labelled.length - disputed };
}

/** At most so many, evenly; those that stay stand for the others. */
function thinned<T extends { weight: number }>(all: readonly T[]): T[] {
  const every = Math.max(1, Math.ceil(all.length / MOST_ORDERS));
  return all.filter((_, index) => index % every === 0).map((one) => ({ ...one, weight: one.weight * every }));
}

const unreadText = (name: string) => ({
  zh: `样本「${name}」还没有读完：等它读完，或重新读取后再训练`,
  en: `The samples "${name}" are not read to their end: wait, or have them read again, and then train`,
});

const TEXTS = {
  busy: { zh: '另一次训练正在进行，请等它结束或先取消', en: 'Another training runs; wait for its end or stop it first' },
  ended: { zh: '没有正在进行的训练', en: 'No training is running' },
  notStarted: {
    zh: '训练未能启动，请稍后重试；详情已写入日志',
    en: 'The training could not be started; try again later. The log has the details',
  },
  notKept: {
    zh: '训练结果未能保存，请重新训练；详情已写入日志',
    en: 'What was learnt could not be kept; train again. The log has the details',
  },
} satisfies Record<string, LocalisedText>;
