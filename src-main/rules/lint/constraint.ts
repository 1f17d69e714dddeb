import { fieldIdOf, type Compare } from '#shared/rule.ts';
import { domainOf, fieldOf, type Domain } from '../catalogue.ts';
import { isOrdering, scaled } from '../condition.ts';
import { readPattern } from '../pattern.ts';
import { closed, intersect, isInside, outside, within, type Range, type Ranges } from './ranges.ts';

/** Something asked of a text or a list of words that is no plain equality. */
interface Asked {
  kind: 'contains' | 'has' | 'matches';
  words: readonly string[];
  /** False: it must not be so. */
  wanted: boolean;
}

/** The values of one field that let a conjunction be true. */
export type Constraint =
  | { kind: 'numbers'; ranges: Ranges; domain: Domain }
  | { kind: 'truths'; allowed: readonly boolean[] }
  /** `allowed` null: any text but the excluded ones. */
  | { kind: 'texts'; allowed: Texts | null; excluded: Texts; asked: readonly Asked[] }
  | { kind: 'words'; asked: readonly Asked[] };

export interface LintContext {
  lists: Readonly<Record<string, readonly string[]>>;
  /** Multiplier of scalable thresholds. */
  factor: number;
}

function numbersOf(compare: Compare, domain: Domain, limit: number): Ranges {
  const all: Range = closed(-Infinity, Infinity);
  switch (compare.op) {
    case '>':
      return [{ ...all, from: limit, fromOpen: true }];
    case '>=':
      return [{ ...all, from: limit }];
    case '<':
      return [{ ...all, to: limit, toOpen: true }];
    case '<=':
      return [{ ...all, to: limit }];
    case '==':
      return [closed(limit, limit)];
    case '!=':
      return outside([closed(limit, limit)], domain);
    case 'between': {
      const [from = 0, to = 0] = compare.value as number[];
      return from <= to ? [closed(from, to)] : [closed(-Infinity, to), closed(from, Infinity)];
    }
    default: {
      const points = [...(compare.value as number[])].sort((a, b) => a - b).map((point) => closed(point, point));
      return compare.op === 'in' ? points : outside(points, domain);
    }
  }
}

type Texts = ReadonlySet<string>;
const NONE: Texts = new Set();

/** Lists hold up to fifty thousand words and are named by many rules: what two of them have to do with each other is found out once. */
function onceFor<A extends object, B extends object, R>(relation: (a: A, b: B) => R): (a: A, b: B) => R {
  const known = new WeakMap<A, WeakMap<B, { answer: R }>>();
  return (a, b) => {
    let ofA = known.get(a);
    if (!ofA) known.set(a, (ofA = new WeakMap()));
    let found = ofA.get(b);
    if (!found) ofA.set(b, (found = { answer: relation(a, b) }));
    return found.answer;
  };
}

const sets = new WeakMap<readonly string[], Texts>();
function setOf(words: readonly string[]): Texts {
  let set = sets.get(words);
  if (!set) sets.set(words, (set = new Set(words)));
  return set;
}
const isSubset = onceFor((a: Texts, b: Texts) => a.size <= b.size && [...a].every((one) => b.has(one)));
const isApart = onceFor((a: Texts, b: Texts) => b.size === 0 || ![...a].some((one) => b.has(one)));
const union = onceFor((a: Texts, b: Texts): Texts => (a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b])));
const common = onceFor((a: Texts, b: Texts): Texts => new Set([...a].filter((one) => b.has(one))));
const without = onceFor((a: Texts, b: Texts): Texts => (b.size === 0 ? a : new Set([...a].filter((one) => !b.has(one)))));

/** Searches in texts that one question may cost: beyond that lint says nothing, and the hub goes on while somebody types. */
const MOST_SEARCHES = 20_000;

function wordsOf(compare: Compare, { lists }: LintContext): readonly string[] {
  if (typeof compare.value === 'string') return lists[compare.value] ?? [];
  return Array.isArray(compare.value) ? compare.value.map(String) : [];
}

function textsOf(compare: Compare, negated: boolean, context: LintContext): Constraint {
  const { op } = compare;
  const none = { kind: 'texts', allowed: null, excluded: NONE, asked: [] } as const;
  if (op === 'contains-any') return { ...none, asked: [{ kind: 'contains', words: wordsOf(compare, context), wanted: !negated }] };
  if (op === 'matches') return { ...none, asked: [{ kind: 'matches', words: [String(compare.value)], wanted: !negated }] };
  const named = op === 'in-list' || op === 'not-in-list';
  const values = op === '==' || op === '!=' ? [String(compare.value)] : named ? wordsOf(compare, context) : (compare.value as string[]);
  const inside = (op === '==' || op === 'in' || op === 'in-list') !== negated;
  return inside ? { ...none, allowed: setOf(values) } : { ...none, excluded: setOf(values) };
}

/** What one comparison (or, negated, its opposite) asks of its field. A field of which nothing is known fulfils neither. */
export function constraintOf(compare: Compare, negated: boolean, context: LintContext): Constraint | null {
  const definition = fieldOf(fieldIdOf(compare));
  if (!definition) return null;
  if (definition.type === 'boolean') {
    const wanted = ((compare.value === true) === (compare.op === '==')) !== negated;
    return { kind: 'truths', allowed: [wanted] };
  }
  if (definition.type === 'words') {
    const wanted = (compare.op !== 'not-in-list') !== negated;
    return { kind: 'words', asked: [{ kind: 'has', words: wordsOf(compare, context), wanted }] };
  }
  if (definition.type === 'text') return textsOf(compare, negated, context);
  const domain = domainOf(definition);
  if (!domain) return null;
  const limit = isOrdering(compare.op) ? scaled(compare.value as number, context.factor, definition) : (compare.value as number);
  const ranges = within(numbersOf(compare, domain, limit), domain);
  return { kind: 'numbers', domain, ranges: negated ? outside(ranges, domain) : ranges };
}

