import type { PartnerId } from '#shared/contract/partners.ts';
import type { HubConfig } from './config.ts';
import { configOf, formOf } from './partner-forms.ts';
import type { Clock, Store } from './ports.ts';
import type { AuditDraft } from '#main/model/outcome.ts';
import type { Vault } from './vault.ts';

type Config = HubConfig['partners'];
type Values = Record<string, string>;

interface Kept {
  values: Values;
  on: boolean;
}

/** Which partners are connected, by the configuration file and on screen; where both name one, the configuration wins. */
export class PartnerBook {
  readonly #file: Config;
  readonly #kept = new Map<PartnerId, Kept>();
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #listeners: ((id: PartnerId) => void)[] = [];

  /** Throws ConfigError where what is stored cannot be opened. */
  constructor(file: Config, store: Store, vault: Vault, clock: Clock) {
    this.#file = file;
    this.#store = store;
    this.#vault = vault;
    this.#clock = clock;
    for (const { id, sealed, active } of store.partnerConnections.all()) {
      this.#kept.set(id, { values: vault.open(sealed, contextOf(id)) as Values, on: active });
    }
  }

  /** Every partner that is connected and switched on. */
  config(): Config {
    const kept = [...this.#kept].filter(([id, { on }]) => on && !this.#inFile(id)).map(([id, { values }]) => configOf(id, values));
    return Object.assign({}, ...kept.map((read) => (read.ok ? read.config : {})), this.#file) as Config;
  }

  /** How a partner is connected; `on` is true for those of the file. */
  of(id: PartnerId): { source: 'file' | 'screen' | null; on: boolean } {
    if (this.#inFile(id)) return { source: 'file', on: true };
    const kept = this.#kept.get(id);
    return { source: kept ? 'screen' : null, on: kept?.on ?? false };
  }

  /** What is stored of a partner, secrets among it; for the hub's own use. */
  values(id: PartnerId): Readonly<Values> {
    return this.#inFile(id) ? {} : (this.#kept.get(id)?.values ?? {});
  }

  /** What was typed over what is stored: a blank secret keeps its value, another blank field is emptied. */
  merged(id: PartnerId, typed: Readonly<Values>): Values {
    const before = this.values(id);
    const after: Values = {};
    for (const { name, kind } of formOf(id).fields) {
      const text = typed[name]?.trim() ?? '';
      const value = text !== '' ? text : kind === 'secret' || typed[name] === undefined ? before[name] : undefined;
      if (value !== undefined) after[name] = value;
    }
    return after;
  }

  /** Keeps a partner and takes it into force. A new one is switched on at once: the form was sent to connect it. */
  keep(id: PartnerId, values: Values, on: boolean, audit: AuditDraft): void {
    const sealed = this.#vault.seal(values, contextOf(id));
    this.#store.transaction(() => {
      this.#store.partnerConnections.put({ id, sealed, active: on }, this.#clock.now());
      this.#store.audit.append(audit, this.#clock.now());
    });
    this.#kept.set(id, { values, on });
    this.#changed(id);
  }

  remove(id: PartnerId, audit: AuditDraft): void {
    this.#store.transaction(() => {
      this.#store.partnerConnections.remove(id);
      this.#store.audit.append(audit, this.#clock.now());
    });
    this.#kept.delete(id);
    this.#changed(id);
  }

  /** Told the id of every partner that is connected, changed, switched or removed from now on. */
  onChange(listener: (id: PartnerId) => void): void {
    this.#listeners.push(listener);
  }

  #changed(id: PartnerId): void {
    for (const listener of this.#listeners) listener(id);
  }

  #inFile(id: PartnerId): boolean {
    const { robots = [], riskList, ...others } = this.#file;
    if (id === 'robots') return robots.length > 0;
    return id === 'risk-list' ? riskList !== undefined : others[id] !== undefined;
  }
}

function contextOf(id: PartnerId): string {
  return `partner/${id}`;
}
