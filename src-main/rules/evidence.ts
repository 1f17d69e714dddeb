import type { CompareOperator, EvaluationNode, EvaluationValue } from '#shared/rule.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { Clearance, Ground } from '#main/model/record.ts';
import { fieldOf, type FieldUnit } from './catalogue.ts';
import { formatValue } from './format.ts';
import { GROUND_NAMES, groundsOf, growsWithAmount, isExact } from './grounds.ts';
import { maskedFound } from './personal.ts';
import { RADAR_SCORE } from './radar-fields.ts';

/**
 * Evidence is the list of facts that made a rule hit: field, comparison and value of each, as one stable text. What a person
 * released is facts, not rules: thresholds are no part of it, so that a rule edited only in its thresholds finds the same facts
 * released. A fact is new when its field was no part of what was released, when its value is graver, when words were added, or when
 * what it is about is another: a distance is said of one address.
 */
type Entry = [field: string, op: string, value: EvaluationValue];

/**
 * Figures that move by themselves with running averages (ratio, percent, km, and the score made of such) count as new only when they are this much graver:
 * otherwise a released order would be stopped again because the shop's average slipped overnight.
 */
const DRIFT = 1.25;

/** Who released when nobody did in time: the hub itself (C4). */
const HUB = 'hub';

function collect(node: EvaluationNode, wanted: 'true' | 'false', entries: Entry[]): void {
  if (node.outcome !== wanted) return;
  if (node.kind === 'compare')
    entries.push([node.field ?? '', wanted === 'true' ? (node.op ?? '') : `not ${node.op}`, node.actual ?? null]);
  else if (node.kind === 'not') for (const child of node.children ?? []) collect(child, wanted === 'true' ? 'false' : 'true', entries);
  else for (const child of node.children ?? []) collect(child, wanted, entries);
}

function entriesOf(tree: EvaluationNode): Entry[] {
  const entries: Entry[] = [];
  collect(tree, 'true', entries);
  return entries;
}

/** Which way a figure gets graver: 1 upwards, -1 downwards, 0 where only the very value counts. */
function graverWay(op: string): -1 | 0 | 1 {
  if (op === '>' || op === '>=' || op === 'not <' || op === 'not <=') return 1;
  return op === '<' || op === '<=' || op === 'not >' || op === 'not >=' ? -1 : 0;
}

function slackOf(field: string): number {
  if (isExact(field)) return 1;
  const unit = fieldOf(field)?.unit;
  return unit === 'ratio' || unit === 'percent' || unit === 'km' || field === RADAR_SCORE ? DRIFT : 1;
}

/** Is the first fact no graver than the second, which a person saw? `slack`: how much it may have drifted. */
function isNoGraver([field, op, value]: Entry, [otherField, otherOp, other]: Entry, slack: number): boolean {
  if (field !== otherField) return false;
  const turned = op.startsWith('not ') !== otherOp.startsWith('not ');
  if (Array.isArray(value) && Array.isArray(other)) return !turned && value.every((word) => other.includes(word));
  if (value === other) return value !== null || !turned;
  if (typeof value !== 'number' || typeof other !== 'number') return false;
  const way = graverWay(op);
  if (way === 0 || way !== graverWay(otherOp)) return false;
  // Below zero a margin goes the other way.
  const margin = Math.abs(other) * (slack - 1);
  return way > 0 ? value <= other + margin : value >= other - margin;
}

/** A released fact. `lost`: what it was said of has changed; `slack`: how much graver it may have become by itself. */
interface Seen {
  entry: Entry;
  lost: Ground | null;
  slack: number;
}

interface Released {
  clearance: Clearance;
  seen: Seen[];
}

function seenOf(entry: Entry, changes: NonNullable<Clearance['changes']>): Seen {
  const [field] = entry;
  const changed = changes.map(({ ground }) => ground);
  const lost = groundsOf(field).find((ground) => changed.includes(ground)) ?? null;
  return { entry, lost, slack: growsWithAmount(field) && changed.includes('amount') ? 1 : slackOf(field) };
}

function isCoveredBy(entry: Entry, { entry: seen, lost, slack }: Seen): boolean {
  return lost === null && isNoGraver(entry, seen, slack);
}

function releasedOf(ruleId: string, clearances: readonly Clearance[]): Released[] {
  return clearances
    .filter((clearance) => clearance.ruleId === ruleId)
    .sort((a, b) => b.at - a.at)
    .map((clearance) => ({
      clearance,
      seen: entriesFrom(clearance.evidence).map((entry) => seenOf(entry, clearance.changes ?? [])),
    }));
}

