import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Rule, RuleSet } from '#shared/rule.ts';
import { HOUR } from '#shared/time.ts';
import { ask } from '#test/support/hub.ts';
import { LIN } from '#test/support/rules.ts';
import { ShopDesk } from '#test/support/shop-desk.ts';
import { buyer, many, receiver, ROWS } from './rule-pack-rows.ts';
import type { Data } from './rule-pack-rows.ts';

const shipped = (JSON.parse(readFileSync('resources/rules.json', 'utf8')) as RuleSet).rules;
/** Proved against real services, in test/integration/checks/rule-pack.test.ts. */
const OF_SERVICES = ['risk-service', 'tier-discount', 'wms-stock-short'];
const KIND = { task: undefined, hold: 'held', freeze: 'frozen' } as const;

/** Publishes the set in force with one rule switched on. */
async function switchOn({ hub }: ShopDesk, id: string): Promise<void> {
  const draft = await ask(hub, 'rules.draft.create', { title: '限购活动', from: 'current' }, LIN);
  const rules = draft.body.rules.map((one) => ((one as Rule).id === id ? { ...(one as Rule), enabled: true } : one));
  const saved = await ask(hub, 'rules.draft.save', { id: draft.id, revision: draft.revision, body: { ...draft.body, rules } }, LIN);
  await ask(hub, 'rules.draft.submit', { id: draft.id, revision: saved.revision }, LIN);
}

describe('every row of the shipped rules, over the real hub', () => {
  test('has a rule, every rule has a row, and every relaxation a case', () => {
    expect([...ROWS.map(({ rule }) => rule), ...OF_SERVICES].sort()).toEqual(shipped.map(({ id }) => id).sort());
    for (const { id, relax } of shipped) {
      const cases = ROWS.find(({ rule }) => rule === id)?.relaxed ?? {};
      expect(Object.keys(cases).sort(), id).toEqual(relax.map((relaxation) => relaxation.id).sort());
    }
  });

  test.each(ROWS)('$rule', async ({ rule, past, hits, passes, relaxed = {}, off, ...where }) => {
    const desk = await ShopDesk.open(where);
    if (off) await switchOn(desk, rule);
    await desk.past(past);
    for (const data of hits) {
      const { result, order } = await desk.judged(data, rule);
      expect(result).toMatchObject({ result: 'hit', whyNot: null });
      expect(result.sentence.zh).not.toMatch(/[{}]|未知/);
      const kind = KIND[result.action];
      if (kind) expect(order.hold?.reasons.map(({ ruleId }) => ruleId)).toContain(rule);
      if (kind === 'frozen') expect(order.hold?.kind).toBe('frozen');
      if (!kind) expect(desk.hub.store.tasks.openWithPrefix(`${rule}:${order.orderNo}`)).toHaveLength(1);
    }
    for (const data of passes) {
      const { result } = await desk.judged(data, rule);
      // Not relaxed and not unknown by accident: the pack looked and found nothing.
      expect(result).toMatchObject({ result: 'no-hit', relaxed: [] });
      expect(result.whyNot?.zh).toBeTruthy();
    }
    await desk.close();

    for (const [id, { past: own, order }] of Object.entries(relaxed)) {
      const other = await ShopDesk.open(where);
      if (off) await switchOn(other, rule);
      await other.past(past);
      await other.past(own);
      const why = shipped.find((one) => one.id === rule)?.relax.find((one) => one.id === id)?.why;
      const { result } = await other.judged(order, rule);
      expect(result, id).toMatchObject({ result: 'snoozed', whyNot: { zh: expect.stringContaining(why?.zh ?? '-') as string } });
      expect(result.relaxed).toContainEqual(expect.objectContaining({ id, why }));
      expect(result.whyNot?.en).toContain(why?.en);
      await other.close();
    }
  });

  test('the limit of orders a day is shipped switched off, and says so', async () => {
    const desk = await ShopDesk.open();
    await desk.past(many(3, () => ({ before: HOUR, ...buyer('b') })));
    expect((await desk.judged(buyer('b'), 'orders-per-day')).result).toMatchObject({ result: 'snoozed', whyNot: { zh: '规则已停用' } });
    await desk.close();
  });
});

