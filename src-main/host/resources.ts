import dutyFree from '#resources/duty-free.json' with { type: 'json' };
import places from '#resources/places.json' with { type: 'json' };
import routing from '#resources/routing.json' with { type: 'json' };
import rules from '#resources/rules.json' with { type: 'json' };
import warehouses from '#resources/warehouses.json' with { type: 'json' };
import { createPlaces } from '#main/engine/index.ts';
import type { HubResources } from '#main/hub/hub-parts.ts';
import { parseRoutingTable, parseWarehouses } from '#main/routing/table.ts';
import packageFile from '../../package.json' with { type: 'json' };

/** The data files the program ships with, checked. Throws RoutingTableError for a table that cannot be used. */
export function readResources(): HubResources {
  return {
    rules,
    routing: parseRoutingTable(routing),
    warehouses: parseWarehouses(warehouses),
    places: createPlaces(places),
    dutyFree: dutyFree.rows,
    version: packageFile.version,
  };
}
