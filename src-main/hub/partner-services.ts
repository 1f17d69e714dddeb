import type { PartnerId } from '#shared/contract/partners.ts';
import type { HubConfig } from './config.ts';
import { WarehouseStockJob } from './jobs/warehouse-stock.ts';
import { PartnerBook } from './partner-book.ts';
import { PartnerDesk, partnerOfTarget } from './partner-desk.ts';
import { Partners } from './partner-doors/partners.ts';
import type { PartnerLinks } from './partner-ports.ts';
import type { Chance, Clock, Deliverer, Store, Timers } from './ports.ts';
import type { Vault } from './vault.ts';
import { shelfBooking } from './warehouse-shelves.ts';
import type { ShelfParts } from './warehouse-shelves.ts';

export interface PartnerServiceParts {
  config: HubConfig['partners'];
  /** The calls and the targets a configuration makes possible. */
  linksOf(config: HubConfig['partners']): PartnerLinks;
  deliverersOf(config: HubConfig['partners']): readonly Deliverer[];
  store: Store;
  vault: Vault;
  clock: Clock;
}
type StockParts = ShelfParts & { timers: Timers; chance: Chance; defer(task: () => void): void };
/** Where targets come and go. */
interface Targets {
  add(deliverer: Deliverer): void;
  remove(target: string): void;
}

export type PartnerServices = ReturnType<typeof createPartners>;

/** The partners in force: their doors, targets and calls, how each is doing, and the stock of the warehouse where it tells it. */
export function createPartners({ config: file, linksOf, deliverersOf, store, vault, clock }: PartnerServiceParts) {
  const book = new PartnerBook(file, store, vault, clock);
  let config = book.config();
  let links = linksOf(config);
  const doors = new Partners(config, store.parcels);
  const desk = new PartnerDesk(book, () => links, doors, clock);
  const watched = (): Deliverer[] => deliverersOf(config).map((deliverer) => desk.watched(deliverer));
  let deliverers = watched();
  book.onChange(() => {
    config = book.config();
    links = linksOf(config);
    doors.use(config);
  });
  return {
    doors,
    desk,
    book,
    /** The calls of a partner as it would be connected. */
    linksOf,
    get links(): PartnerLinks {
      return links;
    },
    get deliverers(): readonly Deliverer[] {
      return deliverers;
    },
    /** Keeps the targets of the outbox in step: those of a partner that changed are replaced, all others stay as they are. */
    follow(targets: Targets): void {
      book.onChange((changed) => {
        const before = deliverers;
        const isOf = ({ target }: Deliverer): boolean => concerns(changed, target);
        const fresh = watched().filter((one) => isOf(one) || !before.some(({ target }) => target === one.target));
        deliverers = [...before.filter((one) => !isOf(one)), ...fresh];
        for (const { target } of before.filter(isOf)) if (!fresh.some((one) => one.target === target)) targets.remove(target);
        for (const deliverer of fresh) targets.add(deliverer);
      });
    },
    /** The warehouse's stock, read anew under every change of its connection. */
    stock: (parts: StockParts) => new FollowedStock(book, () => stockJob(parts, links, config.wms?.feed !== undefined, desk)),
  };
}

/** One service follows the parcels: connecting either of the two can move the other's target. */
function concerns(changed: PartnerId, target: string): boolean {
  const id = partnerOfTarget(target);
  const trackers: readonly (PartnerId | null)[] = ['kuaidi100', 'kdniao'];
  return id === changed || (trackers.includes(changed) && trackers.includes(id));
}

function stockJob(parts: StockParts, { stock }: PartnerLinks, hasFeed: boolean, desk: PartnerDesk): WarehouseStockJob | null {
  if (!stock) return null;
  const { timers, chance, logger, defer } = parts;
  return new WarehouseStockJob({
    ...{ stock, hasFeed, timers, chance, logger },
    book: shelfBooking(parts),
    turn: () => new Promise((resolve) => defer(resolve)),
    worked: () => desk.worked('wms'),
    failed: (error) => desk.failed('wms', error),
  });
}

/** The job that keeps the warehouse's stock, replaced when the warehouse is connected otherwise. */
class FollowedStock {
  readonly #make: () => WarehouseStockJob | null;
  #job: WarehouseStockJob | null;
  #running = false;
  #ending: Promise<void> = Promise.resolve();

  constructor(book: PartnerBook, make: () => WarehouseStockJob | null) {
    this.#make = make;
    this.#job = make();
    book.onChange((id) => {
      if (id === 'wms') this.#renew();
    });
  }

  /** Null where no warehouse tells its stock. */
  get job(): WarehouseStockJob | null {
    return this.#job;
  }

  start(): void {
    this.#running = true;
    this.#job?.start();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all([this.#ending, this.#job?.stop()]);
  }

  #renew(): void {
    const before = this.#job;
    if (before) this.#ending = Promise.all([this.#ending, before.stop()]).then(() => undefined);
    this.#job = this.#make();
    if (this.#running) this.#job?.start();
  }
}
