import { createHash } from 'node:crypto';
import type { RuleLegend } from '#shared/contract/operations.ts';
import { ruleSetSchema } from '#shared/rule.ts';
import type { RuleSet } from '#shared/rule.ts';
import type { VerdictRecord } from '#main/model/verdict.ts';
import { compileRuleSet, legendOf, parseRuleSet } from '#main/rules/index.ts';
import type { CompiledRuleSet } from '#main/rules/index.ts';
import type { Logger, Store } from './ports.ts';

/** Which pack of the program was published last, so that an updated one becomes a new version, once. */
const SHIPPED = 'rules.shipped';

/** The rule set in force, and earlier ones for explaining old verdicts. Published sets never change. */
export class RuleBook {
  readonly current: CompiledRuleSet;
  readonly publishedAt: number;
  /** Words for the fields and lists the set names. */
  readonly legend: RuleLegend;
  readonly #store: Store;
  readonly #compiled = new Map<number, CompiledRuleSet>();

  constructor(store: Store, ruleSet: RuleSet, current: CompiledRuleSet, publishedAt: number) {
    this.#store = store;
    this.current = current;
    this.publishedAt = publishedAt;
    this.legend = legendOf(ruleSet);
    this.#compiled.set(current.version, current);
  }

  /** Publishes the shipped pack if it is new here, and compiles the newest set. Bad rules are logged and left out. */
  static open(store: Store, pack: unknown, now: number, logger: Logger): RuleBook {
    const { ruleSet, issues } = parseRuleSet(pack);
    for (const issue of issues) logger.warn({ rule: issue.ruleId, path: issue.path }, `rule left out: ${issue.text.en}`);
    const newest = store.ruleSets.newest();
    const digest = createHash('sha256').update(JSON.stringify(ruleSet)).digest('hex');
    if (newest && store.setting(SHIPPED, () => digest) === digest) {
      const stored = ruleSetSchema.parse(newest.document);
      const compiled = compileRuleSet(stored);
      // A program that reads other fields of the same rules makes other vectors: that is a version of its own.
      if (JSON.stringify(compiled.fields) === JSON.stringify(newest.fields)) {
        return new RuleBook(store, stored, compiled, newest.publishedAt);
      }
    }
    const version = Math.max(ruleSet.version, (newest?.version ?? 0) + 1);
    const published: RuleSet = { ...ruleSet, version };
    const compiled = compileRuleSet(published);
    store.transaction(() => {
      store.ruleSets.publish({ version, publishedAt: now, fields: compiled.fields, document: published });
      store.putSetting(SHIPPED, digest);
      store.samples.addMark({ at: now, kind: 'rules', text: { zh: `规则集第 ${version} 版生效`, en: `Rule set ${version} in force` } });
      store.audit.append(
        { actor: 'hub', action: 'rules.publish', subject: `rules@${version}`, detail: { rules: ruleSet.rules.length } },
        now,
      );
    });
    return new RuleBook(store, published, compiled, now);
  }

  /** The set a verdict was made with. */
  of(verdict: VerdictRecord): CompiledRuleSet {
    const known = this.#compiled.get(verdict.ruleSetVersion);
    if (known) return known;
    const stored = this.#store.ruleSets.get(verdict.ruleSetVersion);
    if (!stored) return this.current;
    const compiled = compileRuleSet(ruleSetSchema.parse(stored.document));
    this.#compiled.set(verdict.ruleSetVersion, compiled);
    return compiled;
  }
}
