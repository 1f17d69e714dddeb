import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { MethodOutput, StreamEvent } from '#shared/contract/index.ts';
import type { StockAlarm, StockFlow, StockLevel, WarehouseHealth } from '#shared/stock.ts';
import { request } from '../api/client.ts';
import { said } from '../locales/texts.ts';
import { createSlice } from './slice.ts';

type StockMap = MethodOutput<'stock.map'>;

export function levelKey(level: { sku: string; warehouse: string }): string {
  return `${level.sku}@${level.warehouse}`;
}

/** The pool: levels by SKU and warehouse, alarms, warehouses, flows and demand. Loaded by the pages that show it. */
export const useStock = defineStore('stock', () => {
  const levels = shallowRef<ReadonlyMap<string, StockLevel>>(new Map());
  const alarms = shallowRef<ReadonlyMap<string, StockAlarm>>(new Map());
  const warehouses = shallowRef<WarehouseHealth[]>([]);
  const flows = shallowRef<StockFlow[]>([]);
  const demand = shallowRef<StockMap['demand']>([]);
  const loaded = ref(false);
  const alarmList = computed(() => [...alarms.value.values()].sort((one, other) => other.raisedAt - one.raisedAt));

  async function fetchAll(): Promise<{ map: StockMap; items: StockLevel[] }> {
    const map = await request('stock.map', {});
    const items: StockLevel[] = [];
    let after: string | null = null;
    do {
      const page: MethodOutput<'stock.list'> = await request('stock.list', { limit: 500, after });
      items.push(...page.items);
      after = page.next;
    } while (after !== null);
    return { map, items };
  }

  function resetMap(map: StockMap): void {
    warehouses.value = map.warehouses;
    flows.value = map.flows;
    demand.value = map.demand;
    alarms.value = new Map(map.alarms.map((alarm) => [alarm.id, alarm]));
  }

  function reset({ map, items }: { map: StockMap; items: StockLevel[] }): void {
    resetMap(map);
    levels.value = new Map(items.map((level) => [levelKey(level), level]));
    loaded.value = true;
  }

  function applyEvent(event: StreamEvent): void {
    if (event.name !== 'stock.changed') return;
    const nextLevels = new Map(levels.value);
    for (const level of event.payload.levels) nextLevels.set(levelKey(level), level);
    levels.value = nextLevels;
    const nextAlarms = new Map(alarms.value);
    for (const alarm of event.payload.alarms) nextAlarms.set(alarm.id, alarm);
    for (const id of event.payload.alarmsCleared) nextAlarms.delete(id);
    alarms.value = nextAlarms;
  }

  /** Warehouses, flows and demand are not sent as events: pages that draw them ask again now and then. */
  async function refreshMap(): Promise<void> {
    resetMap(await request('stock.map', {}));
  }

  /** The name of a warehouse, once the map is here; its id before. */
  function warehouseName(id: string): string {
    const known = warehouses.value.find((warehouse) => warehouse.id === id);
    return known ? said(known.name) : id;
  }

  const slice = createSlice(fetchAll, reset, applyEvent);
  return { levels, alarms, alarmList, warehouses, flows, demand, loaded, load: slice.load, refreshMap, warehouseName, apply: slice.apply };
});
