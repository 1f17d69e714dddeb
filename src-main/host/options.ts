import type { Principal } from '#shared/contract/index.ts';
import type { HubConfig } from '#main/hub/config.ts';

/** What a host needs to say to open the hub. Structured-clone safe: it crosses to the worker thread. */
export interface HubOptions {
  /** Folder of the workspace; created if missing. Holds `orderpulse.db` and the workspace's own keys. */
  dataDirectory: string;
  config: HubConfig;
  /** Marks the workspace as demo, on every screen. */
  demo: boolean;
  /** All who may log in; without them one person is taken to work here alone (L3). */
  people?: readonly Pick<Principal, 'operator' | 'role'>[];
  /**
   * Key of the credentials kept in the database: 32 bytes in base64. Without it the environment's `ORDERPULSE_VAULT_KEY` counts,
   * else the file `vault.key` beside the database, which is made the first time.
   */
  vaultKey?: string;
}
