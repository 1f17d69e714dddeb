import fc from 'fast-check';
import { expect } from 'vitest';
import type { ChannelAdapter } from '#main/channels/channel.ts';
import { BAD_JSON, placesOf, replaced } from './bad-values.ts';
import { read } from './scripted-channel.ts';

const HERE = '\u0001here';

/** Whatever stands in whichever place of a payload, reading it never throws and never gives an order without id, times or whole sums. */
export function neverThrows(adapter: ChannelAdapter, topic: string, sample: unknown): void {
  const paths = placesOf(sample);
  fc.assert(
    fc.property(
      fc.nat(paths.length - 1),
      fc.oneof(
        fc.constantFrom(...BAD_JSON.keys()).map((at) => ({ at })),
        fc.record({ value: fc.jsonValue() }),
      ),
      (index, by) => {
        const json = 'at' in by ? (BAD_JSON[by.at] as string) : JSON.stringify(by.value);
        const whole = JSON.stringify(replaced(sample, paths[index] ?? [], HERE));
        const result = read(
          adapter,
          topic,
          whole.replace(JSON.stringify(HERE), () => json),
        );
        // What every object has is no word of a platform: nothing of it is kept.
        structuredClone(result);
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