const contains = (text: string, words: readonly string[]) => words.some((word) => text.toLowerCase().includes(word.toLowerCase()));

/** Does a known text answer what is asked? */
function answers(text: string, { kind, words, wanted }: Asked): boolean {
  if (kind === 'contains') return contains(text, words) === wanted;
  const pattern = readPattern(words[0] ?? '');
  return ('test' in pattern && text !== '' && pattern.test(text)) === wanted;
}

/** Does each of the texts answer all that is asked? A no where there is too much to look at. */
function allAnswer(texts: Texts, asked: readonly Asked[]): boolean {
  if (asked.length === 0) return true;
  const searches = texts.size * asked.reduce((sum, { words }) => sum + words.length, 0);
  return searches <= MOST_SEARCHES && [...texts].every((text) => asked.every((one) => answers(text, one)));
}

/** Those of the texts that answer what is asked; all of them where there is too much to look at. */
function answering(texts: Texts, asked: readonly Asked[]): Texts {
  const fitting = asked.filter(({ words }) => texts.size * words.length <= MOST_SEARCHES);
  return fitting.length === 0 ? texts : new Set([...texts].filter((text) => fitting.every((one) => answers(text, one))));
}

/** Is every word of the first, or a part of it, among the second? A no where there is too much to look at. */
const partsAmong = onceFor((words: readonly string[], parts: readonly string[]) => {
  const whole = new Set(parts.map((part) => part.toLowerCase()));
  let searches = 0;
  return words.every((written) => {
    const word = written.toLowerCase();
    if (whole.has(word)) return true;
    searches += whole.size;
    return searches <= MOST_SEARCHES && [...whole].some((part) => word.includes(part));
  });
});

/** Does a yes to the first mean a yes to the second? */
function asksLess(a: Asked, b: Asked): boolean {
  if (a.kind !== b.kind) return false;
  if (a.words === b.words) return true;
  // A text that contains a word contains every part of that word; a tag is equal or not.
  return a.kind === 'contains' ? partsAmong(a.words, b.words) : isSubset(setOf(a.words), setOf(b.words));
}

/** Can both hold together? */
function agree(a: Asked, b: Asked): boolean {
  if (a.wanted === b.wanted) return true;
  return a.wanted ? !asksLess(a, b) : !asksLess(b, a);
}

/** True when no value at all fulfils it. */
export function isImpossible(constraint: Constraint): boolean {
  switch (constraint.kind) {
    case 'numbers':
      return constraint.ranges.length === 0;
    case 'truths':
      return constraint.allowed.length === 0;
    case 'texts':
      if (constraint.allowed?.size === 0) return true;
      break;
    case 'words':
      break;
  }
  const { asked } = constraint;
  if (asked.some(({ wanted, words }) => wanted && words.length === 0)) return true;
  return asked.some((one) => asked.some((other) => !agree(one, other)));
}

/** What fulfils both. */
export function both(a: Constraint, b: Constraint): Constraint {
  if (a.kind === 'numbers' && b.kind === 'numbers') return { ...a, ranges: within(intersect(a.ranges, b.ranges), a.domain) };
  if (a.kind === 'truths' && b.kind === 'truths')
    return { kind: 'truths', allowed: a.allowed.filter((truth) => b.allowed.includes(truth)) };
  if (a.kind === 'words' && b.kind === 'words') return { kind: 'words', asked: [...a.asked, ...b.asked] };
  if (a.kind !== 'texts' || b.kind !== 'texts') throw new TypeError('Two constraints of one field are of one kind.');
  const excluded = union(a.excluded, b.excluded);
  const asked = [...a.asked, ...b.asked];
  const allowed = a.allowed && b.allowed ? common(a.allowed, b.allowed) : (a.allowed ?? b.allowed);
  return { kind: 'texts', allowed: allowed && answering(without(allowed, excluded), asked), excluded, asked };
}

/** Does every value that fulfils the first fulfil the second? A no may be too careful, a yes never is. */
export function implies(a: Constraint, b: Constraint): boolean {
  if (a.kind === 'numbers' && b.kind === 'numbers') return isInside(a.ranges, b.ranges);
  if (a.kind === 'truths' && b.kind === 'truths') return a.allowed.every((truth) => b.allowed.includes(truth));
  if (a.kind === 'words' && b.kind === 'words') return b.asked.every((wish) => isAsked(a.asked, wish));
  if (a.kind !== 'texts' || b.kind !== 'texts') return false;
  if (a.allowed) {
    const among = b.allowed === null || isSubset(a.allowed, b.allowed);
    return among && isApart(a.allowed, b.excluded) && allAnswer(a.allowed, b.asked);
  }
  return b.allowed === null && isSubset(b.excluded, a.excluded) && b.asked.every((wish) => isAsked(a.asked, wish));
}

function isAsked(asked: readonly Asked[], wish: Asked): boolean {
  return asked.some((one) => one.wanted === wish.wanted && (wish.wanted ? asksLess(one, wish) : asksLess(wish, one)));
}
