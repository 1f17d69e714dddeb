import type { Trial } from '#shared/contract/rule-work.ts';
import type { OrderGrade } from '#shared/order.ts';
import { SEVERITIES, severityRank, type LocalisedText } from '#shared/text.ts';
import { DAY } from '#shared/time.ts';
import type { OrderOutcome } from '#main/learning/outcome.ts';
import type { FieldValue, Hit } from '#main/model/verdict.ts';
import { Largest } from './largest.ts';
import type { TrialSets } from './sets.ts';
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
  grade: OrderGrade;
  /** 0: goes through, 1: held, 2: frozen. */
  stop: 0 | 1 | 2;
  tasks: number;
}

/** What hit, of the rules both sides share and of those only one has. */
export type SideHits = Record<'common' | 'before' | 'after', readonly Hit[]>;

interface Counts extends Omit<Side, 'heldMinor' | 'reviewsPerDay' | 'bad'> {
  minor: Map<string, number>;
}

function noCounts(): Counts {
  return { held: 0, frozen: 0, tasks: 0, known: 0, good: 0, caught: 0, minor: new Map() };
}

function fateOf(hits: readonly Hit[]): Fate {
  let gravest = -1;
  let stop: Fate['stop'] = 0;
  let tasks = 0;
  for (const { severity, action } of hits) {
    gravest = Math.max(gravest, severityRank(severity));
    if (action === 'task') tasks += 1;
    else if (action === 'freeze') stop = 2;
    else if (stop === 0) stop = 1;
  }
  return { grade: SEVERITIES[gravest] ?? 'pass', stop, tasks };
}

function changeOf(before: Fate, after: Fate): Change | null {
  if (before.stop === 0 && after.stop > 0) return 'newly-stopped';
  if (before.stop > 0 && after.stop === 0) return 'newly-passed';
  return before.grade === after.grade && before.stop === after.stop ? null : 'grade';
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

  add(row: JudgedRow, currency: FieldValue, { common, before, after }: SideHits, outcome: OrderOutcome): void {
    const money = typeof currency === 'string' ? currency : '';
    this.#currencies.set(money, (this.#currencies.get(money) ?? 0) + 1);
    if (row.createdAt < this.#first) this.#first = row.createdAt;
    if (row.createdAt > this.#last) this.#last = row.createdAt;
    if (outcome === 'bad') this.#bad += 1;
    if (common.length + before.length + after.length === 0) return;
    const same = before.length + after.length === 0;
    const was = before.length === 0 ? common : [...common, ...before];
    const is = same ? was : after.length === 0 ? common : [...common, ...after];
    const [then, now] = [fateOf(was), fateOf(is)];
    count(this.#before, then, row, money, outcome);
    count(this.#after, now, row, money, outcome);
    this.#countRules(common, before, after, outcome);
    const change = same ? null : changeOf(then, now);
    if (change === null) return;
    this.#changes[change] += 1;
    this.#keep(row, change, { before: was, after: is, then, now }, outcome);
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

  #countRules(common: readonly Hit[], before: readonly Hit[], after: readonly Hit[], outcome: OrderOutcome): void {
    for (const { ruleId } of common) {
      const rule = this.#rule(ruleId);
      rule.hitsBefore += 1;
      rule.hitsAfter += 1;
      countOutcome(rule, outcome);
    }
    for (const { ruleId } of before) {
      const rule = this.#rule(ruleId);
      rule.hitsBefore += 1;
      if (!hits(after, ruleId)) rule.lostHits += 1;
    }
    for (const { ruleId } of after) {
      const rule = this.#rule(ruleId);
      rule.hitsAfter += 1;
      if (!hits(before, ruleId)) rule.newHits += 1;
      countOutcome(rule, outcome);
    }
  }

  #rule(id: string): RuleCount {
    return this.#rules[this.#sets.placeOf.get(id) ?? -1] as RuleCount;
  }

  #keep(
    { orderNo, paidMinor }: JudgedRow,
    change: Change,
    { before, after, then, now }: { before: readonly Hit[]; after: readonly Hit[]; then: Fate; now: Fate },
    outcome: OrderOutcome,
  ): void {
    const rulesBefore = before.map(({ ruleId }) => ruleId);
    const rulesAfter = after.map(({ ruleId }) => ruleId);
    const moved = [...rulesBefore.filter((id) => !rulesAfter.includes(id)), ...rulesAfter.filter((id) => !rulesBefore.includes(id))];
    const places = [this.#place(change, SAMPLES_OF_A_KIND), ...moved.map((id) => this.#place(`${change} ${id}`, SAMPLES_OF_A_RULE))].filter(
      (place) => place.takes(paidMinor),
    );
    if (places.length === 0) return;
    const sample: SampleOrder = {
      orderNo,
      change,
      gradeBefore: then.grade,
      gradeAfter: now.grade,
      rulesBefore,
      rulesAfter,
      sentence: sentenceOf(before, after),
      outcome,
    };
    for (const place of places) place.add(paidMinor, sample);
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

function hits(among: readonly Hit[], ruleId: string): boolean {
  for (const hit of among) if (hit.ruleId === ruleId) return true;
  return false;
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

function gravestOf(among: readonly Hit[]): Hit | null {
  let gravest: Hit | null = null;
  for (const hit of among) if (!gravest || severityRank(hit.severity) > severityRank(gravest.severity)) gravest = hit;
  return gravest;
}

/** What the draft adds, in its own words; else what it no longer finds. */
function sentenceOf(before: readonly Hit[], after: readonly Hit[]): LocalisedText {
  const added = gravestOf(after.filter(({ ruleId }) => !hits(before, ruleId)));
  if (added) return added.sentence;
  const gone = gravestOf(before.filter(({ ruleId }) => !hits(after, ruleId)));
  if (gone) return { zh: `不再命中：${gone.sentence.zh}`, en: `No longer found: ${gone.sentence.en}` };
  return (gravestOf(after) ?? gravestOf(before))?.sentence ?? { zh: '', en: '' };
}
