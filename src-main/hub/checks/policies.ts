import { CHECK_SOURCES } from '#shared/order.ts';
import type { CheckSource } from '#shared/order.ts';
import type { CheckPolicy } from '#main/engine/index.ts';
import type { Store } from '../ports.ts';
import type { HubSettings } from '../settings.ts';

/** What the merchant is served with unless somebody says otherwise; docs/partners.md says why. */
const SHIPPED: Record<CheckSource, CheckPolicy> = { crm: 'pass-and-mark', wms: 'pass-and-mark', 'risk-list': 'hold' };

/** What becomes of orders a source cannot tell about: by the configuration file, else as set on screen, else as shipped. */
export class CheckPolicies {
  readonly #store: Store;
  readonly #file: Partial<Record<CheckSource, CheckPolicy>>;
  readonly #kept: Partial<Record<CheckSource, CheckPolicy>> = {};

  constructor(store: Store, settings: HubSettings) {
    this.#store = store;
    const file = CHECK_SOURCES.map((source) => [source, settings[`checks.${source}`]] as const);
    this.#file = Object.fromEntries(file.filter(([, policy]) => policy !== undefined)) as Partial<Record<CheckSource, CheckPolicy>>;
    for (const source of CHECK_SOURCES) {
      const kept = store.setting(keyOf(source), () => '');
      if (kept === 'hold' || kept === 'pass-and-mark') this.#kept[source] = kept;
    }
  }

  of(source: CheckSource): { policy: CheckPolicy; from: 'file' | 'screen' | 'default' } {
    const [file, kept] = [this.#file[source], this.#kept[source]];
    if (file) return { policy: file, from: 'file' };
    return kept ? { policy: kept, from: 'screen' } : { policy: SHIPPED[source], from: 'default' };
  }

  all(): Record<CheckSource, CheckPolicy> {
    return { crm: this.of('crm').policy, wms: this.of('wms').policy, 'risk-list': this.of('risk-list').policy };
  }

  /** Inside the transaction of its audit entry. */
  set(source: CheckSource, policy: CheckPolicy): void {
    this.#store.putSetting(keyOf(source), policy);
    this.#kept[source] = policy;
  }
}

function keyOf(source: CheckSource): string {
  return `checks.${source}`;
}
