import { describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '#shared/time.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import type { ChannelErrorCode, ChannelErrorDetails } from '#main/channels/errors.ts';
import { DeliveryError } from '#main/hub/ports.ts';
import type { Delivery } from '#main/hub/ports.ts';
import { channelDeliverer } from '#main/hub/write-back/channel-deliverer.ts';

const SHIP: Delivery = {
  topic: 'channel.ship',
  key: 'k',
  payload: { channelOrderId: '1', trackingNumber: 'SF1', carrier: 'sf', lines: [] },
  createdAt: 0,
  attempt: 1,
};

/** What the outbox is told when the shop's calls are these. */
async function told(client: ChannelClient | null): Promise<DeliveryError | 'delivered'> {
  const topics = ['channel.ship'] as const;
  const parts = { channel: 'douyin', shopId: 'main', topics, timeoutMs: 1_000, client: () => client, available: () => null } as const;
  try {
    await channelDeliverer(parts).deliver(SHIP);
    return 'delivered';
  } catch (error) {
    if (error instanceof DeliveryError) return error;
    throw error;
  }
}
const refusing = (code: ChannelErrorCode, details: ChannelErrorDetails = {}) =>
  told({ ship: () => Promise.reject(new ChannelError(code, details)) } as unknown as ChannelClient);

describe('what a shop’s answer means for the message', () => {
  test('done already is delivered', async () => {
    expect(await refusing('already-done')).toBe('delivered');
  });

  test.each(['refused', 'not-found', 'unsupported', 'token-revoked', 'not-connected'] as const)('%s waits for a person', async (code) => {
    expect(await refusing(code)).toMatchObject({ permanent: true, retryAfterMs: null });
  });

  test.each(['transient', 'bad-answer', 'token-expired'] as const)('%s is tried again', async (code) => {
    expect(await refusing(code)).toMatchObject({ permanent: false, retryAfterMs: null });
  });

  test.each([
    [undefined, 2 * SECOND],
    [7_000, 7_000],
    [0, SECOND],
    [1e12, HOUR],
  ])('a platform that asks for a pause of %s ms is given %s, which costs no attempt', async (asked, given) => {
    const details = asked === undefined ? {} : { retryAfterMs: asked };
    expect(await refusing('quota', details)).toMatchObject({ permanent: false, retryAfterMs: given });
  });

  test('a shop that is not opened while the hub starts or ends keeps its messages', async () => {
    expect(await told(null)).toMatchObject({ permanent: false, retryAfterMs: SECOND });
  });
});
