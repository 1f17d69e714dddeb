import type { RuleVersion } from '#shared/contract/rule-work.ts';
import type { RuleLegend } from '#shared/contract/rules.ts';
import type { Rule, RuleSet } from '#shared/rule.ts';
import type { VerdictRecord } from '#main/model/verdict.ts';
import { compileRuleSet, legendOf, parseRuleSet } from '#main/rules/index.ts';
import type { CompiledRuleSet } from '#main/rules/index.ts';
import { BoundedMap } from '#shared/bounded-map.ts';
import type { Logger, Store } from '../ports.ts';
import { numbered } from './content.ts';
import { MaskedRules } from './masked-rules.ts';

/** Earlier sets kept compiled for explaining old verdicts. */
const SETS_IN_MEMORY = 8;

/** Who puts a set into force, and why. */
export type Publication = Pick<RuleVersion, 'by' | 'approvedBy' | 'note' | 'origin'>;

/** A rule of the set in force that threw: from when on, and how many judgements it decided nothing in. */
export interface Failing {
  since: number;
  judgements: number;
}

/** A set that is ready: written and in force as soon as `write` and `take` were called. */
export interface ReadySet {
  version: number;
  /** Writes it with its mark and audit entry. Call inside a transaction. */
  write(): void;
  /** Puts it into force. Call once it is durable. */
  take(): void;
}

/**
 * The rule set in force, and earlier ones for explaining old verdicts. Published sets never change. Whatever judges asks for
 * `current` each time, so that publishing takes effect with the very next order.
 */
export class RuleBook {
  readonly #store: Store;
  readonly #logger: Logger;
  readonly #earlier = new BoundedMap<number, CompiledRuleSet>(SETS_IN_MEMORY);
  readonly #listeners = new Set<() => void>();
  readonly #failing = new Map<string, Failing>();
  #onFailing: (rule: Rule, at: number) => void = () => undefined;
  #ruleSet: RuleSet;
  #current: CompiledRuleSet;
  #publishedAt: number;
  #legend: RuleLegend | null = null;
  #masked: { rules: readonly Rule[]; legend: RuleLegend } | null = null;
  #byId: Map<string, Rule> | null = null;

  /** Reads the newest set of the store. Throws where there is none: see `openRules`. */
  constructor(store: Store, logger: Logger) {
    const newest = store.ruleSets.newest();
    if (!newest) throw new RangeError('No rule set was published yet.');
    this.#store = store;
    this.#logger = logger;
    this.#ruleSet = this.#read(newest.version, newest.document);
    this.#current = this.#compile(this.#ruleSet);
    this.#publishedAt = newest.publishedAt;
  }

  get current(): CompiledRuleSet {
    return this.#current;
  }
  get ruleSet(): RuleSet {
    return this.#ruleSet;
  }
  get publishedAt(): number {
    return this.#publishedAt;
  }

