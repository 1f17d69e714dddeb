import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router';
import type { Component } from 'vue';
import { Activity, Boxes, FileChartColumn, HeartPulse, Inbox, ScrollText, SlidersHorizontal } from '@lucide/vue';

/** The pages of the left rail, in its order; `key` follows G. */
export const PAGES = [
  { name: 'monitor', key: 'm', icon: Activity, load: () => import('./views/monitor/MonitorPage.vue') },
  { name: 'desk', key: 'd', icon: Inbox, load: () => import('./views/desk/DeskPage.vue') },
  { name: 'inventory', key: 'i', icon: Boxes, load: () => import('./views/inventory/InventoryPage.vue') },
  { name: 'health', key: 'h', icon: HeartPulse, load: () => import('./views/health/HealthPage.vue') },
  { name: 'rules', key: 'r', icon: ScrollText, load: () => import('./views/rules/RulesPage.vue') },
  { name: 'reports', key: 'e', icon: FileChartColumn, load: () => import('./views/reports/ReportsPage.vue') },
  { name: 'settings', key: 's', icon: SlidersHorizontal, load: () => import('./views/settings/SettingsPage.vue') },
] as const satisfies readonly { name: string; key: string; icon: Component; load: () => Promise<unknown> }[];
export type PageName = (typeof PAGES)[number]['name'];

/** Pages beside the settings: how orders come in, what is missing, what words mean, files, and who works beside the hub. They share the settings' place in the rail. */
export const SETTINGS_PAGES = [
  { name: 'feeds', key: 'f', load: () => import('./views/feeds/FeedsPage.vue') },
  { name: 'gaps', key: 'g', load: () => import('./views/gaps/GapsPage.vue') },
  { name: 'mapping', key: 'p', load: () => import('./views/mapping/MappingPage.vue') },
  { name: 'imports', key: 'u', load: () => import('./views/imports/ImportsPage.vue') },
  { name: 'partners', key: 'b', load: () => import('./views/partners/PartnersPage.vue') },
] as const satisfies readonly { name: string; key: string; load: () => Promise<unknown> }[];

/** Pages beside the monitor: what will go wrong, beside what has. */
export const MONITOR_PAGES = [
  { name: 'forecast', key: 'l', load: () => import('./views/forecast/ForecastPage.vue') },
] as const satisfies readonly {
  name: string;
  key: string;
  load: () => Promise<unknown>;
}[];

/** Pages beside the rules: what rules can learn from. */
export const RULES_PAGES = [{ name: 'radar', key: 'a', load: () => import('./views/radar/RadarPage.vue') }] as const satisfies readonly {
  name: string;
  key: string;
  load: () => Promise<unknown>;
}[];

export const routes: RouteRecordRaw[] = [
  { path: '/', redirect: { name: 'monitor' } },
  ...PAGES.map(({ name, load }) => ({ path: `/${name}`, name, component: load })),
  ...SETTINGS_PAGES.map(({ name, load }) => ({ path: `/settings/${name}`, name, component: load, meta: { within: 'settings' } })),
  ...MONITOR_PAGES.map(({ name, load }) => ({ path: `/monitor/${name}`, name, component: load, meta: { within: 'monitor' } })),
  ...RULES_PAGES.map(({ name, load }) => ({ path: `/rules/${name}`, name, component: load, meta: { within: 'rules' } })),
  { path: '/wallboard', name: 'wallboard', component: () => import('./views/wallboard/WallboardPage.vue'), meta: { bare: true } },
  { path: '/:rest(.*)*', redirect: { name: 'monitor' } },
];

/** Addresses live behind the hash: the same page works from a file, a server and any path. */
export const router = createRouter({ history: createWebHashHistory(), routes });
