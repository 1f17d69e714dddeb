import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelId } from '#shared/channels.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { configSchema } from '#main/hub/config.ts';
import type { Logger } from '#main/hub/ports.ts';
import { ManualTime } from '#main/hub/time.ts';
import { openHttp } from '#simulators/kit/http.ts';
import type { HttpPlace } from '#simulators/kit/http.ts';
import { everyFault, noFaults, seededFaults } from '#simulators/kit/faults.ts';
import { seeded } from '#simulators/kit/random.ts';
import type { FaultScript, PlatformSimulator, SimulatorOptions } from '#simulators/kit/types.ts';
import { SKUS, simulatorOf } from './ways.ts';

export interface WorldOptions {
  channel: ChannelId;
  seed: number;
  /** True: all faults by chance; a script: these. */
  faults: boolean | FaultScript;
  /** Epoch ms. */
  start: number;
  /** Commits wait for the disk. */
  durable: boolean;
  /** How far the hub's clock is ahead of everybody else's, ms; absent: it is right. */
  aheadMs?: () => number;
}

/** Faults make a hub warn all the time; only what must not happen is shown. */
const LOGGER: Logger = { info: () => undefined, warn: () => undefined, error: (fields, message) => console.error(message, fields) };

/** A hub on a file and one platform, on sockets of the loopback interface and on one simulated clock. */
export class World {
  readonly time: ManualTime;
  readonly options: WorldOptions;
  readonly faults: FaultScript;
  #hub: LocalHub | null = null;
  #simulator: PlatformSimulator | null = null;
  #door: HttpPlace | null = null;
  #directory = '';

  constructor(options: WorldOptions) {
    this.options = options;
    this.time = new ManualTime(options.start);
    const { faults, seed } = options;
    if (typeof faults === 'object') this.faults = faults;
    else this.faults = faults ? seededFaults(seeded(seed + 1), everyFault()) : noFaults();
  }

  get hub(): LocalHub {
    if (!this.#hub) throw new Error('The world is not open.');
    return this.#hub;
  }
  get simulator(): PlatformSimulator {
    if (!this.#simulator) throw new Error('The world is not open.');
    return this.#simulator;
  }

  async open(): Promise<this> {
    const { channel, seed } = this.options;
    const { time } = this;
    this.#door = await openHttp(async ({ method, path, query, headers, body }) => {
      if (!this.#hub) return { status: 503, headers: { 'content-type': 'text/plain' }, body: '' };
      const [, , to = '', shopId = ''] = path.split('/');
      const receipt = await this.hub.receive({
        channel: to,
        shopId: decodeURIComponent(shopId),
        method: method === 'GET' ? 'GET' : 'POST',
        query: Object.fromEntries(query),
        headers,
        body,
        receivedAt: time.now(),
      });
      return { status: receipt.status, headers: { 'content-type': receipt.contentType }, body: receipt.body };
    });
    const simulated: SimulatorOptions = {
      now: () => time.now(),
      after: (delayMs, task) => time.after(delayMs, task),
      chance: seeded(seed + 2),
      faults: this.faults,
      shopId: 'main',
      hub: this.#door.url,
    };
    this.#simulator = await (await simulatorOf(channel))(simulated);
    this.#directory = mkdtempSync(join(tmpdir(), 'orderpulse-conformance-'));
    await this.wake();
    return this;
  }

  /** The hub ends; the platform and time go on. */
  async sleep(): Promise<void> {
    await this.#hub?.close();
    this.#hub = null;
  }

  /** The hub ends without a word: of what it does while it ends nothing remains. */
  async crash(): Promise<void> {
    const asItWas = `${this.#directory}-crashed`;
    cpSync(this.#directory, asItWas, { recursive: true });
    await this.sleep();
    rmSync(this.#directory, { recursive: true });
    renameSync(asItWas, this.#directory);
  }

  /** The hub starts on what it kept. */
  async wake(): Promise<void> {
    const { time } = this;
    const { seed } = this.options;
    this.#hub = await openHub(
      { dataDirectory: this.#directory, config: this.#config(), demo: false },
      {
        clock: { now: () => time.now() + (this.options.aheadMs?.() ?? 0) },
        timers: time,
        chance: seeded(seed + 3),
        deliverers: [],
        runJobs: false,
        checkOutputs: false,
        durable: this.options.durable,
        logger: LOGGER,
      },
    );
    this.#hub.hub.feeds.start();
  }

  #config() {
    const { channel } = this.options;
    const shop = { channel, shopId: 'main', name: 'main', credentials: this.simulator.credentials(), endpoint: this.simulator.url };
    return configSchema.parse({
      shops: [{ ...shop, push: true, poll: true }],
      openingStock: SKUS.map(({ sku, name }) => ({ sku, name, warehouse: 'suzhou', spot: 1_000_000 })),
    });
  }

  /** Until nothing is on the wire and nothing is being worked: only time can bring something new. */
  async calm(): Promise<void> {
    await this.simulator.settled();
    await this.#hub?.hub.feeds.settled();
    await this.simulator.settled();
  }

  /** Moves time on to `at`, letting everything due happen at its own moment. */
  async until(at: number): Promise<void> {
    await this.calm();
    for (let next = this.time.nextAt(); next !== null && next <= at; next = this.time.nextAt()) {
      this.time.advanceTo(next);
      await this.calm();
    }
    this.time.advanceTo(at);
  }

  /** Moves time on until something under way has ended. */
  async through<T>(task: Promise<T>): Promise<T> {
    const running = { ended: false };
    const end = (): void => {
      running.ended = true;
    };
    void task.then(end, end);
    while (!running.ended) {
      await this.calm();
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.time.nextAt();
      if (!running.ended && next !== null) this.time.advanceTo(next);
    }
    return task;
  }

  async close(): Promise<void> {
    await this.#hub?.close();
    await this.#simulator?.stop();
    await this.#door?.close();
    if (this.#directory !== '') rmSync(this.#directory, { recursive: true, force: true });
  }
}
