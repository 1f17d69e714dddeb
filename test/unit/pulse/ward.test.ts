import { describe, expect, it } from 'vitest';
import { STAGES } from '#shared/pulse.ts';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { OpenOrders, type OpenOrder } from '#main/pulse/open-orders.ts';
import { stuckTask, stuckTaskKey, Ward } from '#main/pulse/ward.ts';

const NOW = Date.UTC(2026, 10, 11, 8);
const NAMES = {
  shop: (_channel: string, shopId: string) => ({ zh: `${shopId}店`, en: `shop ${shopId}` }),
  warehouse: (id: string) => ({ zh: `${id}仓`, en: id }),
  rule: (id: string) => (id === 'brushing' ? { name: { zh: '疑似刷单', en: 'Suspected brushing' }, role: 'risk' as const } : null),
};

function order(orderNo: string, age: number, overrides: Partial<OpenOrder> = {}): OpenOrder {
  return {
    orderNo,
    stage: 'awaiting_shipment',
    since: NOW - age,
    channel: 'taobao',
    shopId: 'flagship',
    warehouse: 'suzhou',
    ruleId: null,
    frozen: false,
    ...overrides,
  };
}

function hospital(...open: OpenOrder[]) {
  const orders = new OpenOrders();
  orders.load(open);
  const ward = new Ward(NAMES);
  return { orders, ward, scan: (at = NOW) => ward.update(orders.scan(at), orders) };
}

