import type { Principal } from '#shared/contract/index.ts';
import type { Warehouse } from '#shared/stock.ts';
import type { Transport } from '#main/channels/transport.ts';
import type { DutyFreeRow, Places } from '#main/engine/index.ts';
import type { RoutingTable } from '#main/routing/route.ts';
import type { HubConfig } from './config.ts';
import type { StartFit } from './forecast/forecast-ports.ts';
import type { MessageReadings } from './message-readings.ts';
import type { PartnerLinks } from './partner-ports.ts';
import type { Chance, Clock, Deliverer, Logger, Store, Timers } from './ports.ts';
import type { StartTraining } from './radar/radar-ports.ts';
import type { Shop } from './shops.ts';
import type { StartTrial } from './trial/trial-ports.ts';

/** What the program ships beside its code, already read. */
export interface HubResources {
  /** Content of resources/rules.json. */
  rules: unknown;
  routing: RoutingTable;
  /** Used where the configuration names none. */
  warehouses: readonly Warehouse[];
  places: Places;
  /** Duty-free limits by destination and day (resources/duty-free.json). */
  dutyFree: readonly DutyFreeRow[];
  version: string;
}

export interface HubParts {
  store: Store;
  config: HubConfig;
  demo: boolean;
  /** All who may log in; the hosts know them. */
  people: readonly Pick<Principal, 'operator' | 'role'>[];
  resources: HubResources;
  /** Reads what buyers write. */
  messages: MessageReadings;
  /** The targets a configuration of partners names. */
  deliverersOf(partners: HubConfig['partners']): readonly Deliverer[];
  /** The calls it makes possible. */
  partnerLinksOf(partners: HubConfig['partners']): PartnerLinks;
  startTrial: StartTrial;
  startFit: StartFit;
  startTraining: StartTraining;
  /** Opens and seals credentials: 32 bytes, kept outside the database. */
  vaultKey: Uint8Array;
  /** The way out to a shop's platform, of its own. */
  transportFor(shop: Pick<Shop, 'channel' | 'shopId'>): Transport;
  /** Folder of uploaded files; empty: a temporary one. */
  importDirectory: string;
  clock: Clock;
  timers: Timers;
  chance: Chance;
  logger: Logger;
  /** Runs a task in a later turn of the event loop. */
  defer(task: () => void): void;
  /** Checks every answer against its schema; for tests and development. */
  checkOutputs: boolean;
  /** False: nothing runs by itself; whoever opened the hub moves time on. */
  runJobs: boolean;
}
