import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { HubOverrides, LocalHub } from '#main/host/open-hub.ts';
import type { HubOptions } from '#main/host/options.ts';
import { ManualTime } from '#main/hub/time.ts';
import { testConfig } from './hub.ts';

/** A folder on the disk, and what a test starts in it. */
export interface HubOnFile {
  /** Of the test that runs. */
  readonly folder: string;
  /** Opens a hub on what is in the folder: with `testConfig()`, and jobs that run only when told, unless it is told otherwise. */
  open(options?: Pick<Partial<HubOptions>, 'config' | 'people'>, overrides?: HubOverrides): Promise<OpenedHub>;
}
export interface OpenedHub {
  hub: LocalHub;
  /** One for the whole test: it goes on over a restart. */
  time: ManualTime;
  /** What consoles are told from now on. */
  events: readonly StreamEvent[];
}

/**
 * For what has to outlive a restart: a hub on files, by a clock that only the test moves. Call it once at the top of a test file. Each
 * test begins with an empty folder and the clock at `start` (epoch ms), opens the hub itself, and closes it before it opens the next;
 * the last one is closed after the test, and the folder removed.
 */
export function hubOnFile(start: number): HubOnFile {
  let folder = '';
  let time: ManualTime;
  let hub: LocalHub | null = null;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orderpulse-on-file-'));
    time = new ManualTime(start);
  });
  afterEach(async () => {
    await hub?.close();
    hub = null;
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    async open(options = {}, overrides = {}) {
      hub = await openHub(
        { dataDirectory: folder, config: testConfig(), demo: false, ...options },
        { clock: time, timers: time, runJobs: false, ...overrides },
      );
      const events: StreamEvent[] = [];
      hub.subscribe((event) => events.push(event));
      return { hub, time, events };
    },
  };
}
