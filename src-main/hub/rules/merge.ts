import type { RuleBody } from '#shared/contract/rule-work.ts';
import { keyedRules } from './content.ts';
import type { KeyedRule } from './content.ts';

export interface Merged {
  body: RuleBody;
  /** Places both sides changed, each in its own way: they are as `mine` has them. Rule ids, and `lists.<id>`. */
  conflicts: string[];
}

/**
 * Lays the changes of `mine` since `base` onto `theirs`, which grew from the same `base`: rule by rule, list by list, and word by
 * word within a list. What only one side touched is as that side left it.
 */
export function mergeBodies(base: RuleBody, mine: RuleBody, theirs: RuleBody): Merged {
  const conflicts: string[] = [];
  const rules = mergeRules(keyedRules(base.rules), keyedRules(mine.rules), keyedRules(theirs.rules), conflicts);
  return { body: { rules, lists: mergeLists(base.lists, mine.lists, theirs.lists, conflicts) }, conflicts };
}

const byKey = (rules: readonly KeyedRule[]) => new Map(rules.map((rule) => [rule.key, rule]));

function mergeRules(base: KeyedRule[], mine: KeyedRule[], theirs: KeyedRule[], conflicts: string[]): unknown[] {
  const [inBase, inMine, inTheirs] = [byKey(base), byKey(mine), byKey(theirs)];
  const chosen = new Map<string, KeyedRule>();
  for (const key of new Set([...inBase.keys(), ...inMine.keys(), ...inTheirs.keys()])) {
    const [was, own, other] = [inBase.get(key), inMine.get(key), inTheirs.get(key)];
    const untouched = own?.content === was?.content;
    if (!untouched && other?.content !== was?.content && own?.content !== other?.content) conflicts.push((own ?? other)?.id ?? key);
    const rule = untouched ? other : own;
    if (rule) chosen.set(key, rule);
  }
  const keysOf = (rules: readonly KeyedRule[]) => rules.map(({ key }) => key);
  const order = mergeOrder(keysOf(base), keysOf(mine), keysOf(theirs));
  return order.flatMap((key) => chosen.get(key)?.raw ?? []);
}

/** The order of the side that moved rules, else of `theirs`; what only the other side has follows what it followed there. */
function mergeOrder(base: string[], mine: string[], theirs: string[]): string[] {
  const common = new Set(mine.filter((key) => base.includes(key)));
  const was = base.filter((key) => common.has(key)).join('\n');
  const moved = mine.filter((key) => common.has(key)).join('\n') !== was;
  const [lead, rest] = moved ? [mine, theirs] : [theirs, mine];
  const order = [...lead];
  const placed = new Set(lead);
  rest.forEach((key, at) => {
    if (placed.has(key)) return;
    const before = rest.slice(0, at).findLast((other) => placed.has(other));
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, key);
    placed.add(key);
  });
  return order;
}

function mergeLists(base: RuleBody['lists'], mine: RuleBody['lists'], theirs: RuleBody['lists'], conflicts: string[]): RuleBody['lists'] {
  const lists = new Map<string, string[]>();
  for (const id of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [was, own, other] = [base, mine, theirs].map((from) => (Object.hasOwn(from, id) ? from[id] : undefined));
    const same = (a: readonly string[] | undefined, b: readonly string[] | undefined) => JSON.stringify(a) === JSON.stringify(b);
    if (same(own, was)) {
      if (other) lists.set(id, other);
    } else if (same(other, was) || same(own, other)) {
      if (own) lists.set(id, own);
    } else if (own && other) lists.set(id, mergeWords(was ?? [], own, other));
    else {
      // One side threw the list away, the other changed it.
      conflicts.push(`lists.${id}`);
      if (own) lists.set(id, own);
    }
  }
  return Object.fromEntries(lists);
}

/** Words are a set: what `mine` added and took away happens to `theirs`. */
function mergeWords(base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const [was, own] = [new Set(base), new Set(mine)];
  const kept = theirs.filter((word) => own.has(word) || !was.has(word));
  const known = new Set(theirs);
  return [...kept, ...mine.filter((word) => !was.has(word) && !known.has(word))];
}
