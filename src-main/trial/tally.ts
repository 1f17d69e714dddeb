import type { Trial } from '#shared/contract/rule-runs.ts';
import type { OrderGrade } from '#shared/order.ts';
import { SEVERITIES, type LocalisedText } from '#shared/text.ts';
import { DAY } from '#shared/time.ts';
import type { OrderOutcome } from '#main/learning/outcome.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { Largest } from './largest.ts';
import type { TrialPart, TrialSets } from './sets.ts';
import type { JudgedRow } from './source.ts';

type Side = NonNullable<Trial['before']>;
type RuleCount = Trial['rules'][number];
export type Change = 'newly-stopped' | 'newly-passed' | 'grade';

/** An order whose fate the draft would change. */
export interface SampleOrder {
  orderNo: string;
  change: Change;
  gradeBefore: OrderGrade;
  gradeAfter: OrderGrade;
  rulesBefore: string[];
  rulesAfter: string[];
  sentence: LocalisedText;
  outcome: OrderOutcome;
}

/** What a trial found. */
export interface TrialFindings extends Pick<Trial, 'newlyStopped' | 'newlyPassed' | 'gradeChanged' | 'rules' | 'currency'> {
  before: Side;
  after: Side;
  /** Largest sums first. */
  samples: SampleOrder[];
}

/** Samples kept of each kind of change, and of each rule besides, so that a rule with few orders has some as well. */
const SAMPLES_OF_A_KIND = 500;
const SAMPLES_OF_A_RULE = 20;
const CHANGES: readonly Change[] = ['newly-stopped', 'newly-passed', 'grade'];

/** What the hits of one side make of an order (C1). */
interface Fate {
  /** Rank of the gravest; -1: none hit. */
  rank: number;
  /** 0: goes through, 1: held, 2: frozen. */
  stop: number;
  tasks: number;
}

/** The places of the rules that hit, of those both sides share and of those only one has. */
export type PartHits = Record<'common' | 'before' | 'after', readonly number[]>;
/** The vectors they hit on. */
export type PartValues = Record<'common' | 'before' | 'after', readonly FieldValue[]>;

interface Counts extends Omit<Side, 'heldMinor' | 'reviewsPerDay' | 'bad'> {
  minor: Map<string, number>;
}

function noCounts(): Counts {
  return { held: 0, frozen: 0, tasks: 0, known: 0, good: 0, caught: 0, minor: new Map() };
}

/** Adds the hits of a part to what a side makes of the order. */
function addHits(fate: Fate, { rankOf, stopOf }: TrialPart, hits: readonly number[]): void {
  for (let at = 0; at < hits.length; at++) {
    const place = hits[at] as number;
    const [rank, stop] = [rankOf[place] as number, stopOf[place] as number];
    if (rank > fate.rank) fate.rank = rank;
    if (stop === 0) fate.tasks += 1;
    else if (stop > fate.stop) fate.stop = stop;
  }
}

function changeOf(before: Fate, after: Fate): Change | null {
  if (before.stop === 0 && after.stop > 0) return 'newly-stopped';
  if (before.stop > 0 && after.stop === 0) return 'newly-passed';
  return before.rank === after.rank && before.stop === after.stop ? null : 'grade';
}

/** Adds up what both sides say of each order. */
export class Tally {
  readonly #sets: TrialSets;
  readonly #rules: RuleCount[];
  readonly #before = noCounts();
  readonly #after = noCounts();
  readonly #changes: Record<Change, number> = { 'newly-stopped': 0, 'newly-passed': 0, grade: 0 };
  readonly #samples = new Map<string, Largest<SampleOrder>>();
  readonly #currencies = new Map<string, number>();
  #bad = 0;
  #first = Infinity;
  #last = -Infinity;

