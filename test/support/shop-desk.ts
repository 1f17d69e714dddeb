import { expect } from 'vitest';
import type { HubConfigInput } from '#main/hub/config.ts';
import type { HubOverrides, LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, memoryHub, orderData, SECRET, SHOP, testConfig } from './hub.ts';
import { signStandard } from './webhooks.ts';

/** 18 June 2026, 14:00 in Shanghai. */
export const DESK_NOON = Date.UTC(2026, 5, 18, 6);

type Data = Record<string, unknown>;
/** An order or refund told `before` ms earlier than now. */
export type Told = Data & { before?: number; type?: string };

export interface DeskOptions {
  at?: number;
  /** The shop's channel; its messages come through the own-store door all the same. */
  channel?: 'douyin' | 'standard-webhooks';
  config?: HubConfigInput;
  overrides?: HubOverrides;
}

/** A real hub at a moment, with one shop that tells it things as shops do: signed webhooks. */
export class ShopDesk {
  readonly hub: LocalHub;
  readonly time: ManualTime;
  readonly #channel: 'douyin' | 'standard-webhooks';
  #told = 0;

  private constructor(hub: LocalHub, time: ManualTime, channel: 'douyin' | 'standard-webhooks') {
    this.hub = hub;
    this.time = time;
    this.#channel = channel;
  }

  static async open({ at = DESK_NOON, channel, config = {}, overrides = {} }: DeskOptions = {}): Promise<ShopDesk> {
    const time = new ManualTime(at);
    const shops = channel ? [{ ...SHOP, channel, door: 'standard-webhooks' as const }] : [SHOP];
    const openingStock = ['CUP', 'BOWL'].map((sku) => ({ sku, name: sku, warehouse: 'suzhou', spot: 1_000, presaleQuota: 10, safety: 0 }));
    const hub = await memoryHub(testConfig({ shops, openingStock, ...config }), { clock: time, timers: time, ...overrides });
    return new ShopDesk(hub, time, channel ?? 'standard-webhooks');
  }

  keyOf(channelOrderId: string) {
    return { channel: this.#channel, shopId: SHOP.shopId, channelOrderId };
  }

  /** Tells an order or refund and answers its platform number. */
  async tell({ before = 0, type = 'order.paid', ...data }: Told): Promise<string> {
    const now = this.time.now();
    this.#told += 1;
    const id = typeof data['channelOrderId'] === 'string' ? data['channelOrderId'] : `o${this.#told}`;
    const at = now - before;
    const times = { createdAt: at, paidAt: at, updatedAt: at };
    const body = type.startsWith('order.') ? orderData(id, now, { ...times, ...data }) : { ...data, updatedAt: at };
    const signed = signStandard(SECRET, `msg_${this.#told}`, now, { type, timestamp: new Date(at).toISOString(), data: body });
    const receipt = await this.hub.receive({ channel: this.#channel, shopId: SHOP.shopId, ...signed, receivedAt: now });
    expect(receipt.status).toBeLessThan(300);
    return id;
  }

  /** What the hub knows before, the oldest first. */
  async past(told: readonly Told[] = []): Promise<void> {
    for (const one of [...told].sort((a, b) => (b.before ?? 0) - (a.before ?? 0))) await this.tell(one);
  }

  order(channelOrderId: string) {
    return ask(this.hub, 'orders.get', this.keyOf(channelOrderId));
  }

  /** What one rule said of an order, derived again from the stored inputs. */
  async said(channelOrderId: string, rule: string) {
    const explained = await ask(this.hub, 'orders.explain', this.keyOf(channelOrderId));
    expect(explained.rederived).toBe(true);
    const found = explained.results.find(({ ruleId }) => ruleId === rule);
    if (!found) throw new Error(`no rule ${rule}`);
    return found;
  }

  async judged(data: Data, rule: string) {
    const id = await this.tell(data);
    return { result: await this.said(id, rule), order: await this.order(id) };
  }

  close(): Promise<void> {
    return this.hub.close();
  }
}
