import { beforeEach, describe, expect, test } from 'vitest';
import type { HoldPolicy, Rule } from '#shared/rule.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import { compileRuleSet } from '#main/rules/index.ts';
import { Bench, BOTTLE, NOON } from './world.ts';

const words = { zh: '规则', en: 'Rule' };
function rule(id: string, pieces: number, hold?: HoldPolicy): Rule {
  return {
    ...{ id, version: 1, enabled: true, name: words, about: words, severity: 'medium', action: 'hold', role: 'finance', relax: [] },
    ...{ when: { field: 'pieces', op: '>=', value: pieces }, sentence: words, stock: 'keep', effectiveFrom: null, effectiveTo: null },
    source: 'order',
    ...(hold ? { hold } : {}),
  };
}
const order = (quantity: number, more = {}) => ({ lines: [{ ...BOTTLE, quantity }], ...more });

describe('a hold is one object (M9)', () => {
  let bench: Bench;
  const use = (...rules: Rule[]) => {
    bench.compiled = compileRuleSet({ version: 9, rules, lists: {} });
  };
  beforeEach(() => {
    bench = new Bench({ fulfilment: true });
  });
  const release = (version: number, role?: 'agent' | 'supervisor' | 'admin') =>
    bench.command('4001', { kind: 'release', actor: 'lin', reason: '', version, ...(role ? { role } : {}) });

  test('ends when the last of its findings lets it go', () => {
    use(rule('soon', 2, { releaseAfterMinutes: 30, releasedBy: null }), rule('late', 3, { releaseAfterMinutes: 600, releasedBy: null }));
    expect(bench.must(bench.order(order(2))).record.hold).toMatchObject({ releaseAt: NOON + 30 * MINUTE });
    expect(bench.must(bench.order(order(3, { channelOrderId: '4002' }))).record.hold).toMatchObject({ releaseAt: NOON + 600 * MINUTE });
  });

  test('waits for a person where one of them needs one, and runs again when that finding is gone', () => {
    use(rule('plain', 2), rule('person', 3, { releaseAfterMinutes: null, releasedBy: null }));
    expect(bench.must(bench.order(order(3))).record.hold).toMatchObject({ releaseAt: null });
    const fewer = bench.must(bench.order(order(2, { updatedAt: NOON + MINUTE })));
    expect(fewer.record.hold).toMatchObject({ kind: 'held', releaseAt: bench.now + 2 * HOUR });
  });

  test('is released by the roles all its findings name, by nobody else, and the refusal is logged', () => {
    use(
      rule('a', 2, { releaseAfterMinutes: 60, releasedBy: ['supervisor', 'agent'] }),
      rule('b', 3, { releaseAfterMinutes: 60, releasedBy: ['supervisor', 'admin'] }),
    );
    expect(bench.must(bench.order(order(3))).record.hold).toMatchObject({ releasedBy: ['supervisor'] });
    expect(release(1, 'agent')).toMatchObject({
      kind: 'refused',
      code: 'forbidden',
      text: { zh: '此拦截只能由运营主管放行，可先转交' },
      audit: { action: 'order.release.refused' },
    });
    expect(bench.must(release(1, 'supervisor')).record.hold).toBeNull();
  });

  test('goes to administrators where its findings have no role in common', () => {
    use(
      rule('a', 2, { releaseAfterMinutes: 60, releasedBy: ['agent'] }),
      rule('b', 3, { releaseAfterMinutes: 60, releasedBy: ['supervisor'] }),
    );
    expect(bench.must(bench.order(order(3))).record.hold).toMatchObject({ releasedBy: ['admin'] });
  });

  test('stays with its roles when somebody freezes it by hand', () => {
    use(rule('a', 2, { releaseAfterMinutes: 60, releasedBy: ['supervisor'] }));
    bench.must(bench.order(order(2)));
    const frozen = bench.must(bench.command('4001', { kind: 'freeze', actor: 'zhao', reason: '', version: 1 }));
    expect(frozen.record.hold).toMatchObject({ kind: 'frozen', releasedBy: ['supervisor'] });
    expect(release(2, 'agent')).toMatchObject({ kind: 'refused', code: 'forbidden' });
    expect(bench.must(release(2, 'supervisor')).record.hold).toBeNull();
  });

  test('stays with the roles of a freeze that outlives its finding', () => {
    const grave: Rule = { ...rule('grave', 3, { releaseAfterMinutes: null, releasedBy: ['admin'] }), severity: 'high', action: 'freeze' };
    use(grave, rule('plain', 2));
    expect(bench.must(bench.order(order(3))).record.hold).toMatchObject({ kind: 'frozen', releasedBy: ['admin'] });
    const fewer = bench.must(bench.order(order(2, { updatedAt: NOON + MINUTE })));
    expect(fewer.record.hold).toMatchObject({ kind: 'frozen', reasons: [{ ruleId: 'grave' }, { ruleId: 'plain' }], releasedBy: ['admin'] });
    expect(release(2, 'agent')).toMatchObject({ kind: 'refused', code: 'forbidden' });
  });
});
