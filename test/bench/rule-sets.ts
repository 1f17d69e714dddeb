/**
 * The shipped pack grown to 50, 500 and 10,000 rules over the same fields: how fast orders are judged with and without the trace that
 * tells why and why not of every rule, how long a set takes from its JSON to being ready to judge, and from approval to being in force.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fieldIdOf, type Compare, type Condition, type Rule, type RuleSet } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { compileRuleSet, fieldOf, parseRuleSet, printRuleSet, type CompiledRuleSet } from '#main/rules/index.ts';
import { seededChance } from '#test/support/chance.ts';
import { benchPublish } from './rule-publish.ts';

const SHIPPED = new URL('../../resources/rules.json', import.meta.url);
const ORDERS = 20_000;
const ROUNDS = 5;

/** The pack again and again, each time with its thresholds a little higher: rules that read the same and mean something else. */
function grown(pack: RuleSet, rules: number): RuleSet {
  const raised = (condition: Condition, by: number): Condition => {
    if ('all' in condition) return { all: condition.all.map((child) => raised(child, by)) };
    if ('any' in condition) return { any: condition.any.map((child) => raised(child, by)) };
    if ('not' in condition) return { not: raised(condition.not, by) };
    const unit = fieldOf(fieldIdOf(condition))?.unit;
    const movable = typeof condition.value === 'number' && (unit === 'count' || unit === 'minor' || unit === 'ratio' || unit === 'km');
    return movable ? ({ ...condition, value: (condition.value as number) + by } satisfies Compare) : condition;
  };
  const active = pack.rules.filter((rule) => rule.enabled);
  const many = Array.from({ length: rules }, (_, at): Rule => {
    const rule = active[at % active.length] as Rule;
    const round = Math.floor(at / active.length);
    return round === 0 ? rule : { ...rule, id: `${rule.id}-${round}`, when: raised(rule.when, round) };
  });
  return { ...pack, rules: many };
}

/** Orders as they come: most are ordinary, about one in twenty has something. */
function vectors(compiled: CompiledRuleSet, count: number): FieldValue[][] {
  const random = seededChance(20_260_618);
  const odd = () => random() < 0.002;
  const one = (id: string): FieldValue => {
    const definition = fieldOf(id);
    if (id === 'currency') return 'CNY';
    if (id === 'local-hour') return Math.floor(random() * 24);
    if (id === 'channel') return ['taobao', 'jd', 'douyin', 'pinduoduo'][Math.floor(random() * 4)] ?? null;
    if (id === 'province') return ['浙江', '江苏', '广东', '四川'][Math.floor(random() * 4)] ?? null;
    if (id === 'address-complete') return !odd();
    if (definition && definition.source !== 'order') return null;
    switch (definition?.type) {
      case 'boolean':
        return odd();
      case 'words':
        return random() < 0.3 ? ['vip'] : [];
      case 'text':
        return random() < 0.2 ? '请尽快发货，谢谢，放在门口即可' : '';
      default:
        if (definition?.unit === 'minor') return 5_000 + Math.floor(random() * 80_000);
        if (odd()) return 20;
        return definition?.unit === 'count' ? (definition.lowest ?? 0) : random() * 2;
    }
  };
  return Array.from({ length: count }, () => compiled.fields.map(one));
}

/** Processor time of this thread, ms, to a few ms: what others take of a busy machine is no part of it. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Orders per second of one core. */
function rate(orders: readonly FieldValue[][], judge: (values: readonly FieldValue[]) => unknown): number {
  for (const values of orders.slice(0, 2_000)) judge(values);
  const start = processorMs();
  for (let round = 0; round < ROUNDS; round++) for (const values of orders) judge(values);
  return ((ROUNDS * orders.length) / (processorMs() - start)) * 1_000;
}

/** The slowest of a hundred orders, in milliseconds. Of each the fastest round counts: another process may have had the processor. */
function p99(orders: readonly FieldValue[][], judge: (values: readonly FieldValue[]) => unknown): number {
  const times = orders.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    orders.forEach((values, order) => {
      const start = performance.now();
      judge(values);
      times[order] = Math.min(times[order] as number, performance.now() - start);
    });
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}

/** Figures named by the number of rules. */
export async function benchRuleSets(): Promise<Record<string, number>> {
  const load = loadavg()[0] ?? 0;
  const shipped = parseRuleSet(JSON.parse(readFileSync(SHIPPED, 'utf8'))).ruleSet;
  const figures: Record<string, number> = {};
  for (const [rules, orders] of [
    [50, ORDERS],
    [500, ORDERS / 4],
    [10_000, 1_000],
  ] as const) {
    const text = printRuleSet(grown(shipped, rules));
    const start = processorMs();
    const compiled = compileRuleSet(parseRuleSet(JSON.parse(text)).ruleSet);
    const readyMs = processorMs() - start;
    const values = vectors(compiled, orders);
    const trace = new Int32Array(rules);
    const judged = (vector: readonly FieldValue[]) => compiled.judge(vector, 0, []);
    const traced = (vector: readonly FieldValue[]) => compiled.trace(vector, 0, [], trace);
    const [plain, withTrace] = [rate(values, judged), rate(values, traced)];
    figures[`rules${rules}OrdersPerSecond`] = plain;
    figures[`rules${rules}TracedOrdersPerSecond`] = withTrace;
    figures[`rules${rules}TraceCostPercent`] = Math.max(0, (plain / withTrace - 1) * 100);
    figures[`rules${rules}TracedP99Ms`] = p99(values, traced);
    figures[`rules${rules}ReadyProcessorMs`] = readyMs;
    figures[`rules${rules}HitSharePercent`] = (values.filter((vector) => judged(vector).length > 0).length / orders) * 100;
  }
  const { handInMs, publishMs, publishProcessorMs, publishSlowestMs } = await benchPublish(grown(shipped, 500));
  return {
    ...figures,
    rulesLoadBefore: load,
    rules500HandInMs: handInMs,
    rules500PublishMs: publishMs,
    rules500PublishProcessorMs: publishProcessorMs,
    rules500PublishSlowestMs: publishSlowestMs,
  };
}
