import type { SuggestionBound } from '#shared/contract/reports.ts';
import type { Store } from '../ports.ts';
import type { HubSettings } from '../settings.ts';

const SETTING = 'suggestions.mostFalseKills';
/** One good order in two hundred. */
const SHIPPED = 0.005;

/**
 * What a suggestion may cost: of the good orders, the share it may stop beyond what is stopped now. By the configuration file, else as set on
 * screen, else as shipped.
 */
export class Bound {
  readonly #store: Store;
  readonly #file: number | undefined;
  #kept: number | null;

  constructor(store: Store, settings: Pick<HubSettings, typeof SETTING>) {
    this.#store = store;
    this.#file = settings[SETTING];
    const kept = store.setting(SETTING, () => '');
    const share = kept === '' ? NaN : Number(kept);
    this.#kept = share >= 0 && share <= 1 ? share : null;
  }

  get current(): SuggestionBound {
    if (this.#file !== undefined) return { mostFalseKills: this.#file, from: 'file' };
    return this.#kept === null ? { mostFalseKills: SHIPPED, from: 'default' } : { mostFalseKills: this.#kept, from: 'screen' };
  }

  /** Inside the transaction of its audit entry. */
  set(mostFalseKills: number): void {
    this.#store.putSetting(SETTING, String(mostFalseKills));
    this.#kept = mostFalseKills;
  }
}
