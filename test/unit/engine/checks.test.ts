import { describe, expect, test } from 'vitest';
import type { CheckSource } from '#shared/order.ts';
import type { CheckPolicy } from '#main/engine/index.ts';
import type { Applied, CheckAnswer } from '#main/model/outcome.ts';
import type { OrderCheck } from '#main/model/record.ts';
import { decodeOrder, encodeOrder } from '#main/storage/order-document.ts';
import type { OrderRow } from '#main/storage/order-document.ts';
import { Bench, BOTTLE, MemoryPool, NOON } from './world.ts';

const POLICIES = { crm: 'pass-and-mark', wms: 'pass-and-mark', 'risk-list': 'hold' } as const;

function bench(sources: readonly CheckSource[] = ['crm', 'wms', 'risk-list'], policies: Record<CheckSource, CheckPolicy> = POLICIES) {
  return new Bench({ fulfilment: true, checks: { sources, policies } });
}
function checkOf({ record }: Pick<Applied, 'record'>, source: CheckSource): OrderCheck {
  const check = record.checks?.find((one) => one.source === source);
  if (!check) throw new Error(`No check of ${source}`);
  return check;
}
function answer(of: OrderCheck, more: Partial<CheckAnswer> = {}): CheckAnswer {
  const words = { zh: '答复', en: 'said' };
  return { source: of.source, about: of.about, state: 'answered', ms: 12, late: false, value: 0, words, ...more };
}
/** The answers of every open question; figures that stop nothing. */
function good(outcome: Applied, more: Partial<Record<CheckSource, Partial<CheckAnswer>>> = {}): CheckAnswer[] {
  const open = (outcome.record.checks ?? []).filter(({ state }) => state === 'asked');
  return open.map((check) => answer(check, { value: check.source === 'crm' ? 50 : 0, ...more[check.source] }));
}
const topics = ({ effects }: Applied) => effects.map(({ topic }) => topic);
const line = ({ record }: Applied) => record.executable.find(({ id }) => id === 'checks');