describe('customs values (L7)', () => {
  const abroad = (country: string, declaredMinor: number, currency: string, more: Data = {}) => ({
    ...receiver({ country }),
    customs: { declaredMinor, currency },
    ...more,
  });

  test('what no channel tells, no row holds or no rate converts is unknown, never a hit', async () => {
    const desk = await ShopDesk.open();
    const unknown = /缺少数据：超出免税额未知/;
    for (const data of [receiver({ country: 'US' }), abroad('ZZ', 9_999_999, 'CNY'), abroad('GB', 9_999_999, 'CNY')]) {
      const { result } = await desk.judged(data, 'duty-free-limit');
      expect(result.result).toBe('no-hit');
      expect(result.whyNot?.zh).toMatch(unknown);
    }
    await desk.close();
  });

  test('a stated rate makes another currency comparable, from its day on', async () => {
    const rate = (since: string, value: number) => ({ from: 'GBP', to: 'CNY', rate: value, since });
    const desk = await ShopDesk.open({ config: { exchangeRates: [rate('2026-06-01', 9), rate('2026-07-01', 20)] } });
    const { result } = await desk.judged(abroad('GB', 130_500, 'CNY'), 'duty-free-limit');
    // 1,305.00 CNY are 145 GBP: ten above the limit, which are 90 CNY.
    expect(result).toMatchObject({ result: 'hit', sentence: { zh: '超出免税额度 90.00 元（限额见公布的规定）' } });
    await desk.close();
  });

  test('a limit nobody could confirm says so in the sentence, and a rule may read it', async () => {
    const desk = await ShopDesk.open();
    const { result } = await desk.judged(abroad('SG', 40_100, 'SGD', { currency: 'SGD' }), 'duty-free-limit');
    expect(result).toMatchObject({
      result: 'hit',
      sentence: {
        zh: '超出免税额度 1.00 SGD（限额出处未核实，请先核对）',
        en: '1.00 SGD above the duty-free limit (limit not confirmed, check it first)',
      },
    });
    await desk.close();
  });

  test('a limit of the workspace wins over the shipped one from its day on', async () => {
    const row = { destinations: ['GB'], currency: 'GBP', limitMinor: 0, source: 'Finance Act, overnight' };
    const desk = await ShopDesk.open({ config: { dutyFree: [{ ...row, from: '2026-06-18' }] } });
    const rule = 'duty-free-limit';
    const day = Date.UTC(2026, 5, 17, 10);
    const sent = abroad('GB', 10_000, 'GBP', { currency: 'GBP' });
    expect((await desk.judged({ ...sent, createdAt: day }, rule)).result.result).toBe('no-hit');
    expect((await desk.judged(sent, rule)).result).toMatchObject({
      result: 'hit',
      sentence: { zh: '超出免税额度 100.00 GBP（限额见公布的规定）' },
    });
    await desk.close();
  });

  test('each order is measured by the limit of its own day', async () => {
    const desk = await ShopDesk.open({ at: Date.UTC(2026, 6, 1, 6) });
    const on = (day: number) => ({ createdAt: day, updatedAt: day });
    const [june, july] = [Date.UTC(2026, 5, 30, 15), Date.UTC(2026, 5, 30, 17)];
    const rule = 'duty-free-limit';
    expect((await desk.judged(abroad('DE', 10_000, 'EUR', { currency: 'EUR', ...on(june) }), rule)).result.result).toBe('no-hit');
    expect((await desk.judged(abroad('DE', 10_000, 'EUR', { currency: 'EUR', ...on(july) }), rule)).result.result).toBe('hit');
    await desk.close();
  });
});
