import type { LocalisedText } from '#shared/text.ts';
import { CallCounter, ratio } from '../statistics.ts';
import type { CallFigures } from '../statistics.ts';
import { frontierOf, stopsFrom } from './frontier.ts';
import type { FrontierPoint } from './frontier.ts';

/** One order as the loop sees it. */
export interface LoopOrder {
  at: number;
  /** Rules that stopped it, by id; `later`: it was stopped when it was judged again. */
  stoppedBy: readonly string[];
  stoppedLater: boolean;
  /** Null where the outcome is unknown. */
  bad: boolean | null;
  /** Its buyer had ordered before. */
  returning: boolean;
  /** What the model said as the order came in, and what the model of the split says of it; null: nothing. */
  probability: number | null;
  frozen: number | null;
}

/** What the loop proposes after the first part. */
export type LoopChange =
  | { kind: 'rule-to-task'; ruleId: string; stopped: number; bad: number; precision: number }
  | { kind: 'model-rule'; field: string; from: number; stopped: number; bad: number; precision: number };

/** With what became of good orders whose buyer had ordered before: of all false kills the ones that hurt most. */
export interface LoopFigures extends CallFigures {
  falseKillRateOfReturning: number | null;
}

/** Rules out of the box, and what learning from the first part changed on the rest. */
export interface HeldOut {
  label: string;
  splitAt: string;
  /** The rules as they are shipped, over the whole file. */
  outOfTheBox: LoopFigures;
  /** The same rules on the first part and on the rest. */
  firstPart: LoopFigures;
  rest: { before: LoopFigures; after: LoopFigures | null };
  changes: LoopChange[];
  /** What the model could stop, from the likeliest few on, and what that costs; only `chosen` was proposed. */
  frontier: FrontierPoint[];
  /** More false kills than now, as a share of good orders, that a proposal may cost. */
  mostFalseKills: number;
  /** Why there is no `after`, or nothing changed. */
  reason: LocalisedText | null;
}

export interface LoopOptions {
  label: string;
  splitAt: number;
  /** How long after an order its outcome is known, ms: later ones are not learnt before the split. */
  knownAfterMs: number;
  /** Field of the model whose scores the orders carry. */
  field: string;
  /** Set: nothing can be learnt, for this reason. */
  noSignal: LocalisedText | null;
  mostFalseKills: number;
}

/** Fewer decided cases than this prove nothing. */
const LEAST_CASES = 20;

/**
 * The learning loop on the first part of a file. A rule whose stopped orders went bad no more often than any order stops nobody any more
 * and opens a task instead; the model's score becomes a rule where, of the few it would have stopped, enough went bad and hardly more good
 * orders are stopped than before. Nothing of the rest is looked at; then both rule sets are measured on the rest.
 */
export function learnAndMeasure(orders: readonly LoopOrder[], options: LoopOptions): HeldOut {
  const { splitAt, label, noSignal, knownAfterMs, field, mostFalseKills } = options;
  const first = orders.filter(({ at }) => at < splitAt);
  const rest = orders.filter(({ at }) => at >= splitAt);
  const known = first.filter(({ at, bad }) => bad !== null && at + knownAfterMs <= splitAt);
  const quietened = noSignal ? [] : uselessStops(known);
  const quiet = new Set(quietened.map(({ ruleId }) => ruleId));
  const stoppedWithout = ({ stoppedBy, stoppedLater }: LoopOrder): boolean => stoppedLater || stoppedBy.some((id) => !quiet.has(id));
  const frontier = noSignal
    ? []
    : frontierOf({ known, lately: first, rest, wasStopped, stoppedWithout, mostFalseKills, leastCases: LEAST_CASES });
  const chosen = frontier.find((point) => point.chosen);
  const changes: LoopChange[] = [...quietened];
  if (chosen) {
    const { stopped, bad, precision } = chosen.found;
    changes.push({ kind: 'model-rule', field, from: chosen.from, stopped, bad, precision: precision ?? 0 });
  }
  const after = figures(rest, (order) => stoppedWithout(order) || stopsFrom(order.frozen, chosen?.from));
  return {
    label,
    splitAt: new Date(splitAt).toISOString(),
    outOfTheBox: figures(orders, wasStopped),
    firstPart: figures(first, wasStopped),
    rest: { before: figures(rest, wasStopped), after: noSignal ? null : after },
    changes,
    frontier,
    mostFalseKills,
    reason: noSignal ?? (changes.length === 0 ? NOTHING_LEARNT : null),
  };
}

const NOTHING_LEARNT: LocalisedText = {
  zh: '前一部分没有足够的证据支持任何改动',
  en: 'The first part gave not enough evidence for any change',
};

function wasStopped({ stoppedBy, stoppedLater }: LoopOrder): boolean {
  return stoppedLater || stoppedBy.length > 0;
}

function figures(orders: readonly LoopOrder[], stopped: (order: LoopOrder) => boolean): LoopFigures {
  const calls = new CallCounter();
  const returning = new CallCounter();
  for (const order of orders) {
    if (order.bad === null) continue;
    calls.add(stopped(order), order.bad);
    if (order.returning) returning.add(stopped(order), order.bad);
  }
  return { ...calls.figures(), falseKillRateOfReturning: returning.figures().falseKillRate };
}

function uselessStops(known: readonly LoopOrder[]): Extract<LoopChange, { kind: 'rule-to-task' }>[] {
  const baseRate = ratio(known.filter(({ bad }) => bad).length, known.length) ?? 0;
  const rules = new Map<string, { stopped: number; bad: number }>();
  for (const { stoppedBy, bad } of known) {
    for (const id of new Set(stoppedBy)) {
      const counts = rules.get(id) ?? { stopped: 0, bad: 0 };
      rules.set(id, { stopped: counts.stopped + 1, bad: counts.bad + (bad ? 1 : 0) });
    }
  }
  return [...rules].flatMap(([ruleId, { stopped, bad }]) =>
    stopped >= LEAST_CASES && bad / stopped <= baseRate
      ? [{ kind: 'rule-to-task' as const, ruleId, stopped, bad, precision: bad / stopped }]
      : [],
  );
}
