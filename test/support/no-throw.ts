import fc from 'fast-check';
import { expect } from 'vitest';
import type { ChannelAdapter } from '#main/channels/channel.ts';
import { read } from './scripted-channel.ts';

type Path = (string | number)[];

function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Record<string, unknown>) };
  (copy as Record<string | number, unknown>)[key] = replaced((value as Record<string | number, unknown>)[key], rest, by);
  return copy;
}

/** Whatever stands in whichever place of a payload, reading it never throws and never gives an order without id, times or whole sums. */
export function neverThrows(adapter: ChannelAdapter, topic: string, sample: unknown): void {
  const paths = leavesOf(sample);
  fc.assert(
    fc.property(
      fc.nat(paths.length - 1),
      fc.oneof(fc.constant(undefined), fc.constantFrom('constructor', '__proto__', 'toString'), fc.jsonValue()),
      (index, by) => {
        const result = read(adapter, topic, replaced(sample, paths[index] ?? [], by) ?? null);
        if (!result.ok) {
          expect(result.reason.zh).not.toBe('');
          expect(result.reason.en).not.toBe('');
          return;
        }
        for (const item of result.items) {
          if (item.kind !== 'order') continue;
          const { order } = item;
          expect(order.channelOrderId).not.toBe('');
          expect(order.status === null || typeof order.status === 'string').toBe(true);
          for (const sum of [
            order.goodsMinor,
            order.freightMinor,
            order.discountMinor,
            order.paidMinor,
            order.createdAt,
            order.updatedAt,
          ]) {
            expect(Number.isInteger(sum)).toBe(true);
          }
          for (const line of order.lines) expect(line.quantity).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 400, seed: 20250618 },
  );
}
