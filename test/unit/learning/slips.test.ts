import { describe, expect, it } from 'vitest';
import { SlipHistory } from '#main/learning/history/slips.ts';
import type { Purchase, PurchaseLine } from '#main/learning/history/purchases.ts';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';

const START = Date.UTC(2026, 5, 1);
let orders = 0;

function line(sku: string, quantity: number, unitPriceMinor = 500): PurchaseLine {
  return { sku, quantity, unitPriceMinor };
}

function order(buyer: string | null, at: number, ...lines: PurchaseLine[]): Purchase {
  const totalMinor = lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
  return { orderId: `o${orders++}`, at, buyer, region: 'zj', totalMinor, lines };
}

/** A shop where the sign is no habit, and a buyer with an order of which some goods were refunded. */
function afterRefund(refund: { sku: string; quantity: number }[], refundId = 'r1') {
  const history = new SlipHistory();
  for (let index = 0; index < 500; index += 1) history.observeOrder(order(`other${index}`, START, line(`x${index}`, 1)));
  const first = order('mei', START, line('cup', 6), line('bowl', 2), line('plate', 4));
  history.observeOrder(first);
  history.observeRefund({
    ...{ at: START + DAY, buyer: 'mei', refundId, orderId: first.orderId, amountMinor: 3_000 },
    lines: refund,
  });
  return { history, first };
}

describe('refunded goods booked again', () => {
  const again = () => order('mei', START + 2 * DAY, line('bowl', 2), line('cup', 6));

  it('speaks where goods and quantities are those of one refund, in any order of lines', () => {
    const { history } = afterRefund([
      { sku: 'cup', quantity: 6 },
      { sku: 'bowl', quantity: 2 },
    ]);
    expect(history.read(again())).toEqual({ 'rebooked-refund': 30, 'open-price-order': 0, 'quantity-vs-shop': 0 });
  });

  it('is silent for another quantity, another buyer, an unknown buyer, and further goods', () => {
    const { history } = afterRefund([{ sku: 'cup', quantity: 6 }]);
    const at = START + 2 * DAY;
    for (const other of [
      order('mei', at, line('cup', 5)),
      order('lin', at, line('cup', 6)),
      order(null, at, line('cup', 6)),
      order('mei', at, line('cup', 6), line('fork', 1)),
    ]) {
      expect(history.read(other)['rebooked-refund']).toBe(0);
    }
    expect(history.read(order('mei', at, line('cup', 6)))['rebooked-refund']).toBeGreaterThan(0);
  });

  it('joins the parts of a refund over several orders', () => {
    const { history, first } = afterRefund([{ sku: 'cup', quantity: 6 }]);
    const second = order('mei', START + HOUR, line('bowl', 2));
    history.observeOrder(second);
    history.observeRefund({
      ...{ at: START + DAY, buyer: 'mei', refundId: 'r1', orderId: second.orderId, amountMinor: 1_000 },
      lines: [{ sku: 'bowl', quantity: 2 }],
    });
    expect(first.orderId).not.toBe(second.orderId);
    expect(history.read(again())['rebooked-refund']).toBe(30);
  });

  it('is silent where the same was refunded twice: then one refund was the mistake', () => {
    const { history, first } = afterRefund([{ sku: 'cup', quantity: 6 }]);
    history.observeRefund({
      ...{ at: START + DAY, buyer: 'mei', refundId: 'r2', orderId: first.orderId, amountMinor: 3_000 },
      lines: [{ sku: 'cup', quantity: 6 }],
    });
    expect(history.read(order('mei', START + 2 * DAY, line('cup', 6)))['rebooked-refund']).toBe(0);
  });

  it('is silent where the very order was placed before, and while the buyer is still ordering', () => {
    const { history } = afterRefund([{ sku: 'cup', quantity: 6 }]);
    history.observeOrder(order('mei', START + 2 * DAY, line('pan', 1)));
    expect(history.read(order('mei', START + 2 * DAY + 5 * MINUTE, line('cup', 6)))['rebooked-refund']).toBe(0);
    const whole = order('mei', START + 3 * DAY, line('cup', 6));
    expect(history.read(whole)['rebooked-refund']).toBeGreaterThan(0);
    history.observeOrder(whole);
    expect(history.read(order('mei', START + 4 * DAY, line('cup', 6)))['rebooked-refund']).toBe(0);
  });
});

