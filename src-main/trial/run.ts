import { outcomeOf, type OrderOutcome } from '#main/learning/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { fieldOf, RADAR_SCORE } from '#main/rules/index.ts';

import type { RuleSet } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY } from '#shared/time.ts';
import { historyNeeds, needsFolding } from './fields.ts';
import { History } from './history.ts';
import { TrialRadar, type RadarSides } from './radar.ts';
import { compareSets } from './sets.ts';
import type { JudgedRow, TrialSource, TrialWorld } from './source.ts';
import { Tally, type TrialFindings } from './tally.ts';
import { Vectors, type Layout } from './vector.ts';

/** What a trial is asked. */
export interface TrialTask {
  current: RuleSet;
  draft: RuleSet;
  /** Orders placed in [from, to) are judged. */
  from: number;
  to: number;
  /** The radar models the two sets name, with their weights; absent or null: none, and scores are unknown. */
  radar?: RadarSides;
}

export interface TrialResult extends TrialFindings {
  judged: number;
  derived: LocalisedText[];
  unknown: LocalisedText[];
}

/** Told of after every few orders; false ends the trial. */
export type OnProgress = (judged: number, orders: number) => boolean;

/** Rows read at once: a tenth of a second's work, so that the log of the store can be cut in between. */
const ROWS = 2_000;
const RECORDS = 400;
const NO_VALUES: readonly FieldValue[] = [];
const SCORE = [RADAR_SCORE];
/** Clocks of platforms and our own may differ by less than this. */
const SLACK = DAY;

/**
 * Judges the orders of a span by the set in force and by the draft, each on what was known when it was judged first. Runs to
 * its end in one go; null when it was told to stop.
 */
export function runTrial(task: TrialTask, source: TrialSource, world: TrialWorld, progress: OnProgress): TrialResult | null {
  return new TrialRun(task, source, world).run(progress);
}

class TrialRun {
  readonly #task: TrialTask;
  readonly #source: TrialSource;
  readonly #vectors: Vectors;
  readonly #sets: ReturnType<typeof compareSets>;
  readonly #tally: Tally;
  readonly #radar: TrialRadar;
  readonly #history: History | null;
  /** Orders before the span are looked at from this moment on; null: none is. */
  readonly #since: number | null;
  readonly #decisions: ReturnType<TrialSource['decisions']>;
  readonly #reported: ReturnType<TrialSource['reported']>;
  /** Place of each published field in its set, by version. */
  readonly #places = new Map<number, ReadonlyMap<string, number>>();
  /** Which derived fields could be told for any order. */
  readonly #told: Uint8Array;
  #judged = 0;

  constructor(task: TrialTask, source: TrialSource, world: TrialWorld) {
    this.#task = task;
    this.#source = source;
    this.#sets = compareSets(task.current, task.draft, task.to);
    const published = source.ruleSets();
    // A set may have judged orders of the span only until the next one came.
    const used = published.filter((_, index) => (published[index + 1]?.publishedAt ?? Infinity) > task.from - SLACK);
    const { common, before, after } = this.#sets;
    this.#vectors = new Vectors([common.compiled, before.compiled, after.compiled], used);
    for (const { version, fields } of used) this.#places.set(version, new Map(fields.map((id, place) => [id, place])));
    this.#tally = new Tally(this.#sets);
    this.#radar = new TrialRadar(task.radar, [common.compiled, before.compiled, after.compiled]);
    const { derived } = this.#vectors;
    this.#told = new Uint8Array(derived.length);
    const needs = historyNeeds(derived);
    this.#history = derived.length > 0 ? new History(source, derived, needs, world) : null;
    this.#since = needsFolding(needs) ? task.from - History.reachOf(needs) : null;
    this.#decisions = source.decisions(task.from);
    this.#reported = source.reported(task.from);
  }

