import type { LintFinding, RuleBody } from '#shared/contract/rule-work.ts';
import { ruleSchema, type Compare, type Condition, type Rule } from '#shared/rule.ts';
import { comparesOf } from '../editor/tree.ts';
import { LIST_OPERATORS } from '../editor/values.ts';

/** A rule of a draft: one the form can show, or what else stands there, as JSON. */
export interface DraftRule {
  index: number;
  /** Null where what stands there is no rule the form could show. */
  rule: Rule | null;
  raw: unknown;
  /** Its id, or one made of its place. */
  id: string;
}

const parsed = new WeakMap<object, Rule | null>();

/** The rule that stands here, if it has the shape of one; remembered, since a draft may hold thousands. */
export function ruleFrom(raw: unknown): Rule | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const known = parsed.get(raw);
  if (known !== undefined) return known;
  const result = ruleSchema.safeParse(raw);
  const rule = result.success ? result.data : null;
  parsed.set(raw, rule);
  return rule;
}

function idOf(raw: unknown, index: number): string {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : null;
  return typeof id === 'string' && id !== '' ? id : `#${index + 1}`;
}

export function draftRules({ rules }: RuleBody): DraftRule[] {
  return rules.map((raw, index) => ({ index, raw, rule: ruleFrom(raw), id: idOf(raw, index) }));
}

export function withRule(body: RuleBody, index: number, rule: unknown): RuleBody {
  return { ...body, rules: body.rules.with(index, rule) };
}

export function withoutRule(body: RuleBody, index: number): RuleBody {
  return { ...body, rules: body.rules.toSpliced(index, 1) };
}

/** The first free id: `rule-1`, or `name-2` beside `name`. */
export function freeId(body: RuleBody, stem: string, first = 1): string {
  const taken = new Set(body.rules.map(idOf));
  let count = first;
  while (taken.has(`${stem}-${count}`)) count += 1;
  return `${stem}-${count}`;
}

/** A rule nobody wrote anything into yet: it holds for a person to look, which harms least. */
export function emptyRule(id: string): Rule {
  return {
    id,
    version: 1,
    enabled: true,
    name: { zh: '', en: '' },
    about: { zh: '', en: '' },
    severity: 'medium',
    action: 'hold',
    role: 'service',
    when: { all: [] },
    relax: [],
    sentence: { zh: '', en: '' },
    stock: 'keep',
    effectiveFrom: null,
    effectiveTo: null,
    source: 'order',
  };
}

/** A second rule like the first, right after it, under an id of its own. */
export function withCopy(body: RuleBody, index: number, named: (name: Rule['name']) => Rule['name']): RuleBody {
  const rule = ruleFrom(body.rules[index]);
  if (!rule) return body;
  const stem = rule.id.replace(/-\d+$/, '');
  const copy: Rule = { ...rule, id: freeId(body, stem, 2), version: 1, name: named(rule.name) };
  return { ...body, rules: body.rules.toSpliced(index + 1, 0, copy) };
}

function conditionsOf(rule: Rule): Condition[] {
  return [rule.when, ...rule.relax.map(({ when }) => when)];
}

/** The list a comparison names, if it names one. */
export function listOf({ op, value }: Compare): string | null {
  return typeof value === 'string' && value !== '' && (LIST_OPERATORS.includes(op) || op === 'contains-any') ? value : null;
}

/** Ids of the rules that read a list. */
export function readersOf(body: RuleBody, list: string): string[] {
  return draftRules(body)
    .filter(({ rule }) => rule && conditionsOf(rule).some((when) => comparesOf(when).some((compare) => listOf(compare) === list)))
    .map(({ id }) => id);
}

const LISTS = 'lists.';

/** The list a place of a merge names; null for a rule. */
export function listPlace(place: string): string | null {
  return place.startsWith(LISTS) ? place.slice(LISTS.length) : null;
}

/** One rule or list as the other side has it: written over, brought back, or taken out. */
export function withTheirs(body: RuleBody, place: string, theirs: RuleBody): RuleBody {
  const list = listPlace(place);
  if (list !== null) {
    const { [list]: _, ...lists } = body.lists;
    const words = theirs.lists[list];
    return { ...body, lists: words === undefined ? lists : { ...lists, [list]: words } };
  }
  const their = draftRules(theirs).find(({ id }) => id === place);
  const mine = draftRules(body).find(({ id }) => id === place);
  if (!their) return mine ? withoutRule(body, mine.index) : body;
  return mine ? withRule(body, mine.index, their.raw) : { ...body, rules: [...body.rules, their.raw] };
}

/** Findings below a place, itself included. */
export function findingsBelow(findings: readonly LintFinding[], place: string): LintFinding[] {
  return findings.filter(({ path }) => path === place || path.startsWith(`${place}.`));
}

/** The field of the comparison a path of a body leads into; null where it leads to none. */
export function fieldAt(body: unknown, path: string): string | null {
  let here: unknown = body;
  let field: string | null = null;
  for (const step of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return field;
    here = (here as Record<string, unknown>)[step];
    if (typeof here === 'object' && here !== null && 'field' in here && typeof here.field === 'string') field = here.field;
  }
  return field;
}

/** The gravest level among findings; null for none. */
export function gravest(findings: readonly LintFinding[]): LintFinding['level'] | null {
  for (const level of ['error', 'warning', 'hint'] as const) if (findings.some((finding) => finding.level === level)) return level;
  return null;
}

/** The deepest of the places that holds a path: where a finding is marked and jumped to. */
export function nearestPlace(places: Iterable<string>, path: string): string | null {
  let nearest: string | null = null;
  for (const place of places) {
    if (path !== place && !path.startsWith(`${place}.`)) continue;
    if (nearest === null || place.length > nearest.length) nearest = place;
  }
  return nearest;
}

/** A draft as the file that import reads. */
export function asJson(body: RuleBody, version: number): string {
  return JSON.stringify({ version, ...body });
}
