import { expect } from 'vitest';
import type { ChannelId } from '#shared/channels.ts';
import { conform } from './run.ts';

const ORDERS = 200;

/** What every channel has to hold: the same orders as at the platform, once each, within its limits, whatever went wrong on the way. */
export async function judge(channel: ChannelId): Promise<void> {
  const result = await conform(channel, { orders: ORDERS, seed: 7, faults: true });
  expect(result.differences.slice(0, 5)).toEqual([]);
  expect(result.missing).toEqual([]);
  expect(result.doubled).toEqual([]);
  expect(result.gaps.left).toBe(0);
  expect(result.reserved.shelves).toBe(result.reserved.orders);
  expect(result.withoutRaw).toBe(0);
  expect(result.violations).toBe(0);
  expect(result.failed).toBe(0);
  expect(result.refunds).toBeGreaterThan(0);
  // A run in which nothing went wrong would prove nothing.
  expect(Object.values(result.faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
}
