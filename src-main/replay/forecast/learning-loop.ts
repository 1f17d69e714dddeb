import type { LocalisedText } from '#shared/text.ts';
import { CallCounter, ratio } from '../statistics.ts';
import type { CallFigures } from '../statistics.ts';

/** One order as the loop sees it. */
export interface LoopOrder {
  at: number;
  /** Rules that stopped it, by id; `later`: it was stopped when it was judged again. */
  stoppedBy: readonly string[];
  stoppedLater: boolean;
  /** Null where the outcome is unknown. */
  bad: boolean | null;
  /** What the model said as the order came in, and what the model of the split says of orders after it; null: nothing. */
  probability: number | null;
  frozen: number | null;
}

/** What the loop proposes after the first part. */
export type LoopChange =
  | { kind: 'rule-to-task'; ruleId: string; stopped: number; bad: number; precision: number }
  | { kind: 'model-rule'; field: string; from: number; stopped: number; bad: number; precision: number };

/** Rules out of the box, and what learning from the first part changed on the rest. */
export interface HeldOut {
  label: string;
  splitAt: string;
  /** The rules as they are shipped, over the whole file. */
  outOfTheBox: CallFigures;
  /** The same rules on the first part and on the rest. */
  firstPart: CallFigures;
  rest: { before: CallFigures; after: CallFigures | null };
  changes: LoopChange[];
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
}

/** Fewer decided cases than this prove nothing. */
const LEAST_CASES = 20;
/** A model may stop this share of all orders: what people can look at. */
const BUDGET = 0.02;
/** Worth stopping: at least this share of the stopped went bad, and this many times as many as anyway. */
const LEAST_PRECISION = 0.3;
const LEAST_LIFT = 2;

/**
 * The learning loop on the first part of a file. A rule whose stopped orders went bad no more often than any order stops nobody any more
 * and opens a task instead; the model's score becomes a rule where, of the few it would have stopped, enough went bad. Nothing of
 * the rest is looked at; then both rule sets are measured on the rest.
 */
export function learnAndMeasure(orders: readonly LoopOrder[], options: LoopOptions): HeldOut {
  const { splitAt, label, noSignal } = options;
  const first = orders.filter(({ at }) => at < splitAt);
  const rest = orders.filter(({ at }) => at >= splitAt);
  const changes = noSignal ? [] : proposals(first, options);
  const quiet = new Set(changes.flatMap((change) => (change.kind === 'rule-to-task' ? [change.ruleId] : [])));
  const from = changes.find((change) => change.kind === 'model-rule')?.from ?? Infinity;
  const before = figures(orders, wasStopped);
  const after = figures(
    rest,
    ({ stoppedBy, stoppedLater, frozen }) => stoppedLater || stoppedBy.some((id) => !quiet.has(id)) || (frozen ?? -1) >= from,
  );
  return {
    label,
    splitAt: new Date(splitAt).toISOString(),
    outOfTheBox: before,
    firstPart: figures(first, wasStopped),
    rest: { before: figures(rest, wasStopped), after: noSignal ? null : after },
    changes,
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

function figures(orders: readonly LoopOrder[], stopped: (order: LoopOrder) => boolean): CallFigures {
  const calls = new CallCounter();
  for (const order of orders) if (order.bad !== null) calls.add(stopped(order), order.bad);
  return calls.figures();
}

function proposals(first: readonly LoopOrder[], { splitAt, knownAfterMs, field }: LoopOptions): LoopChange[] {
  const known = first.filter(({ at, bad }) => bad !== null && at + knownAfterMs <= splitAt);
  const baseRate = ratio(known.filter(({ bad }) => bad).length, known.length);
  if (baseRate === null) return [];
  const model = modelRule(known, field, baseRate);
  return [...uselessStops(known, baseRate), ...(model ? [model] : [])];
}

function uselessStops(known: readonly LoopOrder[], baseRate: number): LoopChange[] {
  const rules = new Map<string, { stopped: number; bad: number }>();
  for (const { stoppedBy, bad } of known) {
    for (const id of new Set(stoppedBy)) {
      const counts = rules.get(id) ?? { stopped: 0, bad: 0 };
      rules.set(id, { stopped: counts.stopped + 1, bad: counts.bad + (bad ? 1 : 0) });
    }
  }
  return [...rules].flatMap(([ruleId, { stopped, bad }]): LoopChange[] =>
    stopped >= LEAST_CASES && bad / stopped <= baseRate ? [{ kind: 'rule-to-task', ruleId, stopped, bad, precision: bad / stopped }] : [],
  );
}

function modelRule(known: readonly LoopOrder[], field: string, baseRate: number): LoopChange | null {
  const scored = known
    .flatMap(({ probability, bad }) => (probability === null ? [] : [{ probability, bad }]))
    .sort((a, b) => b.probability - a.probability);
  const top = scored.slice(0, Math.floor(scored.length * BUDGET));
  const bad = top.filter((order) => order.bad).length;
  const precision = ratio(bad, top.length);
  if (top.length < LEAST_CASES || precision === null || precision < Math.max(LEAST_PRECISION, LEAST_LIFT * baseRate)) return null;
  return { kind: 'model-rule', field, from: top.at(-1)!.probability, stopped: top.length, bad, precision };
}
