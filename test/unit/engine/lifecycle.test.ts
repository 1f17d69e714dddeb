import { describe, expect, test } from 'vitest';
import { ORDER_STATUSES, type OrderStatus } from '#shared/order.ts';
import { hasEnded, hasShipped, isOpen, LIFECYCLE, move, statusRank } from '#main/engine/index.ts';

const known = new Set<string>(ORDER_STATUSES);

describe('the state table', () => {
  test('names only known states, and each move once', () => {
    expect(LIFECYCLE.filter(({ from, to }) => !known.has(from) || !known.has(to))).toEqual([]);
    const moves = LIFECYCLE.map(({ from, to }) => `${from} ${to}`);
    expect(new Set(moves).size).toBe(moves.length);
    expect(LIFECYCLE.filter(({ from, to }) => from === to)).toEqual([]);
  });

  test('reaches every state from pending payment by single steps, and ends in closed alone', () => {
    const reached = new Set<OrderStatus>(['pending_payment']);
    const steps = LIFECYCLE.filter((entry) => entry.kind !== 'catch-up');
    for (const from of reached) for (const entry of steps) if (entry.from === from) reached.add(entry.to);
    expect([...known].filter((state) => !reached.has(state as OrderStatus))).toEqual([]);
    expect(ORDER_STATUSES.filter((state) => !LIFECYCLE.some(({ from }) => from === state))).toEqual(['closed']);
  });

  test('allows every move forwards, so that it does not matter which messages were missed', () => {
    for (const from of ORDER_STATUSES) {
      for (const to of ORDER_STATUSES) if (statusRank(from) < statusRank(to)) expect(move(from, to), `${from} -> ${to}`).not.toBeNull();
    }
  });

  test('goes backwards only when a refund is withdrawn', () => {
    const backwards = LIFECYCLE.filter(({ from, to }) => statusRank(from) > statusRank(to));
    expect(backwards.map(({ from }) => from)).toEqual(backwards.map(() => 'refunding'));
  });

  test.each([
    ['shipped', 'awaiting_shipment'],
    ['shipped', 'cancelled'],
    ['delivered', 'shipped'],
    ['completed', 'paid'],
    ['refunded', 'paid'],
    ['closed', 'paid'],
    ['cancelled', 'paid'],
  ] as [OrderStatus, OrderStatus][])('refuses %s -> %s', (from, to) => expect(move(from, to)).toBeNull());

  test('every state is open, shipped, ended, or a refund under way', () => {
    for (const state of ORDER_STATUSES) {
      expect([isOpen(state), hasShipped(state), hasEnded(state), state === 'refunding'].filter(Boolean)).toHaveLength(1);
    }
  });

  test('says trigger and action in both languages', () => {
    for (const { trigger, action } of LIFECYCLE)
      for (const text of [trigger.zh, trigger.en, action.zh, action.en]) expect(text).not.toBe('');
  });
});
