/**
 * Judging the same orders by the same threshold rules, twelve, 50 and 500 of them, in three engines, in one run: our compiled set,
 * json-rules-engine and @gorules/zen-engine. All start from the same plain objects of order facts, so turning them into the
 * input vector is part of our time, and so are the evidence and the sentence of every hit.
 */
import { ZenEngine } from '@gorules/zen-engine';
import { Engine } from 'json-rules-engine';
import type { Compare, Rule } from '#shared/rule.ts';
import { compileRuleSet } from '#main/rules/index.ts';
import { seededChance } from '#test/support/chance.ts';

type Facts = Record<string, number | string>;
/** Judges a batch; for each order the ids of the rules that hit, in rule order. */
type Judge = (orders: readonly Facts[]) => Promise<string[][]>;

/** Rules, and how many orders we and the peers judge by them: a round takes each about as long. */
const SIZES: [rules: number, orders: number, peerOrders: number][] = [
  [12, 20_000, 4_000],
  [50, 20_000, 1_000],
  [500, 5_000, 100],
];
const WARM_UP = 1_000;
const ROUNDS = 3;
/** How many evaluations a peer has under way at once in its batched configuration. */
const IN_FLIGHT = 64;

type Line = [id: string, compare: Compare, name: string, values: [low: number, high: number]];

/** Field, operator, threshold, and the span of values that makes about one order in a hundred hit. */
const LINES: Line[] = [
  ['buyer-burst', { field: 'window', window: { count: 'orders', by: 'buyer', minutes: 10 }, op: '>', value: 198 }, 'buyerOrders', [1, 200]],
  ['phone-burst', { field: 'window', window: { count: 'orders', by: 'phone', minutes: 10 }, op: '>', value: 198 }, 'phoneOrders', [1, 200]],
  ['ip-accounts', { field: 'window', window: { count: 'buyers', by: 'ip', minutes: 10 }, op: '>=', value: 199 }, 'ipBuyers', [1, 200]],
  ['far-away', { field: 'distance-from-usual-area', op: '>', value: 1_980 }, 'distance', [0, 2_000]],
  ['deep-discount', { field: 'discount-share', op: '>', value: 99 }, 'discountShare', [0, 100]],
  ['above-own', { field: 'amount-vs-customer-average', op: '>', value: 297 }, 'ownRatio', [0, 300]],
  ['above-shop', { field: 'amount-vs-shop-average', op: '>', value: 297 }, 'shopRatio', [0, 300]],
  ['returns', { field: 'region-return-rate', op: '>', value: 99 }, 'returnRate', [0, 100]],
  ['large', { field: 'order-amount', op: '>', value: 990_000 }, 'amount', [0, 1_000_000]],
  ['pieces', { field: 'pieces', op: '>=', value: 991 }, 'pieces', [1, 1_000]],
  ['today', { field: 'orders-today', op: '>', value: 198 }, 'today', [1, 200]],
  ['short', { field: 'stock-missing-spot', op: '>', value: 198 }, 'missing', [0, 200]],
];

/** As many rules as wanted: the twelve again and again, each time with thresholds a little further from what orders have. */
function linesOf(count: number): Line[] {
  return Array.from({ length: count }, (_, at) => {
    const [id, when, name, values] = LINES[at % LINES.length] as Line;
    const round = Math.floor(at / LINES.length);
    return round === 0 ? [id, when, name, values] : [`${id}-${round}`, { ...when, value: (when.value as number) + round }, name, values];
  });
}

/** Every run judges the same orders. */
function randomOrders(count: number): Facts[] {
  const random = seededChance(20_250_618);
  return Array.from({ length: count }, () => {
    const facts: Facts = { currency: 'CNY' };
    for (const [, , name, [low, high]] of LINES) facts[name] = low + Math.floor(random() * (high - low + 1));
    return facts;
  });
}

function ours(lines: readonly Line[]): Judge {
  const text = { zh: '{value}，上限 {limit}', en: '{value}, limit {limit}' };
  const rules = lines.map(([id, when]): Rule => ({
    id,
    version: 1,
    enabled: true,
    name: text,
    about: text,
    severity: 'medium',
    action: 'hold',
    role: 'risk',
    when,
    relax: [],
    sentence: text,
    stock: 'keep',
    effectiveFrom: null,
    effectiveTo: null,
    source: 'order',
  }));
  const compiled = compileRuleSet({ version: 1, rules, lists: {} });
  const names = ['currency', ...LINES.map(([, , name]) => name)];
  return async (orders) =>
    orders.map((facts) => {
      const values = names.map((name) => facts[name] ?? null);
      return compiled.judge(values, 0, []).map((hit) => hit.ruleId);
    });
}

