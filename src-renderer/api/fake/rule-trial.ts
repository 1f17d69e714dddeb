import type { Trial, TrialOrder } from '#shared/contract/rule-runs.ts';
import type { RuleDraft } from '#shared/contract/rule-work.ts';
import { ruleSchema } from '#shared/rule.ts';
import { summary, type World } from './world.ts';

/** A finished trial of an invented draft; the caller tells how far it is. */
export function trialOf(draft: RuleDraft, revision: number, days: number, against: number, at: number): Trial {
  const orders = days * 11_200;
  return {
    ...{ id: `trial-${draft.id}-${revision}-${at}`, draft: draft.id, draftTitle: draft.title, revision, against, days },
    ...{ startedAt: at, endedAt: at + 3_000, state: 'done', problem: null, judged: orders, orders, seconds: 3, currency: 'CNY' },
    before: {
      held: 18_420,
      frozen: 2_104,
      tasks: 5_310,
      heldMinor: 912_334_000,
      reviewsPerDay: 228.1,
      known: 9_120,
      good: 2_980,
      caught: 4_410,
      bad: 6_020,
    },
    after: {
      held: 19_012,
      frozen: 2_104,
      tasks: 5_310,
      heldMinor: 1_204_118_000,
      reviewsPerDay: 234.6,
      known: 9_402,
      good: 3_011,
      caught: 4_663,
      bad: 6_020,
    },
    ...{ newlyStopped: 640, newlyPassed: 48, gradeChanged: 210 },
    rules: draft.body.rules
      .map((raw) => ruleSchema.safeParse(raw))
      .flatMap((result) => (result.success ? [result.data] : []))
      .map((rule, index) => ({
        ...{ ruleId: rule.id, name: rule.name, severity: rule.severity, change: index === 3 ? 'changed' : 'same' },
        ...{ hitsBefore: 4_200 - index * 410, hitsAfter: 4_200 - index * 410 + (index === 3 ? 592 : 0) },
        ...{ newHits: index === 3 ? 640 : 0, lostHits: index === 3 ? 48 : 0, known: 900, good: 240 + index * 12 },
      })),
    derived: [],
    unknown: [],
  };
}

export function trialOrders(world: World, change: TrialOrder['change']): TrialOrder[] {
  return world.orders
    .filter(({ hold }) => (hold === null) === (change === 'newly-stopped'))
    .slice(0, 12)
    .map((order, index) => ({
      order: summary(order),
      change,
      gradeBefore: change === 'newly-stopped' ? 'pass' : 'medium',
      gradeAfter: change === 'newly-stopped' ? 'medium' : 'pass',
      rulesBefore: [],
      rulesAfter: ['amount-spike'],
      sentence: { zh: '首单且金额超过 5000 元', en: 'First order above 5000 CNY' },
      outcome: (['unknown', 'good', 'bad'] as const)[index % 3] ?? 'unknown',
    }));
}
