import type { Methods, MethodOutput } from '#shared/contract/index.ts';
import type { CheckSource } from '#shared/order.ts';
import type { HubConfigInput } from '#main/hub/config.ts';
import type { Delivery } from '#main/hub/ports.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { HubOverrides } from '#main/host/open-hub.ts';
import { noFaults } from '#simulators/kit/faults.ts';
import type { FaultScript } from '#simulators/kit/types.ts';
import { open as openCustomers } from '#simulators/partners/crm/open.ts';
import type { CustomerSimulator } from '#simulators/partners/crm/open.ts';
import { open as openRiskList } from '#simulators/partners/risk-list/open.ts';
import type { RiskListSimulator } from '#simulators/partners/risk-list/open.ts';
import { open as openWarehouse } from '#simulators/partners/wms/open.ts';
import type { WarehouseSimulator } from '#simulators/partners/wms/open.ts';
import { ask, deliver, memoryHub, orderData, SHOP, testConfig } from '#test/support/hub.ts';

export type WireOrder = MethodOutput<'orders.get' & keyof Methods>;

/** Real sources on the loopback interface, and a real hub that asks them. */
export class World {
  readonly customers: CustomerSimulator;
  readonly warehouse: WarehouseSimulator;
  readonly risks: RiskListSimulator;
  /** What the warehouse was told, by order number. */
  readonly sent: Delivery[] = [];
  #hub: LocalHub | null = null;
  readonly #closers: (() => Promise<unknown>)[] = [];

  private constructor(customers: CustomerSimulator, warehouse: WarehouseSimulator, risks: RiskListSimulator) {
    this.customers = customers;
    this.warehouse = warehouse;
    this.risks = risks;
    this.#closers.push(
      () => customers.stop(),
      () => warehouse.stop(),
      () => risks.stop(),
    );
    warehouse.setStock({ sku: 'CUP', warehouse: 'suzhou', spot: 1_000 });
  }

  static async open(faults: Partial<Record<CheckSource, FaultScript>> = {}): Promise<World> {
    const options = (source: CheckSource) => ({
      now: () => Date.now(),
      after: (delayMs: number, task: () => void) => {
        const timer = setTimeout(task, delayMs);
        return () => clearTimeout(timer);
      },
      chance: () => 0.5,
      faults: faults[source] ?? noFaults(),
      hub: 'http://127.0.0.1:9',
    });
    return new World(await openCustomers(options('crm')), await openWarehouse(options('wms')), await openRiskList(options('risk-list')));
  }

  get hub(): LocalHub {
    if (!this.#hub) throw new Error('The hub is not open.');
    return this.#hub;
  }

  /** Configuration that connects the named sources. */
  config(sources: readonly CheckSource[], more: HubConfigInput = {}) {
    const { customers, warehouse, risks } = this;
    return testConfig({
      partners: {
        ...(sources.includes('crm') && { crm: { url: customers.url, token: customers.token } }),
        ...(sources.includes('wms') && {
          wms: { url: `${warehouse.url}/messages`, secret: warehouse.secret, check: warehouse.checkAddress },
        }),
        ...(sources.includes('risk-list') && { riskList: { url: risks.url, token: risks.token } }),
      },
      ...more,
    });
  }

  /** A hub that asks the named sources; `wms.ship` and the like are written down instead of sent. */
  async connect(
    sources: readonly CheckSource[] = ['crm', 'wms', 'risk-list'],
    more: HubConfigInput = {},
    overrides: HubOverrides = {},
  ): Promise<LocalHub> {
    const warehouse = {
      target: 'wms',
      topics: ['wms.ship', 'wms.hold', 'wms.recall'] as const,
      deliver: async (delivery: Delivery) => void this.sent.push(delivery),
    };
    const hub = await memoryHub(this.config(sources, more), { deliverers: [warehouse], ...overrides });
    hub.hub.checks.start();
    this.#hub = hub;
    this.#closers.push(() => hub.close());
    return hub;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }

  /** A paid order, as its shop pushes it. The buyer's key is `buyer-<id>`. */
  async place(id: string, more: Record<string, unknown> = {}): Promise<WireOrder> {
    const now = Date.now();
    const { status } = await deliver(this.hub, 'order.paid', orderData(id, now, more), now);
    if (status !== 200) throw new Error(`The hub answered ${status}.`);
    return this.order(id);
  }

  /** The same order as it is later. */
  async change(id: string, more: Record<string, unknown>): Promise<WireOrder> {
    const now = Date.now();
    await deliver(
      this.hub,
      'order.updated',
      orderData(id, now, { createdAt: (await this.order(id)).createdAt, updatedAt: now, ...more }),
      now,
      `msg_${id}_${now}_${Math.round(performance.now() * 1e3)}`,
    );
    return this.order(id);
  }

  order(id: string): Promise<WireOrder> {
    return ask(this.hub, 'orders.get', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: id });
  }

  check(order: WireOrder, source: CheckSource) {
    const check = order.checks?.find((one) => one.source === source);
    if (!check) throw new Error(`${order.orderNo} has no check of ${source}.`);
    return check;
  }

  async source(source: CheckSource) {
    const state = (await ask(this.hub, 'checks.state', {})).sources.find((one) => one.source === source);
    if (!state) throw new Error(source);
    return state;
  }

  /** Topics of what went out about an order, in order. */
  async told(orderNo: string): Promise<string[]> {
    this.hub.hub.outbox.run();
    await this.hub.hub.outbox.settled();
    return this.sent.filter(({ payload }) => payload['orderNo'] === orderNo).map(({ topic }) => topic);
  }

  /** The order once every source answered, on a busy machine perhaps late. */
  async answered(id: string): Promise<WireOrder> {
    await eventually(async () => ((await this.order(id)).checks ?? []).every(({ state }) => state === 'answered'));
    return this.order(id);
  }

  settled(): Promise<void> {
    return this.hub.hub.checks.settled();
  }
}

export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 4_000; attempt += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It never became so.');
}
