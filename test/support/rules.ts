import type { Principal } from '#shared/contract/index.ts';
import type { Rule } from '#shared/rule.ts';

/** Two who may publish, and one who may not. */
export const LIN: Principal = { operator: 'lin', role: 'supervisor', locale: 'en' };
export const WANG: Principal = { operator: 'wang', role: 'supervisor', locale: 'en' };
export const AGENT: Principal = { operator: 'zhao', role: 'agent', locale: 'en' };

/** A rule that holds orders above 30 yuan, or whatever it is told. */
export function rule(id: string, more: Partial<Rule> = {}): Rule {
  return {
    id,
    version: 1,
    enabled: true,
    name: { zh: `规则 ${id}`, en: `Rule ${id}` },
    about: { zh: '', en: '' },
    severity: 'medium',
    action: 'hold',
    role: 'operations',
    when: { field: 'order-amount', op: '>', value: 3_000 },
    relax: [],
    sentence: { zh: '金额 {order-amount} 超过 {limit}', en: 'The amount {order-amount} is above {limit}' },
    stock: 'keep',
    effectiveFrom: null,
    effectiveTo: null,
    source: 'order',
    ...more,
  };
}
