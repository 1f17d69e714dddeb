import type { Principal } from '#shared/contract/index.ts';
import type { Rule } from '#shared/rule.ts';
import type { HubLink } from '#main/gateway/link.ts';
import { ask } from './hub.ts';

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

/** Puts rules into force, in the place of those with their ids. Where one person works alone, handing in is enough. */
export async function publish(link: HubLink, ...rules: Rule[]): Promise<void> {
  const { id, revision, body } = await ask(link, 'rules.draft.create', { title: 'x', from: 'current' }, LIN);
  const given = new Map(rules.map((one) => [one.id, one]));
  const kept = body.rules.map((one) => {
    const changed = given.get((one as Rule).id);
    given.delete((one as Rule).id);
    return changed ?? one;
  });
  const saved = await ask(link, 'rules.draft.save', { id, revision, body: { ...body, rules: [...kept, ...given.values()] } }, LIN);
  await ask(link, 'rules.draft.submit', { id, revision: saved.revision }, LIN);
}