describe('an order of open-priced articles alone', () => {
  function withHandEntries(): SlipHistory {
    const history = new SlipHistory();
    for (let index = 0; index < 500; index += 1) history.observeOrder(order(`other${index}`, START, line('cup', 1)));
    for (const price of [100, 20_000, 500, 90_000]) history.observeOrder(order(`by-hand${price}`, START, line('manual', 1, price)));
    history.observeOrder(order('mei', START, line('cup', 20, 500)));
    return history;
  }

  it("speaks for an amount like the buyer's usual one", () => {
    const history = withHandEntries();
    expect(history.read(order('mei', START + DAY, line('manual', 1, 10_000)))['open-price-order']).toBe(50);
  });

  it('is silent for a small extra, a first order, and an order with a fixed price in it', () => {
    const history = withHandEntries();
    const at = START + DAY;
    expect(history.read(order('mei', at, line('manual', 1, 1_000)))['open-price-order']).toBe(0);
    expect(history.read(order('new', at, line('manual', 1, 10_000)))['open-price-order']).toBe(0);
    expect(history.read(order('mei', at, line('manual', 1, 10_000), line('cup', 1)))['open-price-order']).toBe(0);
  });
});

describe('what the shop itself teaches', () => {
  const handEntry = (buyer: string, at: number) => order(buyer, at, line('manual', 1, 10_000));

  /** A shop with fixed prices and regular customers, and an article whose price is entered by hand. */
  function shop(plain: number): SlipHistory {
    const history = new SlipHistory();
    for (const price of [100, 20_000, 500, 90_000]) history.observeOrder(order(`by-hand${price}`, START, line('manual', 1, price)));
    for (let index = 0; index < plain; index += 1) history.observeOrder(order(`b${index}`, START, line('cup', 20)));
    return history;
  }

  it('believes a sign less when its orders are kept, and more when they are wholly taken back within a day', () => {
    const kept = shop(4_000);
    const taken = shop(4_000);
    for (let index = 0; index < 6; index += 1) {
      const one = handEntry(`b${index}`, START + HOUR);
      kept.observeOrder(one);
      taken.observeOrder(one);
      taken.observeRefund({
        ...{ at: one.at + HOUR, buyer: `b${index}`, refundId: `r${index}`, orderId: one.orderId, amountMinor: 10_000 },
        lines: [{ sku: 'manual', quantity: 1 }],
      });
    }
    const asked = handEntry('b100', START + 2 * HOUR);
    expect(kept.read(asked)['open-price-order']).toBeCloseTo((100 * 4) / 14, 0);
    expect(taken.read(asked)['open-price-order']).toBeCloseTo((100 * 10) / 14, 0);
  });

  it('counts neither part of the money nor what comes back after a day', () => {
    const history = shop(4_000);
    const [partly, late] = [handEntry('b0', START), handEntry('b1', START)];
    for (const one of [partly, late]) history.observeOrder(one);
    const back = { lines: [{ sku: 'manual', quantity: 1 }] };
    history.observeRefund({ ...back, at: START + HOUR, buyer: 'b0', refundId: 'r0', orderId: partly.orderId, amountMinor: 9_000 });
    history.observeRefund({ ...back, at: START + 2 * DAY, buyer: 'b1', refundId: 'r1', orderId: late.orderId, amountMinor: 10_000 });
    expect(history.read(handEntry('b100', START + 3 * DAY))['open-price-order']).toBeCloseTo((100 * 4) / 10, 0);
  });

  it('keeps silent about a sign that more than one order in 200 bears', () => {
    const history = shop(1_000);
    for (let index = 0; index < 40; index += 1) history.observeOrder(handEntry(`b${index}`, START + HOUR));
    expect(history.read(handEntry('b100', START + DAY))['open-price-order']).toBe(0);
  });
});

describe('the largest line against what is usual in the shop', () => {
  function shop(lines: number): SlipHistory {
    const history = new SlipHistory();
    for (let index = 0; index < lines; index += 1) history.observeOrder(order(`b${index}`, START, line('cup', index % 2 === 0 ? 1 : 3)));
    return history;
  }
  // Logarithms 0, 0 and 6 in equal parts: mean 2, deviation 2.83; the largest usual quantity is e to the 10.5.
  function wholesaler(): SlipHistory {
    const history = new SlipHistory();
    for (let index = 0; index < 3_000; index += 1)
      history.observeOrder(order(`b${index}`, START, line('cup', index % 3 === 0 ? 403.4 : 1)));
    return history;
  }

  it('is a multiple of mean and three deviations of the logarithms', () => {
    const usual = Math.exp(2 + 3 * 2.829);
    expect(wholesaler().read(order('new', START, line('cup', 1), line('bowl', 100 * usual)))['quantity-vs-shop']).toBeCloseTo(100, 0);
    expect(wholesaler().read(order(null, START, line('cup', usual)))['quantity-vs-shop']).toBe(0);
  });

  it('lets a shop of single pieces sell some dozens', () => {
    // Half of ln 3, and three times one instead of the small deviation: 35 pieces.
    expect(shop(10_000).read(order('new', START, line('cup', 60)))['quantity-vs-shop']).toBe(0);
    expect(shop(10_000).read(order('new', START, line('cup', 3_500)))['quantity-vs-shop']).toBeCloseTo(100, -1);
  });

  it('is 0 while the past is too short', () => {
    expect(shop(199).read(order('new', START, line('cup', 90_000)))['quantity-vs-shop']).toBe(0);
  });
});
