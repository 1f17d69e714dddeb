import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Buckets in seconds around the promises: acknowledged within 50 ms, decided within a second. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** What the hub counts, one registry per hub. Prometheus names; no label ever holds an order or a person. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `orderpulse_${name}`, help, labelNames, registers });
  const gauge = (name: string, help: string) => new Gauge({ name: `orderpulse_${name}`, help, registers });
  const histogram = (name: string, help: string) => new Histogram({ name: `orderpulse_${name}`, help, buckets: SECONDS, registers });
  return {
    registry,
    webhooks: counter('webhooks_total', 'Webhooks by answer', ['channel', 'status']),
    duplicates: counter('webhooks_duplicate_total', 'Deliveries seen before, acknowledged without effect', ['channel']),
    messages: counter('messages_total', 'Messages worked', ['outcome']),
    orders: counter('orders_total', 'Orders received for the first time', ['channel']),
    changes: counter('order_changes_total', 'Inputs by what they did to an order', ['input', 'outcome']),
    grades: counter('verdicts_total', 'Verdicts by grade', ['grade']),
    conflicts: counter('conflicts_total', 'Conditional updates that found other values and were decided again'),
    events: counter('events_total', 'Events published to consoles', ['name']),
    requests: counter('requests_total', 'Console requests', ['method', 'code']),
    outbox: counter('outbox_attempts_total', 'Outgoing deliveries by outcome', ['target', 'outcome']),
    checks: counter('checks_total', 'Questions to sources of cross-checks by what came of them', ['source', 'outcome']),
    checkSeconds: new Histogram({
      name: 'orderpulse_check_seconds',
      help: 'From asking a source to its answer in time',
      labelNames: ['source'],
      buckets: SECONDS,
      registers,
    }),
    checkBreaker: new Gauge({
      name: 'orderpulse_check_breaker_open',
      help: '1 while a source is left alone after failures',
      labelNames: ['source'],
      registers,
    }),
    checksWaiting: gauge('checks_waiting', 'Orders that wait for cross-checks'),
    checksUnanswered: gauge('checks_unanswered', 'Questions nobody answered, asked again in the background'),
    jobFailures: counter('job_failures_total', "Runs of the hub's own jobs that broke off", ['job']),
    jobFailing: new Gauge({
      name: 'orderpulse_job_failing',
      help: '1 while a job breaks off; it is tried again',
      labelNames: ['job'],
      registers,
    }),
    storeErrors: counter('store_errors_total', 'Transactions the store refused', ['code']),
    acknowledge: histogram('acknowledge_seconds', 'From receiving a webhook to its durable acknowledgement'),
    decide: histogram('decide_seconds', 'From durable receipt to durable decision'),
    commit: histogram('commit_seconds', 'Pipeline transactions'),
    batch: new Histogram({
      name: 'orderpulse_batch_messages',
      help: 'Messages worked in one transaction',
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
      registers,
    }),
    queue: gauge('intake_queue', 'Webhooks waiting for the disk'),
    inboxWaiting: gauge('inbox_waiting', 'Messages on disk, not worked yet'),
    inboxFailed: gauge('inbox_failed', 'Messages that could not be read'),
    outboxPending: gauge('outbox_pending', 'Outgoing messages to deliver'),
    outboxDead: gauge('outbox_dead', 'Outgoing messages given up'),
    open: gauge('orders_open', 'Orders on their way'),
    held: gauge('orders_held', 'Orders held for review'),
    frozen: gauge('orders_frozen', 'Orders frozen'),
    storeBytes: gauge('store_bytes', 'Size of the database'),
    storeLogBytes: gauge('store_log_bytes', 'Size of the write-ahead log'),
    storeLoad: gauge('store_load', 'Share of the last minute spent writing'),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;
