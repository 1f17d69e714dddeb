import type { Migration } from '../migrate.ts';
import { messages } from './0001-messages.ts';
import { orders } from './0002-orders.ts';
import { stock } from './0003-stock.ts';
import { work } from './0004-work.ts';
import { smallRows } from './0005-small-rows.ts';

/** In order. Numbers only grow; a migration that was released never changes. */
export const migrations: readonly Migration[] = [messages, orders, stock, work, smallRows];