/** The facts of a kept text; of one that is no list of facts (checks are released by their subject) none. */
function entriesFrom(evidence: string): Entry[] {
  try {
    const read: unknown = JSON.parse(evidence);
    return Array.isArray(read) ? read.filter((entry): entry is Entry => Array.isArray(entry)) : [];
  } catch {
    return [];
  }
}

/** What a rule's hit is worth beside what was released of it before. */
export interface Weighed {
  /** Stable text of the facts, kept with the hit. */
  evidence: string;
  /** The newest release that covers facts of it, where each fact was released before; else the hit stands. */
  cleared: Clearance | null;
  /** What was not there when it was released, in one sentence; null where nothing of the rule was ever released. */
  news: LocalisedText | null;
}

/**
 * M6: a release beats the same facts for ever, whatever version of the rule finds them again; only a new fact stops the order
 * again, and is named. Facts of several releases add up.
 * @param currency of the order, for sums
 */
export function weigh(ruleId: string, tree: EvaluationNode, clearances: readonly Clearance[], currency: string): Weighed {
  const entries = entriesOf(tree);
  const evidence = JSON.stringify(entries);
  if (!clearances.some((clearance) => clearance.ruleId === ruleId)) return { evidence, cleared: null, news: null };
  const released = releasedOf(ruleId, clearances);
  const same = released.find((one) => one.clearance.evidence === evidence && one.seen.every(({ lost }) => lost === null));
  if (same) return { evidence, cleared: same.clearance, news: null };
  const fresh = entries.filter((entry) => !released.some((one) => one.seen.some((seen) => isCoveredBy(entry, seen))));
  const newest = released[0] as Released;
  if (fresh.length > 0) return { evidence, cleared: null, news: newsOf(fresh, released, currency) };
  const covering = released.find((one) => entries.some((entry) => one.seen.some((seen) => isCoveredBy(entry, seen))));
  return { evidence, cleared: (covering ?? newest).clearance, news: null };
}

function newsOf(fresh: readonly Entry[], released: readonly Released[], currency: string): LocalisedText {
  const inLocale = (locale: Locale) => {
    const facts = fresh.map((entry) => newFact(entry, released, currency, locale));
    return locale === 'zh' ? `新证据：${facts.join('；')}` : `new evidence: ${facts.join('; ')}`;
  };
  return { zh: inLocale('zh'), en: inLocale('en') };
}

function newFact([field, op, value]: Entry, released: readonly Released[], currency: string, locale: Locale): string {
  const zh = locale === 'zh';
  const definition = fieldOf(field);
  const label = definition?.label[locale] ?? field;
  const shown = (one: EvaluationValue) => {
    const masked = maskedFound(field, op.replace(/^not /, '') as CompareOperator, one);
    return formatValue(masked, (definition?.unit ?? 'text') as FieldUnit, currency, locale);
  };
  const before = released.flatMap(({ clearance, seen }) => {
    const known = seen.find(({ entry }) => entry[0] === field);
    return known ? [{ by: clearance.by, value: known.entry[2], lost: known.lost }] : [];
  })[0];
  const by = before?.by ?? (released[0] as Released).clearance.by;
  if (before?.lost) return lostGround(before.lost, by, [label, shown(value)], locale);
  const when = zh ? (by === HUB ? '自动放行时' : `${by} 放行时`) : by === HUB ? 'when it was released by itself' : `when ${by} released it`;
  if (Array.isArray(value)) {
    const known = before && Array.isArray(before.value) ? before.value : [];
    const words = shown(value.filter((word) => !known.includes(word)));
    return zh ? `出现「${words}」，${when}没有` : `${words}, which was not there ${when}`;
  }
  if (before) {
    const [then, now] = [shown(before.value), shown(value)];
    if (then === now) return zh ? `${label}与${when}不同` : `the ${label.toLowerCase()} is not the one of ${when.slice(5)}`;
    return zh ? `${when}${label}为 ${then}，现为 ${now}` : `${label} was ${then} ${when}, now ${now}`;
  }
  if (value === true) return zh ? `${label}，${when}没有` : `${label}, which was not so ${when}`;
  const now = value === null ? '' : zh ? `为 ${shown(value)}` : ` is ${shown(value)}`;
  return zh ? `${label}${now}，${when}不在其中` : `${label}${now}, which was no part of it ${when}`;
}

/** What was released was said of something else. */
function lostGround(ground: Ground, by: string, [label, now]: [string, string], locale: Locale): string {
  const what = GROUND_NAMES[ground][locale];
  if (locale === 'zh') return `${by === HUB ? '自动' : `${by} `}放行后${what}已变，${label}：${now}`;
  return `${what} changed after ${by === HUB ? 'it was released by itself' : `${by} released it`}; ${label}: ${now}`;
}