/** Runs one order after the other, or several at once; each peer is credited with the faster of the two. */
function each(one: (facts: Facts) => Promise<string[]>, inFlight: number): Judge {
  return async (orders) => {
    const results: string[][] = [];
    for (let at = 0; at < orders.length; at += inFlight) {
      if (inFlight === 1) results.push(await one(orders[at] as Facts));
      else results.push(...(await Promise.all(orders.slice(at, at + inFlight).map(one))));
    }
    return results;
  };
}

function jsonRulesEngine(lines: readonly Line[], inFlight: number): Judge {
  const place = new Map(lines.map(([id], at) => [id, at]));
  const operators: Record<string, string> = { '>': 'greaterThan', '>=': 'greaterThanInclusive' };
  const engine = new Engine(
    lines.map(([id, { op, value }, fact]) => ({
      conditions: { all: [{ fact, operator: operators[op] as string, value }] },
      event: { type: id },
    })),
  );
  return each(async (facts) => {
    const { events } = await engine.run(facts);
    return events.map(({ type }) => type).sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  }, inFlight);
}

const edge = (sourceId: string, targetId: string) => ({ id: `${sourceId}-${targetId}`, sourceId, targetId, type: 'edge' });

/** A decision of one node between input and output, compiled once by `createDecision`. */
function zenDecision(type: string, content: object) {
  return new ZenEngine().createDecision({
    nodes: [
      { id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } },
      { id: 'rules', name: 'rules', type, position: { x: 0, y: 0 }, content },
      { id: 'out', name: 'out', type: 'outputNode', position: { x: 0, y: 0 } },
    ],
    edges: [edge('in', 'rules'), edge('rules', 'out')],
  });
}

/** As the decision table its makers recommend: collect every row that fits. */
function zenTable(lines: readonly Line[], inFlight: number): Judge {
  const anything = Object.fromEntries(LINES.map(([, , name]) => [name, '']));
  const decision = zenDecision('decisionTableNode', {
    hitPolicy: 'collect',
    inputs: LINES.map(([, , name]) => ({ id: name, name, field: name })),
    outputs: [{ id: 'hit', name: 'hit', field: 'hit' }],
    rules: lines.map(([id, { op, value }, name]) => ({ ...anything, _id: id, [name]: `${op} ${value}`, hit: `"${id}"` })),
  });
  return each(async (facts) => {
    const { result } = await decision.evaluate(facts);
    return (result as { hit: string }[]).map((row) => row.hit);
  }, inFlight);
}

/** As one expression node with a line per rule. */
function zenExpressions(lines: readonly Line[], inFlight: number): Judge {
  const decision = zenDecision('expressionNode', {
    expressions: lines.map(([id, { op, value }, name]) => ({ id, key: id, value: `${name} ${op} ${value}` })),
  });
  return each(async (facts) => {
    const { result } = await decision.evaluate(facts);
    return lines.map(([id]) => id).filter((id) => (result as Record<string, boolean>)[id] === true);
  }, inFlight);
}

/** Best rate of several rounds after a warm-up, in orders per second. */
async function rate(judge: Judge, orders: readonly Facts[]): Promise<number> {
  await judge(orders.slice(0, WARM_UP));
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await judge(orders);
    best = Math.max(best, (orders.length / (performance.now() - start)) * 1_000);
  }
  return best;
}

async function bestRate(judges: readonly Judge[], orders: readonly Facts[], expected: string): Promise<number> {
  let best = 0;
  for (const judge of judges) {
    if (JSON.stringify(await judge(orders)) !== expected) throw new Error('A peer judges differently: the comparison would mean nothing.');
    best = Math.max(best, await rate(judge, orders));
  }
  return best;
}

/** Orders per second of the three engines, ours against the better peer, and the share of orders with a hit, by the number of rules. */
export async function benchJudging(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const [rules, own, peers] of SIZES) {
    const lines = linesOf(rules);
    const orders = randomOrders(own);
    const some = orders.slice(0, peers);
    const mine = ours(lines);
    const hits = await mine(some);
    const expected = JSON.stringify(hits);
    const ownRate = await rate(mine, orders);
    const jsonRules = await bestRate([jsonRulesEngine(lines, 1), jsonRulesEngine(lines, IN_FLIGHT)], some, expected);
    const zen = await bestRate(
      [zenTable(lines, 1), zenTable(lines, IN_FLIGHT), zenExpressions(lines, 1), zenExpressions(lines, IN_FLIGHT)],
      some,
      expected,
    );
    figures[`judging${rules}OrdersPerSecond`] = ownRate;
    figures[`judging${rules}JsonRulesEngineOrdersPerSecond`] = jsonRules;
    figures[`judging${rules}ZenEngineOrdersPerSecond`] = zen;
    figures[`judging${rules}TimesBestPeer`] = ownRate / Math.max(jsonRules, zen);
    figures[`judging${rules}HitSharePercent`] = (hits.filter((ids) => ids.length > 0).length / hits.length) * 100;
  }
  return figures;
}