describe('Ward', () => {
  it('makes one strip of one cause, whatever the shops, with owner and next action', () => {
    const { scan } = hospital(
      order('A', 61 * MINUTE),
      order('B', 3 * HOUR, { channel: 'jd', shopId: 'outlet' }),
      order('C', 90 * MINUTE),
      order('D', 10 * MINUTE),
    );
    const { strips, opened, closed } = scan();
    expect(strips).toEqual([
      {
        id: 'awaiting_shipment:warehouse:suzhou',
        stage: 'awaiting_shipment',
        cause: { zh: 'suzhou仓：待发货积压', en: 'suzhou: backlog waiting for shipment' },
        level: 'red',
        count: 3,
        oldestAt: NOW - 3 * HOUR,
        expectedMs: HOUR,
        learntFrom: null,
        channel: null,
        warehouse: 'suzhou',
        orderNos: ['B', 'C', 'A'],
        owner: 'warehouse',
        nextAction: { zh: '催促打单出库，必要时改派其他仓', en: 'press for packing, or move orders to another warehouse' },
        ticketId: null,
      },
    ]);
    expect(opened).toEqual(strips);
    expect(closed).toEqual([]);
  });

  it('tells causes apart: rule, frozen, by hand, stock, shop', () => {
    const held = { stage: 'review', ruleId: 'brushing' } as const;
    const { scan } = hospital(
      order('A', 3 * HOUR, held),
      order('B', 3 * HOUR, { ...held, frozen: true }),
      order('C', 3 * HOUR, { ...held, ruleId: null }),
      order('D', 3 * HOUR, { ...held, ruleId: 'gone' }),
      order('E', 3 * HOUR, { stage: 'paid', warehouse: null }),
      order('F', 3 * HOUR, { stage: 'paid' }),
      order('G', 30 * HOUR, { stage: 'pending_payment', warehouse: null }),
      order('H', 100 * HOUR, { stage: 'shipped', warehouse: null }),
      order('I', 300 * HOUR, { stage: 'delivered' }),
    );
    expect(scan().strips.map(({ id, cause, owner, channel }) => [id, cause.zh, owner, channel])).toEqual([
      ['delivered:shop:taobao/flagship', 'flagship店：已签收，未完成', 'service', 'taobao'],
      ['shipped:shop:taobao/flagship', 'flagship店：已发货，长时间无签收', 'warehouse', 'taobao'],
      ['pending_payment:shop:taobao/flagship', 'flagship店：待付款超时', 'service', 'taobao'],
      ['paid:unrouted', '已付款但未分仓：缺货或资料不全', 'warehouse', 'taobao'],
      ['paid:warehouse:suzhou', 'suzhou仓：已付款，未转入待发货', 'operations', 'taobao'],
      ['review:frozen:brushing', '规则「疑似刷单」冻结，待核实', 'risk', 'taobao'],
      ['review:held:brushing', '规则「疑似刷单」拦截，待复核', 'risk', 'taobao'],
      ['review:held:gone', '规则「gone」拦截，待复核', 'operations', 'taobao'],
      ['review:held:hand', '人工拦截，待复核', 'operations', 'taobao'],
    ]);
  });

  it('sorts red before amber, then by age, and shows ten orders at most, across groups', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      order(`S${index}`, 2 * HOUR + index * SECOND, { shopId: index % 2 === 0 ? 'flagship' : 'outlet' }),
    );
    const { scan } = hospital(
      order('A', 100 * MINUTE, { warehouse: 'hefei' }),
      order('B', 119 * MINUTE, { warehouse: 'tianjin' }),
      ...many,
    );
    const { strips } = scan();
    expect(strips.map(({ warehouse, level, count }) => [warehouse, level, count])).toEqual([
      ['suzhou', 'red', 30],
      ['tianjin', 'amber', 1],
      ['hefei', 'amber', 1],
    ]);
    expect(strips[0]?.orderNos).toEqual(Array.from({ length: 10 }, (_, index) => `S${29 - index}`));
  });

  it('opens a ticket when a cause turns red, once, and settles it when the cause is over', () => {
    const { orders, ward, scan } = hospital(order('A', 110 * MINUTE));
    expect(scan().opened).toEqual([]);
    const { opened } = scan(NOW + 10 * MINUTE);
    expect(opened.map((strip) => stuckTask(strip))).toEqual([
      {
        key: 'stuck:awaiting_shipment:warehouse:suzhou',
        kind: 'stuck',
        severity: 'medium',
        role: 'warehouse',
        title: {
          zh: 'suzhou仓：待发货积压：1 单滞留，催促打单出库，必要时改派其他仓',
          en: 'suzhou: backlog waiting for shipment: 1 order stuck; press for packing, or move orders to another warehouse',
        },
        dueAt: null,
      },
    ]);
    ward.setTicket('awaiting_shipment:warehouse:suzhou', '17');
    expect(scan(NOW + 11 * MINUTE)).toMatchObject({ opened: [], strips: [{ ticketId: '17' }] });
    orders.remove('A', NOW + 12 * MINUTE);
    expect([12, 13, 14, 15].map((minute) => scan(NOW + minute * MINUTE).closed)).toEqual([
      [],
      [],
      ['awaiting_shipment:warehouse:suzhou'],
      [],
    ]);
  });

  it('does not flap: a cause that comes and goes is one strip that counts', () => {
    const { orders, scan } = hospital();
    const counts: number[][] = [];
    const tickets: string[] = [];
    for (let round = 0; round < 12; round += 1) {
      if (round % 2 === 0) orders.set(order('A', 3 * HOUR), NOW);
      else orders.remove('A', NOW);
      const update = scan(NOW + round * 10 * SECOND);
      counts.push(update.strips.map(({ count }) => count));
      tickets.push(...update.opened.map(({ id }) => id));
      expect(update.closed).toEqual([]);
    }
    expect(counts).toEqual(Array.from({ length: 12 }, (_, round) => [round % 2 === 0 ? 1 : 0]));
    expect(tickets).toHaveLength(1);
  });

  it('gets worse at once and better only after three scans', () => {
    const { orders, scan } = hospital(order('A', 3 * HOUR), order('B', 70 * MINUTE));
    expect(scan().strips.map(({ level }) => level)).toEqual(['red']);
    orders.remove('A', NOW);
    expect([1, 2, 3].map((round) => scan(NOW + round * SECOND).strips.map(({ level, count }) => [level, count]))).toEqual([
      [['red', 1]],
      [['red', 1]],
      [['amber', 1]],
    ]);
    orders.set(order('C', 3 * HOUR), NOW);
    expect(scan(NOW + 4 * SECOND).strips.map(({ level }) => level)).toEqual(['red']);
  });

  it('takes up the tickets of before a restart: none opened twice, none left open', () => {
    const { ward, scan } = hospital(order('A', 3 * HOUR));
    ward.restore([
      { stripId: 'awaiting_shipment:warehouse:suzhou', ticketId: '5' },
      { stripId: 'review:held:brushing', ticketId: '6' },
    ]);
    const updates = [0, 1, 2, 3].map((round) => scan(NOW + round * SECOND));
    expect(updates.flatMap(({ opened }) => opened)).toEqual([]);
    expect(updates.map(({ closed }) => closed)).toEqual([[], [], ['review:held:brushing'], []]);
    expect(updates[3]?.strips).toMatchObject([{ ticketId: '5' }]);
  });

  it('has a cause for every stage', () => {
    const { scan } = hospital(...STAGES.map((stage) => order(stage, 400 * HOUR, { stage })));
    expect(new Set(scan().strips.map(({ stage }) => stage))).toEqual(new Set(STAGES));
    expect(stuckTaskKey('x')).toBe('stuck:x');
  });
});