describe('questions', () => {
  test('a paid order waits for every connected source, and ships with the answers', () => {
    const world = bench();
    const placed = world.must(world.order());
    expect(placed.record.checks?.map(({ source, state }) => [source, state])).toEqual([
      ['crm', 'asked'],
      ['wms', 'asked'],
      ['risk-list', 'asked'],
    ]);
    expect(placed.record.status).toBe('paid');
    expect(topics(placed)).toEqual([]);
    expect(line(placed)).toMatchObject({ passed: false, note: { zh: expect.stringContaining('CRM') as string } });
    const answered = world.must(world.run('4001', { kind: 'check', answers: good(placed) }));
    expect(topics(answered)).toEqual(['wms.ship']);
    expect(answered.record.status).toBe('awaiting_shipment');
    expect(line(answered)?.passed).toBe(true);
    expect(answered.timeline.filter(({ kind }) => kind === 'check')).toHaveLength(3);
  });

  test('nobody connected: nothing is kept, written or asked', () => {
    const world = new Bench({ fulfilment: true });
    const { record } = world.must(world.order());
    expect(record).not.toHaveProperty('checks');
    expect(encodeOrder(record)).not.toContain('checks');
    expect(record.executable.map(({ id }) => id)).toEqual(['paid', 'stock', 'risk', 'invoice', 'address']);
  });

  test('an unpaid order is asked about when it is paid', () => {
    const world = bench();
    expect(world.must(world.order({ status: 'pending_payment', paidAt: null, paidMinor: 0 })).record.checks).toBeUndefined();
    const paid = world.must(world.order({ updatedAt: NOON + 1 }));
    expect(paid.record.checks).toHaveLength(3);
  });

  test('a source no rule reads is not asked', () => {
    const world = bench();
    world.compiled = { ...world.compiled, fields: world.compiled.fields.filter((id) => id !== 'risk-score') };
    expect(world.must(world.order()).record.checks?.map(({ source }) => source)).toEqual(['crm', 'wms']);
  });

  test('nothing to ask about is passed over: no buyer key, no pieces of a warehouse', () => {
    const world = new Bench({ fulfilment: true, checks: { sources: ['crm', 'wms'], policies: POLICIES } }, new MemoryPool({}));
    const placed = world.must(world.order({ buyer: { key: null, name: { plain: null, mask: '*', index: null }, tags: [] } }));
    expect(placed.record.checks?.map(({ state, words }) => [state, words?.zh])).toEqual([
      ['skipped', '平台没有给出买家标识'],
      ['skipped', '仓库没有要出的货'],
    ]);
    expect(topics(placed)).toEqual(['wms.ship']);
  });

  test('a changed discount asks the customer system again, changed lines the warehouse too; a changed memo nobody', () => {
    const world = bench();
    const placed = world.must(world.order());
    world.must(world.run('4001', { kind: 'check', answers: good(placed) }));
    const states = (outcome: Applied) => outcome.record.checks?.map(({ state }) => state);
    expect(states(world.must(world.order({ updatedAt: NOON + 1, sellerMemo: '送礼' })))).toEqual(['answered', 'answered', 'answered']);
    const cheaper = { discountMinor: 2_000, paidMinor: 17_800 };
    expect(states(world.must(world.order({ ...cheaper, updatedAt: NOON + 2 })))).toEqual(['asked', 'answered', 'answered']);
    const fewer = { ...cheaper, lines: [{ ...BOTTLE, quantity: 1 }], updatedAt: NOON + 3 };
    const changed = world.must(world.order(fewer));
    expect(states(changed)).toEqual(['asked', 'asked', 'answered']);
    expect(topics(changed)).toEqual(['wms.recall']);
  });

  test('an order that went to the warehouse before a source was connected is left alone', () => {
    const world = bench([]);
    world.must(world.order());
    Object.assign(world.fixed, { checks: { sources: ['crm'], policies: POLICIES } });
    expect(world.must(world.order({ updatedAt: NOON + 1, sellerMemo: '急' })).record.checks ?? []).toEqual([]);
  });
});

