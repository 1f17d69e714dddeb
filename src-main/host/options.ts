import type { HubConfig } from '#main/hub/config.ts';

/** What a host needs to say to open the hub. Structured-clone safe: it crosses to the worker thread. */
export interface HubOptions {
  /** Folder of the workspace; created if missing. Holds `orderpulse.db` and the workspace's own keys. */
  dataDirectory: string;
  config: HubConfig;
  /** Marks the workspace as demo, on every screen. */
  demo: boolean;
}
