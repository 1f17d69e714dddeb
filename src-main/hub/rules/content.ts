import type { RuleBody } from '#shared/contract/rule-work.ts';
import { ruleSchema } from '#shared/rule.ts';
import type { Rule, RuleSet } from '#shared/rule.ts';

/** A rule as it is kept under a key: its id, or its place where it has none, and which of those with the same id it is. */
export interface KeyedRule {
  key: string;
  /** Null where it has no id that can be read. */
  id: string | null;
  /** As it was written. */
  raw: unknown;
  /** What it says, whatever its version and however it was written: two rules with the same content judge the same. */
  content: string;
}

/** Rules are never changed once they are written down, so each is read once. */
const known = new WeakMap<object, Rule | null>();
const contents = new WeakMap<object, string>();

/** The rule where it can be read; a rule under work may be anything. */
export function readRule(raw: unknown): Rule | null {
  if (typeof raw !== 'object' || raw === null) return null;
  let rule = known.get(raw);
  if (rule === undefined) known.set(raw, (rule = ruleSchema.safeParse(raw).data ?? null));
  return rule;
}

/** The id of a rule under work; null where it has none that can be read. */
export function idOf(raw: unknown): string | null {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : null;
  return typeof id === 'string' && id !== '' ? id : null;
}

/** The content of a rule as text. */
export function contentOf(raw: unknown): string {
  const rule = readRule(raw);
  if (rule) return contentOfRule(rule);
  const versioned = typeof raw === 'object' && raw !== null && !Array.isArray(raw);
  return JSON.stringify(versioned ? { ...raw, version: 0 } : raw) ?? '';
}

/** The content of a rule that was read: the same text as of what it was read from. */
function contentOfRule(rule: Rule): string {
  let content = contents.get(rule);
  if (content === undefined) contents.set(rule, (content = JSON.stringify({ ...rule, version: 0 })));
  return content;
}

/** The rules of a body in their order, each with a key of its own. */
export function keyedRules(rules: readonly unknown[]): KeyedRule[] {
  const seen = new Map<string, number>();
  return rules.map((raw) => {
    const id = idOf(raw);
    const content = contentOf(raw);
    const name = id ?? `unnamed ${content}`;
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return { key: times === 0 ? name : `${name} ${times}`, id, raw, content };
  });
}

/** The same rules and lists, whatever their versions? */
export function sameContent(a: RuleBody, b: RuleBody): boolean {
  const listsOf = ({ lists }: RuleBody) => JSON.stringify(Object.entries(lists).sort(([one], [other]) => (one < other ? -1 : 1)));
  const rulesOf = ({ rules }: RuleBody) => JSON.stringify(rules.map(contentOf));
  return listsOf(a) === listsOf(b) && rulesOf(a) === rulesOf(b);
}

/** How many rules and lists of a body are new, others, or gone against another. */
export function countChanges(base: RuleBody, body: RuleBody): { added: number; changed: number; removed: number } {
  const changes = { added: 0, changed: 0, removed: 0 };
  const count = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) => {
    for (const [key, content] of after) {
      const was = before.get(key);
      if (was === undefined) changes.added += 1;
      else if (was !== content) changes.changed += 1;
    }
    for (const key of before.keys()) if (!after.has(key)) changes.removed += 1;
  };
  const rulesOf = ({ rules }: RuleBody) => new Map(keyedRules(rules).map(({ key, content }) => [key, content]));
  const listsOf = ({ lists }: RuleBody) => new Map(Object.entries(lists).map(([id, words]) => [id, JSON.stringify(words)]));
  count(rulesOf(base), rulesOf(body));
  count(listsOf(base), listsOf(body));
  return changes;
}

/**
 * The set with the version each rule is published with: its own while it says the same, else the next one it never had.
 *
 * @param current the set in force; null: none
 * @param highest the highest version each rule ever had
 * @param trusted versions of the set itself count where they are higher: the shipped pack numbers its own rules
 */
export function numbered(ruleSet: RuleSet, current: RuleSet | null, highest: ReadonlyMap<string, number>, trusted: boolean): RuleSet {
  const known = new Map(current?.rules.map((rule) => [rule.id, { version: rule.version, content: contentOfRule(rule) }]));
  const rules = ruleSet.rules.map((rule) => {
    const was = known.get(rule.id);
    if (was?.content === contentOfRule(rule)) return { ...rule, version: was.version };
    const next = (highest.get(rule.id) ?? 0) + 1;
    return { ...rule, version: trusted ? Math.max(next, rule.version) : next };
  });
  return { ...ruleSet, rules };
}