describe('answers', () => {
  test.each([
    ['crm' as const, { value: 10 }, 'tier-discount', '优惠超出客户等级'],
    ['wms' as const, { value: 2 }, 'wms-stock-short', '仓库实物缺 2'],
    ['risk-list' as const, { value: 92 }, 'risk-service', '外部风控评分 92'],
  ])('a bad answer of %s stops the order with the rule that reads it', (source, told, ruleId, words) => {
    const world = bench();
    const placed = world.must(world.order({ discountMinor: 9_900, paidMinor: 9_900 }));
    const judged = world.must(world.run('4001', { kind: 'check', answers: good(placed, { [source]: told }) }));
    expect(judged.record.hold?.reasons.map((reason) => reason.ruleId)).toEqual([ruleId]);
    expect(judged.record.hold?.reasons[0]?.sentence.zh).toContain(words);
    expect(topics(judged)).not.toContain('wms.ship');
    const score = judged.verdict?.inputs[judged.verdict.fields.indexOf('risk-score')];
    expect(score).toBe(source === 'risk-list' ? 92 : 0);
  });

  test('the tier limit is compared with the share of the discount; a buyer without a tier stays unknown', () => {
    const world = bench(['crm']);
    const placed = world.must(world.order({ discountMinor: 9_900, paidMinor: 9_900 }));
    const about = checkOf(placed, 'crm');
    const excess = (outcome: Applied) => outcome.verdict?.inputs[outcome.verdict.fields.indexOf('tier-discount-excess')];
    expect(excess(placed)).toBeNull();
    const known = world.must(world.run('4001', { kind: 'check', answers: [answer(about, { value: 30 })] }));
    expect(excess(known)).toBeCloseTo(20);
    const other = bench(['crm']);
    other.must(other.order());
    const unknown = checkOf({ record: other.record('4001') }, 'crm');
    const nobody = other.must(other.run('4001', { kind: 'check', answers: [answer(unknown, { value: null })] }));
    expect(excess(nobody)).toBeNull();
    expect(topics(nobody)).toEqual(['wms.ship']);
  });

  test('a bad answer that comes when the parcel has left is a task, not a hold, and its mark does not go in silence', () => {
    const world = bench(['crm']);
    const check = checkOf(world.must(world.order({ discountMinor: 9_900, paidMinor: 9_900 })), 'crm');
    const silent = { state: 'unavailable', value: null, ms: null, words: { zh: '没有应答', en: 'No answer' } } as const;
    world.must(world.run('4001', { kind: 'check', answers: [answer(check, silent)] }));
    const left = { status: 'shipped', discountMinor: 9_900, paidMinor: 9_900, trackingNumber: 'SF1', updatedAt: NOON + 1 } as const;
    world.must(world.order(left));
    const late = world.must(world.run('4001', { kind: 'check', answers: [answer(check, { value: 10, late: true })] }));
    expect(late.record).toMatchObject({ hold: null, status: 'shipped' });
    expect(late.tasks).toMatchObject([
      {
        key: `tier-discount:${late.record.orderNo}`,
        role: 'operations',
        title: { zh: expect.stringMatching(/^包裹已发出：优惠超出客户等级/) as string },
      },
    ]);
    expect(topics(late)).toEqual([]);
    expect(late.timeline.map(({ kind }) => kind)).toEqual(['check', 'ticket']);
    // Told once; a good one is nobody's work.
    expect(world.run('4001', { kind: 'check', answers: [answer(check, { value: 10, late: true })] })).toEqual({
      kind: 'unchanged',
      why: 'same',
    });
    const other = bench(['crm']);
    const asked = checkOf(other.must(other.order()), 'crm');
    other.must(other.order({ status: 'shipped', trackingNumber: 'SF1', updatedAt: NOON + 1 }));
    expect(other.must(other.run('4001', { kind: 'check', answers: [answer(asked, { value: 90, late: true })] })).tasks).toEqual([]);
  });

  test('an answer about the order as it was changes nothing, and neither does one that comes twice', () => {
    const world = bench(['crm']);
    const placed = world.must(world.order());
    const old = answer(checkOf(placed, 'crm'), { value: 50 });
    world.must(world.order({ discountMinor: 2_000, paidMinor: 17_800, updatedAt: NOON + 1 }));
    expect(world.run('4001', { kind: 'check', answers: [old] })).toEqual({ kind: 'unchanged', why: 'same' });
    const now = answer(checkOf({ record: world.record('4001') }, 'crm'), { value: 50 });
    expect(topics(world.must(world.run('4001', { kind: 'check', answers: [now] })))).toEqual(['wms.ship']);
    expect(world.run('4001', { kind: 'check', answers: [now] })).toEqual({ kind: 'unchanged', why: 'same' });
  });
});

