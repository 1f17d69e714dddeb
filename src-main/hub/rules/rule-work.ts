import type { Principal } from '#shared/contract/index.ts';
import { SUPERVISORS } from '#shared/contract/index.ts';
import type { CheckSource } from '#shared/order.ts';
import type { Rule } from '#shared/rule.ts';
import type { StoreCondition } from '../condition.ts';
import type { Decider } from '../decider.ts';
import type { HotState } from '../hot-state.ts';
import type { Clock, Logger, Store, Timers } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import type { HubSettings } from '../settings.ts';
import type { RuleBook } from './rule-book.ts';
import { RuleDesk } from './rule-desk.ts';
import { RuleRuns } from './rule-runs.ts';
import { readPack } from './shipped.ts';
import { WindowHistory } from './window-history.ts';

type Person = Pick<Principal, 'operator' | 'role'>;

export interface RuleWorkParts {
  store: Store;
  book: RuleBook;
  hot: HotState;
  decider: Decider;
  publisher: Publisher;
  settings: HubSettings;
  condition: StoreCondition;
  clock: Clock;
  timers: Timers;
  logger: Logger;
  /** The rules the program ships. */
  pack: unknown;
  /** All who may log in. */
  people: readonly Person[];
  /** The cross-checks whose sources are connected; null: none. */
  checks(): { readonly sources: readonly CheckSource[] } | null;
  defer(task: () => void): void;
  wakeOutbox(): void;
}

/** Everything around the rule set in force: writing it, approving it, giving its windows their past, applying it. */
export interface RuleWork {
  readonly book: RuleBook;
  readonly desk: RuleDesk;
  readonly runs: RuleRuns;
  readonly history: WindowHistory;
  /** Sources whose fields are known: rules of others judge nothing yet. */
  connected(): ReadonlySet<Rule['source']>;
  stop(): Promise<void>;
}

/** Wires the parts of rule work together; call once a hub. */
export function createRuleWork(parts: RuleWorkParts): RuleWork {
  const { store, book, hot, decider, publisher, settings, condition, clock, timers, logger, pack, people, checks, defer, wakeOutbox } =
    parts;
  // The table of duty-free limits and the model that reads what buyers write come with the program.
  const connected = () => new Set<Rule['source']>(['order', 'customs', 'model', ...(checks()?.sources ?? [])]);
  const after = (delayMs: number, task: () => void) => timers.after(delayMs, task);
  const shipped = readPack(pack, logger);
  const publishers = publishersAmong(people);
  const twoPersons = needsTwoPersons(settings['rules.twoPersons'], publishers);
  const desk = new RuleDesk({ store, book, shipped, clock, publisher, twoPersons, publishers, connected });
  // Told from a later turn: an order is being judged, and nothing of it is written yet.
  let stopped = false;
  book.onFailing((rule, at) => defer(() => !stopped && tellFailing({ publisher, store, book, logger }, rule, at)));
  const runs = new RuleRuns({ store, book, hot, decider, clock, condition, logger, defer, after, wakeOutbox });
  const history = new WindowHistory({ store, hot, book, clock, condition, logger, defer, after });
  return {
    ...{ book, desk, runs, history, connected },
    async stop() {
      stopped = true;
      history.stop();
      await runs.stop();
    },
  };
}

/** Operators whose role may publish rules. */
export function publishersAmong(people: readonly Person[]): string[] {
  return people.filter(({ role }) => SUPERVISORS.includes(role)).map(({ operator }) => operator);
}

/** L3: by itself, as soon as there is a second person who may publish. */
export function needsTwoPersons(setting: HubSettings['rules.twoPersons'], publishers: readonly string[]): boolean {
  return setting === 'auto' ? publishers.length > 1 : setting === 'on';
}

/** M3: a rule that throws lets orders pass that it should have stopped; whoever keeps the rules is told. */
function tellFailing(
  { publisher, store, book, logger }: Pick<RuleWorkParts, 'publisher' | 'store' | 'book' | 'logger'>,
  { id, name }: Rule,
  at: number,
): void {
  const text = {
    zh: `规则「${name.zh}」判定时出错，没有判定订单；其余规则照常`,
    en: `The rule "${name.en}" failed and did not judge an order; the other rules did`,
  };
  publisher.notice(`rule-failing:${id}:${at}`, at, 'alarm', text, null);
  const { publishedAt, ruleSet } = book;
  try {
    publisher.send('rules.changed', { version: ruleSet.version, publishedAt, waiting: store.ruleDrafts.waiting(), draft: null });
  } catch (error) {
    // A store that cannot be read now says so itself; pages ask again by themselves.
    logger.warn({ err: error }, 'a failing rule was not told to the pages');
  }
}
