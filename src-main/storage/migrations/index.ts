import type { Migration } from '../migrate.ts';
import { messages } from './0001-messages.ts';
import { orders } from './0002-orders.ts';
import { stock } from './0003-stock.ts';
import { work } from './0004-work.ts';
import { smallRows } from './0005-small-rows.ts';
import { feeds } from './0006-feeds.ts';
import { connections } from './0007-connections.ts';
import { mapping } from './0008-mapping.ts';
import { partnersImports } from './0009-partners-imports.ts';
import { partnerConnections } from './0010-partner-connections.ts';
import { ruleWork } from './0011-rule-work.ts';
import { trials } from './0012-trials.ts';
import { forecasts } from './0013-forecasts.ts';
import { learning } from './0014-learning.ts';
import { radar } from './0015-radar.ts';

/** In order. Numbers only grow; a migration that was released never changes. */
export const migrations: readonly Migration[] = [
  messages,
  orders,
  stock,
  work,
  smallRows,
  feeds,
  connections,
  mapping,
  partnersImports,
  partnerConnections,
  ruleWork,
  trials,
  forecasts,
  learning,
  radar,
];
