import type { HubConfig } from './config.ts';
import { WarehouseStockJob } from './jobs/warehouse-stock.ts';
import { PartnerDesk } from './partner-desk.ts';
import { Partners } from './partner-doors/partners.ts';
import type { PartnerLinks } from './partner-ports.ts';
import type { Chance, Clock, Store, Timers } from './ports.ts';
import { shelfBooking } from './warehouse-shelves.ts';
import type { ShelfParts } from './warehouse-shelves.ts';

export interface PartnerServiceParts {
  config: HubConfig['partners'];
  links: PartnerLinks;
  store: Store;
  clock: Clock;
}

/** The doors of partners, how each of them is doing, and the stock of the warehouse where it tells it. */
export function createPartners({ config, links, store, clock }: PartnerServiceParts) {
  const doors = new Partners(config, store.parcels);
  const desk = new PartnerDesk(config, links, doors, clock);
  return {
    doors,
    desk,
    /** Null: the warehouse does not tell its stock. */
    stockJob(parts: ShelfParts & { timers: Timers; chance: Chance; defer(task: () => void): void }): WarehouseStockJob | null {
      const { stock } = links;
      if (!stock) return null;
      const { timers, chance, logger, defer } = parts;
      return new WarehouseStockJob({
        ...{ stock, hasFeed: config.wms?.feed !== undefined, timers, chance, logger },
        book: shelfBooking(parts),
        turn: () => new Promise((resolve) => defer(resolve)),
        worked: () => desk.worked('wms'),
        failed: (error) => desk.failed('wms', error),
      });
    },
  };
}
