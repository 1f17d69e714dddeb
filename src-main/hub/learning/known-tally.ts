import { ruleGroup } from '#main/reports/compose.ts';
import type { PeriodFigures, ReportInput } from '#main/reports/compose.ts';
import type { KnownOrder, OrderGroup } from './learning-ports.ts';

/** Orders kept behind a figure, and behind a version of a rule. */
export const KEPT = 1_000;
const KEPT_OF_RULE = 200;
/** Versions of rules with orders kept behind them: those with most false kills. */
const RULES_KEPT = 50;

/** Counts orders whose outcome became known, told in the order of that moment, and keeps the first ones behind each figure. */
export class KnownTally {
  readonly #counts = new Map<string, PeriodFigures['known'][number]>();
  readonly #byRule = new Map<string, ReportInput['known'][number]>();
  readonly #ofFigures = new Map<string, OrderGroup>();
  readonly #ofRules = new Map<string, OrderGroup>();

  add({ orderId, outcome, stopped, returning, rules }: KnownOrder): void {
    count(this.#counts, `${stopped} ${outcome} ${returning}`, () => ({ stopped, outcome, returning, orders: 0 }));
    const group = stopped ? (outcome === 'good' ? 'false-kills' : 'caught') : outcome === 'bad' ? 'missed' : null;
    if (group !== null) keep(this.#ofFigures, group, orderId, KEPT);
    for (const { ruleId, version } of rules) {
      const name = ruleGroup(ruleId, version);
      count(this.#byRule, `${name} ${outcome}`, () => ({ ruleId, version, outcome, orders: 0 }));
      if (outcome === 'good') keep(this.#ofRules, name, orderId, KEPT_OF_RULE);
    }
  }

  get counts(): PeriodFigures['known'] {
    return [...this.#counts.values()];
  }

  get byRule(): ReportInput['known'] {
    return [...this.#byRule.values()];
  }

  get groups(): OrderGroup[] {
    const ofRules = [...this.#ofRules.values()].sort((a, b) => b.all - a.all || (a.group < b.group ? -1 : 1));
    return [...this.#ofFigures.values(), ...ofRules.slice(0, RULES_KEPT)];
  }
}

function count<T extends { orders: number }>(rows: Map<string, T>, key: string, fresh: () => T): void {
  let row = rows.get(key);
  if (!row) rows.set(key, (row = fresh()));
  row.orders += 1;
}

function keep(groups: Map<string, OrderGroup>, group: string, orderId: number, most: number): void {
  let kept = groups.get(group);
  if (!kept) groups.set(group, (kept = { group, orderIds: [], all: 0 }));
  kept.all += 1;
  if (kept.orderIds.length < most) kept.orderIds.push(orderId);
}
