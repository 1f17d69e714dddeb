import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';
import { adminHandlers } from './admin.ts';
import { checkHandlers } from './checks.ts';
import { connectionHandlers } from './connections.ts';
import { feedHandlers } from './feeds.ts';
import { forecastHandlers } from './forecast.ts';
import { holdHandlers } from './holds.ts';
import { importHandlers } from './imports.ts';
import { learningHandlers } from './learning.ts';
import { mappingHandlers } from './mapping.ts';
import { monitorHandlers } from './monitor.ts';
import { orderHandlers } from './orders.ts';
import { partnerHandlers } from './partners.ts';
import { radarHandlers } from './radar.ts';
import { ruleHandlers } from './rules.ts';
import { stockHandlers } from './stock.ts';
import { trialHandlers } from './trials.ts';
import { waybillHandlers } from './waybills.ts';

/** Every method of the contract; the compiler knows when one is missing. */
export function createHandlers(context: HubContext): Handlers {
  return {
    ...orderHandlers(context),
    ...holdHandlers(context),
    ...stockHandlers(context),
    ...monitorHandlers(context),
    ...forecastHandlers(context),
    ...adminHandlers(context),
    ...ruleHandlers(context),
    ...trialHandlers(context),
    ...connectionHandlers(context),
    ...feedHandlers(context),
    ...mappingHandlers(context),
    ...importHandlers(context),
    ...partnerHandlers(context),
    ...learningHandlers(context),
    ...radarHandlers(context),
    ...waybillHandlers(context),
    ...checkHandlers(context),
  };
}