  run(progress: OnProgress): TrialResult | null {
    const orders = this.#source.count(this.#task.from, this.#task.to);
    const told = () => progress(Math.min(this.#judged, orders), orders);
    if (!told()) return null;
    const done = this.#history ? this.#runThroughRecords(this.#history, told) : this.#runThroughRows(told);
    if (!done) return null;
    const { derived, unknown } = this.#vectors;
    const scoreless = this.#radar.asked && !this.#radar.told;
    return {
      ...this.#tally.findings(),
      judged: this.#judged,
      derived: [...derived.filter((_, place) => this.#told[place] === 1), ...(this.#radar.told ? SCORE : [])].map(labelOf),
      unknown: [...unknown, ...derived.filter((_, place) => this.#told[place] === 0), ...(scoreless ? SCORE : [])].map(labelOf),
    };
  }

  /** Everything that is asked was looked at then: no order has to be opened. */
  #runThroughRows(told: () => boolean): boolean {
    const { from } = this.#task;
    for (let after = this.#before(from); ;) {
      const rows = this.#source.rows(after, ROWS, this.#task);
      for (const row of rows) this.#judge(row, null);
      if (!told()) return false;
      const last = rows.at(-1);
      if (!last) return true;
      after = last.id;
    }
  }

  #runThroughRecords(history: History, told: () => boolean): boolean {
    const { from, to } = this.#task;
    const folds = this.#since !== null;
    for (let after = this.#before(this.#since ?? from); ;) {
      const rows = this.#source.records(after, RECORDS, folds ? null : this.#task);
      for (const { row, record } of rows) {
        if (record.createdAt >= from && record.createdAt < to) this.#judge(row, record);
        if (folds) history.take(record);
      }
      if (!told()) return false;
      const last = rows.at(-1)?.row;
      if (!last) return true;
      after = last.id;
    }
  }

  /** The row before the first order placed since. */
  #before(since: number): number {
    const first = since === -Infinity ? 1 : this.#source.firstRow(since);
    return first === null ? Number.MAX_SAFE_INTEGER : first - 1;
  }

  #judge(row: JudgedRow, record: OrderRecord | null): void {
    const { judgedAt, inputs, ruleSetVersion } = row;
    if (judgedAt === null || inputs === null || ruleSetVersion === null) return;
    const layout = this.#vectors.layout(ruleSetVersion);
    if (!layout) return;
    this.#judged += 1;
    const stored = JSON.parse(inputs) as FieldValue[];
    if (row.judgedAgain === 1 && layout.answers.length > 0) this.#addAnswers(row.id, layout, stored);
    const derived = layout.derives && record && this.#history ? this.#history.valuesOf(row, record) : null;
    if (derived) for (let place = 0; place < derived.length; place++) if (derived[place] !== null) this.#told[place] = 1;
    const vectors = this.#vectors.fill(layout, stored, derived);
    this.#radar.add(vectors);
    const [common = NO_VALUES, before = NO_VALUES, after = NO_VALUES] = vectors;
    const sets = this.#sets;
    const hits = {
      common: sets.common.compiled.places(common, judgedAt),
      before: sets.before.compiled.places(before, judgedAt),
      after: sets.after.compiled.places(after, judgedAt),
    };
    this.#tally.add(row, stored[0] ?? null, hits, this.#outcome(row), { common, before, after });
  }

  /** What services answered only after the first judgement belongs to it: the order waited for them. */
  #addAnswers(id: number, { answers }: Layout, stored: FieldValue[]): void {
    let missing = answers.filter(({ stored: place }) => stored[place] === null || stored[place] === undefined);
    if (missing.length === 0) return;
    for (const { ruleSetVersion, inputs } of this.#source.laterVectors(id)) {
      const places = this.#places.get(ruleSetVersion);
      if (!places) continue;
      const later = JSON.parse(inputs) as FieldValue[];
      missing = missing.filter(({ id: field, stored: place }) => {
        const value = later[places.get(field) ?? -1] ?? null;
        stored[place] = value;
        return value === null;
      });
      if (missing.length === 0) return;
    }
  }

  #outcome({ id, status, refunds }: JudgedRow): OrderOutcome {
    return outcomeOf({ status, refunds, decision: this.#decisions.get(id) ?? null, reported: this.#reported.get(id) ?? null });
  }
}

function labelOf(id: string): LocalisedText {
  return fieldOf(id)?.label ?? { zh: id, en: id };
}