  constructor(sets: TrialSets) {
    this.#sets = sets;
    this.#rules = sets.rules.map(({ rule, change }) => ({
      ruleId: rule.id,
      name: rule.name,
      severity: rule.severity,
      change,
      hitsBefore: 0,
      hitsAfter: 0,
      newHits: 0,
      lostHits: 0,
      known: 0,
      good: 0,
    }));
  }

  /** @param values asked for only where the order is kept as a sample */
  add(row: JudgedRow, currency: FieldValue, hits: PartHits, outcome: OrderOutcome, values: PartValues): void {
    const { common, before, after } = hits;
    const money = typeof currency === 'string' ? currency : '';
    this.#currencies.set(money, (this.#currencies.get(money) ?? 0) + 1);
    if (row.createdAt < this.#first) this.#first = row.createdAt;
    if (row.createdAt > this.#last) this.#last = row.createdAt;
    if (outcome === 'bad') this.#bad += 1;
    if (common.length + before.length + after.length === 0) return;
    const [then, now] = [this.#fateOf('before', hits), this.#fateOf('after', hits)];
    count(this.#before, then, row, money, outcome);
    count(this.#after, now, row, money, outcome);
    this.#countRules(hits, outcome);
    const change = before.length + after.length === 0 ? null : changeOf(then, now);
    if (change === null) return;
    this.#changes[change] += 1;
    const places = this.#placesFor(change, row.paidMinor, hits);
    if (places.length === 0) return;
    const sample = this.#sampleOf(row.orderNo, change, { hits, values, then, now, outcome });
    for (const place of places) place.add(row.paidMinor, sample);
  }

  #fateOf(side: 'before' | 'after', hits: PartHits): Fate {
    const fate: Fate = { rank: -1, stop: 0, tasks: 0 };
    addHits(fate, this.#sets.common, hits.common);
    addHits(fate, this.#sets[side], hits[side]);
    return fate;
  }

  findings(): TrialFindings {
    const currency = [...this.#currencies].sort((a, b) => b[1] - a[1])[0]?.[0] || 'CNY';
    const days = Math.max(1, (this.#last - this.#first) / DAY);
    const side = ({ minor, ...counts }: Counts): Side => ({
      ...counts,
      heldMinor: minor.get(currency) ?? 0,
      reviewsPerDay: (counts.held + counts.frozen) / days,
      bad: this.#bad,
    });
    return {
      currency,
      before: side(this.#before),
      after: side(this.#after),
      newlyStopped: this.#changes['newly-stopped'],
      newlyPassed: this.#changes['newly-passed'],
      gradeChanged: this.#changes.grade,
      rules: this.#rules,
      samples: this.#sorted(),
    };
  }

  #countRules({ common, before, after }: PartHits, outcome: OrderOutcome): void {
    const sets = this.#sets;
    for (const place of common) {
      const rule = this.#rules[sets.common.ruleOf[place] as number] as RuleCount;
      rule.hitsBefore += 1;
      rule.hitsAfter += 1;
      countOutcome(rule, outcome);
    }
    for (const place of before) {
      const one = sets.before.ruleOf[place] as number;
      const rule = this.#rules[one] as RuleCount;
      rule.hitsBefore += 1;
      if (!hasRule(sets.after, after, one)) rule.lostHits += 1;
    }
    for (const place of after) {
      const one = sets.after.ruleOf[place] as number;
      const rule = this.#rules[one] as RuleCount;
      rule.hitsAfter += 1;
      if (!hasRule(sets.before, before, one)) rule.newHits += 1;
      countOutcome(rule, outcome);
    }
  }

  /** Where an order of this sum would be kept: with its kind of change, and with each rule that says otherwise now. */
  #placesFor(change: Change, paidMinor: number, { before, after }: PartHits): Largest<SampleOrder>[] {
    const sets = this.#sets;
    const places: Largest<SampleOrder>[] = [];
    const offer = (key: string, limit: number) => {
      const place = this.#place(key, limit);
      if (place.takes(paidMinor)) places.push(place);
    };
    offer(change, SAMPLES_OF_A_KIND);
    for (const place of before) {
      const one = sets.before.ruleOf[place] as number;
      if (!hasRule(sets.after, after, one)) offer(this.#keyOf(change, one), SAMPLES_OF_A_RULE);
    }
    for (const place of after) {
      const one = sets.after.ruleOf[place] as number;
      if (!hasRule(sets.before, before, one)) offer(this.#keyOf(change, one), SAMPLES_OF_A_RULE);
    }
    return places;
  }

  #keyOf(change: Change, rule: number): string {
    return `${change} ${rule}`;
  }

  #sampleOf(orderNo: string, change: Change, { hits, values, then, now, outcome }: Sampled): SampleOrder {
    const idsOf = (part: keyof PartHits) => Array.from(hits[part], (place) => this.#ruleAt(part, place).ruleId);
    return {
      orderNo,
      change,
      gradeBefore: SEVERITIES[then.rank] ?? 'pass',
      gradeAfter: SEVERITIES[now.rank] ?? 'pass',
      rulesBefore: [...idsOf('common'), ...idsOf('before')],
      rulesAfter: [...idsOf('common'), ...idsOf('after')],
      sentence: this.#sentenceOf(hits, values),
      outcome,
    };
  }

  #ruleAt(part: keyof PartHits, place: number): RuleCount {
    return this.#rules[this.#sets[part].ruleOf[place] as number] as RuleCount;
  }

  /** What the draft adds, in its own words; else what it no longer finds. */
  #sentenceOf(hits: PartHits, values: PartValues): LocalisedText {
    const sets = this.#sets;
    const told = (part: keyof PartHits, place: number | null) =>
      place === null ? null : sets[part].compiled.hitAt(place, values[part]).sentence;
    const only = (side: 'before' | 'after', other: 'before' | 'after') =>
      hits[side].filter((place) => !hasRule(sets[other], hits[other], sets[side].ruleOf[place] as number));
    const added = told('after', gravestOf(sets.after, only('after', 'before')));
    if (added) return added;
    const gone = told('before', gravestOf(sets.before, only('before', 'after')));
    if (gone) return { zh: `不再命中：${gone.zh}`, en: `No longer found: ${gone.en}` };
    const [common, after] = [gravestOf(sets.common, hits.common), gravestOf(sets.after, hits.after)];
    const rank = (part: TrialPart, place: number | null) => (place === null ? -1 : (part.rankOf[place] as number));
    const shared = rank(sets.common, common) >= rank(sets.after, after);
    return (shared ? told('common', common) : told('after', after)) ?? { zh: '', en: '' };
  }

  #place(key: string, limit: number): Largest<SampleOrder> {
    let place = this.#samples.get(key);
    if (!place) this.#samples.set(key, (place = new Largest(limit)));
    return place;
  }

  /** Those of a kind in the order of their sums, then what only a rule kept. */
  #sorted(): SampleOrder[] {
    const sorted = new Set<SampleOrder>(CHANGES.flatMap((change) => this.#samples.get(change)?.sorted() ?? []));
    for (const place of this.#samples.values()) for (const sample of place.sorted()) sorted.add(sample);
    return [...sorted];
  }
}

interface Sampled {
  hits: PartHits;
  values: PartValues;
  then: Fate;
  now: Fate;
  outcome: OrderOutcome;
}

function hasRule({ ruleOf }: TrialPart, hits: readonly number[], rule: number): boolean {
  for (let at = 0; at < hits.length; at++) if (ruleOf[hits[at] as number] === rule) return true;
  return false;
}

/** The first of the gravest. */
function gravestOf({ rankOf }: TrialPart, hits: readonly number[]): number | null {
  let gravest: number | null = null;
  for (const place of hits) if (gravest === null || (rankOf[place] as number) > (rankOf[gravest] as number)) gravest = place;
  return gravest;
}

function countOutcome(rule: RuleCount, outcome: OrderOutcome): void {
  if (outcome === 'unknown') return;
  rule.known += 1;
  if (outcome === 'good') rule.good += 1;
}

function count(side: Counts, { stop, tasks }: Fate, { paidMinor }: JudgedRow, currency: string, outcome: OrderOutcome): void {
  side.tasks += tasks;
  if (stop === 0) return;
  if (stop === 1) side.held += 1;
  else side.frozen += 1;
  side.minor.set(currency, (side.minor.get(currency) ?? 0) + paidMinor);
  if (outcome === 'unknown') return;
  side.known += 1;
  if (outcome === 'good') side.good += 1;
  else side.caught += 1;
}
