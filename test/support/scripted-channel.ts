import type { ChannelAdapter, ReadingShop, ShopOptions } from '#main/channels/channel.ts';
import type { ChannelAccess, ChannelClient } from '#main/channels/client.ts';
import type { CallGroup } from '#main/channels/manifest.ts';
import type { HttpRequest, HttpResponse } from '#main/channels/transport.ts';

export const NOW = Date.parse('2025-06-18T20:16:00+08:00');

/** What reading may know of a shop that never changed an option. */
export function readingShop(adapter: ChannelAdapter, shopId = 'shop-1', options: ShopOptions = {}): ReadingShop {
  return { channel: adapter.manifest.id, shopId, options, mapping: adapter.mapping };
}

export function bytes(value: unknown): Uint8Array {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8');
}

/** Reads a payload as a poll at `observedAt` would hand it over; null: as a push. */
export function read(adapter: ChannelAdapter, topic: string, value: unknown, observedAt: number | null = null) {
  return adapter.normalise({ topic, body: bytes(value), observedAt }, readingShop(adapter));
}

export interface ScriptedAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
  /** The platform's clock minus ours, ms. */
  dateOffMs?: number;
}
export interface ScriptedClient {
  client: ChannelClient;
  requests: HttpRequest[];
  groups: CallGroup[];
}

/** A client whose platform gives these answers one after the other, the last one for ever. Every request is kept. */
export function scripted(
  adapter: ChannelAdapter,
  fields: Record<string, string>,
  answers: readonly ScriptedAnswer[],
  options: ShopOptions = {},
): ScriptedClient {
  const requests: HttpRequest[] = [];
  const groups: CallGroup[] = [];
  const access: ChannelAccess = {
    shopId: 'shop-1',
    keys: { fields, secrets: [] },
    options,
    endpoint: null,
    token: () => Promise.resolve('AT1'),
    now: () => NOW,
    pace: (group) => {
      groups.push(group);
      return Promise.resolve();
    },
    wait: () => Promise.resolve(),
    transport: {
      send(request): Promise<HttpResponse> {
        const { status = 200, headers = {}, body, dateOffMs = 0 } = answers[Math.min(requests.length, answers.length - 1)] ?? { body: '' };
        requests.push(request);
        return Promise.resolve({ status, headers, body: bytes(body), sentAt: NOW, receivedAt: NOW + 20, date: NOW + dateOffMs });
      },
      close: () => undefined,
    },
  };
  if (!adapter.connect) throw new Error(`${adapter.manifest.id} has no client.`);
  return { client: adapter.connect(access), requests, groups };
}
