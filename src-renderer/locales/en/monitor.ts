import type { monitor as zh } from '../zh/monitor.ts';

export const monitor: typeof zh = {
  title: 'Monitor',
  lanes: 'Channel heartbeat',
  lanesHint: 'Last 5 minutes · one beat = one order · height = amount · red = anomaly',
  rate: 'orders/min',
  delay: 'Sync p95',
  heldShare: 'Held share',
  trace: '{name}: {liveness}, {rate} orders a minute',
  stages: 'Stages',
  oldest: 'Oldest',
  flow: '+{inflow} / −{outflow} a minute',
  stageLabel: '{stage}: {backlog} orders, {level}',
  ward: 'Stuck orders',
  wardEmpty: 'No order is stuck',
  wardEmptyHint: 'Orders that stay too long in a step appear here, one strip per cause.',
  against: '{age}, normally within {expected}',
  timeMachine: 'Time machine',
  live: 'Live',
  backToLive: 'Back to live',
  past: 'As it was at {time}',
  now: 'now',
};