  /** Words for the fields and lists the set names. */
  get legend(): RuleLegend {
    return (this.#legend ??= legendOf(this.#ruleSet));
  }

  /** The rules and words of the set as those see them who do not write rules (L4). */
  get masked(): { rules: readonly Rule[]; legend: RuleLegend } {
    if (!this.#masked) {
      const { rules, lists } = this.#ruleSet;
      const view = new MaskedRules({ rules, lists });
      const { words, ...names } = this.legend;
      const shown = Object.fromEntries(Object.entries(words).map(([id, list]) => [id, view.words(id, list)]));
      this.#masked = { rules: rules.map((rule) => view.rule(rule)), legend: { ...names, words: shown } };
    }
    return this.#masked;
  }

  /** A rule of the set in force. */
  rule(id: string): Rule | null {
    this.#byId ??= new Map(this.#ruleSet.rules.map((rule) => [rule.id, rule]));
    return this.#byId.get(id) ?? null;
  }

  /** The set a verdict was made with. */
  of({ ruleSetVersion: version }: Pick<VerdictRecord, 'ruleSetVersion'>): CompiledRuleSet {
    if (version === this.#current.version) return this.#current;
    const known = this.#earlier.get(version);
    if (known) return known;
    const ruleSet = this.at(version);
    if (!ruleSet) return this.#current;
    const compiled = this.#compile(ruleSet);
    this.#earlier.set(version, compiled);
    return compiled;
  }

  /** A published set as it was written; null: there is no such version. */
  at(version: number): RuleSet | null {
    if (version === this.#ruleSet.version) return this.#ruleSet;
    const stored = this.#store.ruleSets.get(version);
    return stored && this.#read(version, stored.document);
  }

  /** Compiles and numbers a set that may be published; nothing is written or in force yet. */
  prepare(ruleSet: RuleSet, publication: Publication, now: number): ReadySet {
    const { ruleSets } = this.#store;
    const highest = ruleSets.ruleVersions();
    const version = this.#ruleSet.version + 1;
    const published = { ...numbered(ruleSet, this.#ruleSet, highest, publication.origin === 'shipped'), version };
    const compiled = this.#compile(published);
    return {
      version,
      write: () => writeSet(this.#store, published, compiled.fields, publication, now),
      take: () => {
        this.#earlier.set(this.#current.version, this.#current);
        this.#ruleSet = published;
        this.#current = compiled;
        this.#publishedAt = now;
        this.#legend = null;
        this.#masked = null;
        this.#byId = null;
        this.#failing.clear();
        for (const listener of this.#listeners) listener();
      },
    };
  }

  /** Told each time another set is in force. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Rules of the set in force that threw while they judged, by id; counted from when the set was put into force or the hub started. */
  get failing(): ReadonlyMap<string, Failing> {
    return this.#failing;
  }

  /** Told the first time a rule of the set in force throws, while an order is being judged. */
  onFailing(listener: (rule: Rule, at: number) => void): void {
    this.#onFailing = listener;
  }

  /** A rule that throws while it judges decides nothing; whoever keeps the hub hears of it once a set. */
  #compile(ruleSet: RuleSet): CompiledRuleSet {
    const told = new Set<string>();
    return compileRuleSet(ruleSet, (rule, error, at) => {
      const { id, version } = rule;
      if (!told.has(id))
        this.#logger.error({ err: error, rule: `${id}@${version}`, ruleSet: ruleSet.version }, 'a rule failed while judging');
      told.add(id);
      if (ruleSet.version === this.#ruleSet.version) this.#count(rule, at);
    });
  }

  #count(rule: Rule, at: number): void {
    const known = this.#failing.get(rule.id);
    if (known) known.judgements += 1;
    else {
      this.#failing.set(rule.id, { since: at, judgements: 1 });
      this.#onFailing(rule, at);
    }
  }

  /** What was published was read then; a rule an older or newer program wrote in another form is logged and left out. */
  #read(version: number, document: unknown): RuleSet {
    const { ruleSet, issues } = parseRuleSet(document);
    for (const issue of issues) {
      this.#logger.warn({ version, rule: issue.ruleId, path: issue.path }, `rule left out: ${issue.text.en}`);
    }
    return { ...ruleSet, version };
  }
}

/** Writes a published set with its mark and its audit entry; inside a transaction. */
export function writeSet(store: Store, ruleSet: RuleSet, fields: string[], publication: Publication, now: number): void {
  const { version } = ruleSet;
  store.ruleSets.publish({ version, publishedAt: now, fields, document: ruleSet, ...publication });
  store.samples.addMark({ at: now, kind: 'rules', text: { zh: `规则集第 ${version} 版生效`, en: `Rule set ${version} in force` } });
  const { by, approvedBy, note, origin } = publication;
  const detail = { rules: ruleSet.rules.length, origin, approvedBy, note };
  store.audit.append({ actor: by, action: 'rules.publish', subject: `rules@${version}`, detail }, now);
}
