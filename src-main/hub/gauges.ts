import type { Checks } from './checks/checks.ts';
import type { StoreCondition } from './condition.ts';
import type { Metrics } from './metrics.ts';
import type { Monitor } from './monitor.ts';
import type { Clock, Store } from './ports.ts';

export interface GaugeParts {
  store: Store;
  clock: Clock;
  metrics: Metrics;
  monitor: Monitor;
  condition: StoreCondition;
  checks: Pick<Checks, 'gauge'>;
}

/** Sets the figures that are read when asked for rather than counted. */
export function gauge({ store, clock, metrics, monitor, condition, checks }: GaugeParts): void {
  try {
    const vitals = monitor.vitals(clock.now());
    metrics.inboxWaiting.set(store.inbox.waitingCount());
    metrics.inboxFailed.set(vitals.inboxFailed);
    metrics.outboxPending.set(vitals.outboxPending);
    metrics.outboxDead.set(vitals.outboxDead);
    metrics.open.set(vitals.open);
    metrics.held.set(vitals.held);
    metrics.frozen.set(vitals.frozen);
    metrics.storeLoad.set(vitals.storeLoad);
    checks.gauge(metrics);
    const { databaseBytes, logBytes } = store.size();
    metrics.storeBytes.set(databaseBytes);
    metrics.storeLogBytes.set(logBytes);
  } catch (error) {
    if (!condition.failed(error)) throw error;
  }
}
