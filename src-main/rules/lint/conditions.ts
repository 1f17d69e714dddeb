import type { Condition, Rule } from '#shared/rule.ts';
import { conditionText } from '../reading.ts';
import type { LintSurroundings, Report, Subject } from './finding.ts';
import { covers, normalForm, type NormalForm } from './normal-form.ts';

type Place = readonly (string | number)[];
type Group = 'all' | 'any';

/** Can the condition of a rule be true, can it be false, does every part of it matter? */
export function lintCondition(subject: Subject, surroundings: LintSurroundings, report: Report): void {
  new ConditionLint(subject, surroundings, report).check();
}

class ConditionLint {
  readonly #rule: Rule;
  readonly #place: string;
  readonly #factors: readonly number[];
  readonly #lists: LintSurroundings['lists'];
  readonly #report: Report;

  constructor({ rule, place, factors }: Subject, { lists }: LintSurroundings, report: Report) {
    this.#rule = rule;
    this.#place = place;
    this.#factors = factors;
    this.#lists = lists;
    this.#report = report;
  }

  check(): void {
    const { when } = this.#rule;
    if (this.#factors.every((factor) => this.#form(when, factor)?.length === 0)) return this.#reportNever(when);
    // With relaxations a part may matter under another multiplier.
    if (this.#factors.length === 1) this.#checkGroups(when, []);
    if (normalForm(when, { lists: this.#lists, factor: 1 }, true)?.length !== 0) return;
    this.#report({
      ...{ ruleId: this.#rule.id, path: this.#at([]), kind: 'always-true', level: 'warning' },
      zh: '只要数据已知，条件总是成立：每一单都会命中',
      en: 'The condition always holds where its data is known: every order hits',
    });
  }

  #form(condition: Condition, factor = 1): NormalForm | null {
    return normalForm(condition, { lists: this.#lists, factor });
  }

  #at(path: Place): string {
    return [this.#place, 'when', ...path].join('.');
  }

  #reportNever(when: Condition): void {
    const children = 'all' in when ? when.all : [];
    const pair = this.#clash(children);
    if (!pair) {
      return this.#report({
        ...{ ruleId: this.#rule.id, path: this.#at([]), kind: 'never-true', level: 'error' },
        zh: '条件不可能成立，规则永远不会命中',
        en: 'The condition cannot be true, so the rule never hits',
      });
    }
    const [first, second] = pair;
    const [a, b] = [conditionText(children[first] as Condition), conditionText(children[second] as Condition)];
    this.#report({
      ...{ ruleId: this.#rule.id, kind: 'contradiction', level: 'error' },
      path: this.#at(['all', second]),
      other: this.#at(['all', first]),
      zh: `「${a.zh}」与「${b.zh}」不可能同时成立，规则永远不会命中`,
      en: `"${a.en}" and "${b.en}" cannot both hold, so the rule never hits`,
    });
  }

  /** Places of two that can hold, but not together. */
  #clash(children: readonly Condition[]): [number, number] | null {
    const possible = children.map((child) => (this.#form(child)?.length ?? 0) > 0);
    for (const [second, child] of children.entries()) {
      for (let first = 0; first < second; first++) {
        if (!possible[first] || !possible[second]) continue;
        if (this.#form({ all: [children[first] as Condition, child] })?.length === 0) return [first, second];
      }
    }
    return null;
  }

  #checkGroups(condition: Condition, path: Place): void {
    if ('not' in condition) return this.#checkGroups(condition.not, [...path, 'not']);
    if (!('all' in condition) && !('any' in condition)) return;
    const group = 'all' in condition ? 'all' : 'any';
    const children = 'all' in condition ? condition.all : condition.any;
    if (children.length > 1) this.#checkParts(group, children, [...path, group]);
    children.forEach((child, index) => this.#checkGroups(child, [...path, group, index]));
  }

  /** Parts that change nothing: of an `all` what another part covers, of an `any` what is within another. */
  #checkParts(group: Group, children: readonly Condition[], path: Place): void {
    const forms = children.map((child) => this.#form(child));
    const idle = new Set<number>();
    for (const [index, form] of forms.entries()) {
      if (group === 'all' || form?.length !== 0) continue;
      idle.add(index);
      this.#report({
        ...{ ruleId: this.#rule.id, path: this.#at([...path, index]), kind: 'never-true', level: 'warning' },
        zh: '这一分支不可能成立',
        en: 'This branch cannot be true',
      });
    }
    for (const [index, form] of forms.entries()) {
      if (idle.has(index) || !form || form.length === 0) continue;
      const other = forms.findIndex((rival, at) => {
        if (at === index || idle.has(at) || !rival || rival.length === 0) return false;
        return group === 'all' ? covers(rival, form) : covers(form, rival);
      });
      if (other < 0) continue;
      idle.add(index);
      this.#reportIdle(children, path, index, other);
    }
  }

  #reportIdle(children: readonly Condition[], path: Place, index: number, other: number): void {
    const [mine, rival] = [conditionText(children[index] as Condition), conditionText(children[other] as Condition)];
    this.#report({
      ...{ ruleId: this.#rule.id, path: this.#at([...path, index]), kind: 'redundant', level: 'hint' },
      other: this.#at([...path, other]),
      zh: `「${mine.zh}」多余：有「${rival.zh}」就够了`,
      en: `"${mine.en}" adds nothing beside "${rival.en}"`,
    });
  }
}

/** Relaxations that never apply, always apply, or change nothing. */
export function lintRelaxations({ rule, place, form }: Subject, { lists }: LintSurroundings, report: Report): void {
  const onlySkips = rule.relax.every(({ effect }) => 'skip' in effect);
  for (const [index, { when, effect }] of rule.relax.entries()) {
    const applies = normalForm(when, { lists, factor: 1 });
    const path = `${place}.relax.${index}`;
    const about = { ruleId: rule.id, path, kind: 'relaxation', level: 'warning' } as const;
    if (applies?.length === 0) {
      report({ ...about, path: `${path}.when`, zh: '放宽条件不可能成立，永远不会放宽', en: 'This relaxation never applies' });
    } else if (onlySkips && form && applies && form.length > 0 && covers(form, applies)) {
      report({
        ...{ ...about, kind: 'never-true', level: 'error' },
        zh: '凡是命中的订单都会被这条放宽跳过，规则永远不会命中',
        en: 'Every order that would hit is skipped by this relaxation, so the rule never hits',
      });
    } else if ('multiplyThreshold' in effect && effect.multiplyThreshold === 1) {
      report({ ...about, level: 'hint', zh: '放宽倍数为 1，没有变化', en: 'A multiplier of 1 changes nothing' });
    }
  }
}