describe('policies', () => {
  const silent = (check: OrderCheck) =>
    answer(check, { state: 'unavailable', value: null, ms: null, words: { zh: '对方 800 毫秒内没有应答', en: 'No answer within 800 ms' } });

  test('pass and mark: the order goes on with a tag and a line; the late good answer takes the mark away', () => {
    const world = bench(['crm']);
    const check = checkOf(world.must(world.order()), 'crm');
    const passed = world.must(world.run('4001', { kind: 'check', answers: [silent(check)] }));
    expect(topics(passed)).toEqual(['wms.ship']);
    expect(passed.record.tags).toContain('unchecked-crm');
    expect(line(passed)).toMatchObject({ passed: true, note: { zh: expect.stringContaining('未核验') as string } });
    expect(world.run('4001', { kind: 'check', answers: [silent(check)] })).toEqual({ kind: 'unchanged', why: 'same' });
    const late = world.must(world.run('4001', { kind: 'check', answers: [answer(check, { value: 50, late: true })] }));
    expect(late.record.tags).not.toContain('unchecked-crm');
    expect(late.record.hold).toBeNull();
  });

  test('pass and mark: a late bad answer holds the order and calls the parcel back', () => {
    const world = bench(['crm']);
    const check = checkOf(world.must(world.order({ discountMinor: 9_900, paidMinor: 9_900 })), 'crm');
    world.must(world.run('4001', { kind: 'check', answers: [silent(check)] }));
    const late = world.must(world.run('4001', { kind: 'check', answers: [answer(check, { value: 10, late: true })] }));
    expect(topics(late)).toContain('wms.recall');
    expect(late.record.hold?.reasons[0]?.ruleId).toBe('tier-discount');
  });

  test('hold: the order is held for the source, and released by its good answer', () => {
    const world = bench(['risk-list']);
    const check = checkOf(world.must(world.order()), 'risk-list');
    const held = world.must(world.run('4001', { kind: 'check', answers: [silent(check)] }));
    expect(held.record.hold).toMatchObject({ kind: 'held', role: 'risk', openedBy: 'rule', reasons: [{ ruleId: 'check:risk-list' }] });
    expect(line(held)?.passed).toBe(false);
    expect(held.verdict?.hits).toEqual([]);
    const late = world.must(world.run('4001', { kind: 'check', answers: [answer(check, { value: 3, late: true })] }));
    expect(late.record.hold).toBeNull();
    expect(topics(late)).toEqual(['wms.ship']);
  });

  test('hold: what a person released stays released, with the mark; only a bad answer stops it again', () => {
    const world = bench(['risk-list']);
    const check = checkOf(world.must(world.order()), 'risk-list');
    const { version } = world.must(world.run('4001', { kind: 'check', answers: [silent(check)] })).record;
    const released = world.must(world.command('4001', { kind: 'release', actor: 'lin', reason: '', version }));
    expect(topics(released)).toEqual(['wms.ship']);
    expect(released.record.tags).toContain('unchecked-risk-list');
    expect(world.must(world.order({ updatedAt: NOON + 1, sellerMemo: '急' })).record.hold).toBeNull();
    const late = world.must(world.run('4001', { kind: 'check', answers: [answer(check, { value: 95, late: true })] }));
    expect(late.record.hold).toMatchObject({ kind: 'frozen', reasons: [{ ruleId: 'risk-service' }] });
    expect(topics(late)).toContain('wms.recall');
  });

  test('a person cannot ship or release past an open question', () => {
    const world = bench(['crm']);
    const placed = world.must(
      world.order({ lines: [BOTTLE, { sku: 'fish', name: '鱼', quantity: 1, unitPriceMinor: 1, storage: 'cold' }] }),
    );
    expect(placed.record.hold).not.toBeNull();
    const released = world.must(world.command('4001', { kind: 'release', actor: 'lin', reason: '', version: placed.record.version }));
    expect(topics(released)).not.toContain('wms.ship');
    const shipped = { kind: 'shipped', trackingNumber: 'SF1', carrier: 'sf', at: NOON, source: 'operator', actor: 'lin' } as const;
    const refused = world.run('4001', { kind: 'receipt', receipt: { ...shipped, text: { zh: '', en: '' } } });
    expect(refused).toMatchObject({ kind: 'refused', text: { zh: expect.stringContaining('交叉核验') as string } });
    const answered = world.must(world.run('4001', { kind: 'check', answers: good(released) }));
    expect(topics(answered)).toContain('wms.ship');
  });
});

test('checks are stored with the order and read back as they were', () => {
  const world = bench();
  const { record } = world.must(world.order());
  const row: OrderRow = {
    order_no: record.orderNo,
    channel: record.channel,
    shop_id: record.shopId,
    channel_order_id: record.channelOrderId,
    version: record.version,
    status: record.status,
    status_since: record.statusSince,
    grade: record.grade,
    buyer_key: record.keys.buyer,
    warehouse: record.route?.warehouse ?? null,
    paid_minor: record.paidMinor,
    created_at: record.createdAt,
    received_at: record.receivedAt,
    updated_at: record.updatedAt,
    document: encodeOrder(record),
  };
  expect(decodeOrder(row).checks).toEqual(record.checks);
});
