import type { z } from 'zod';
import { checkMethods } from './checks.ts';
import { connectionMethods } from './connections.ts';
import { feedMethods } from './feeds.ts';
import { forecastMethods } from './forecast.ts';
import { holdMethods } from './holds.ts';
import { importMethods } from './imports.ts';
import { mappingMethods } from './mapping.ts';
import { adminMethods, healthMethods, pulseMethods, stockMethods } from './operations.ts';
import { orderMethods } from './orders.ts';
import { partnerMethods } from './partners.ts';
import { radarMethods } from './radar.ts';
import { outcomeMethods, reportMethods, suggestionMethods } from './reports.ts';
import { ruleApplyMethods, ruleTrialMethods } from './rule-runs.ts';
import { ruleWorkMethods } from './rule-work.ts';
import { ruleMethods } from './rules.ts';

export * from './errors.ts';
export * from './events.ts';
export * from './roles.ts';
export type { Method } from './method.ts';

/** The console contract: every request by name. A carrier (IPC, HTTP) knows no method by name; it carries them all. */
export const methods = {
  ...orderMethods,
  ...holdMethods,
  ...stockMethods,
  ...pulseMethods,
  ...healthMethods,
  ...forecastMethods,
  ...ruleMethods,
  ...ruleWorkMethods,
  ...ruleTrialMethods,
  ...ruleApplyMethods,
  ...adminMethods,
  ...connectionMethods,
  ...feedMethods,
  ...mappingMethods,
  ...importMethods,
  ...partnerMethods,
  ...checkMethods,
  ...reportMethods,
  ...suggestionMethods,
  ...outcomeMethods,
  ...radarMethods,
};
export type Methods = typeof methods;
export type MethodName = keyof Methods;
/** What a caller passes: defaults may be left out. */
export type MethodInput<N extends MethodName> = z.input<Methods[N]['input']>;
/** What the hub receives after parsing. */
export type MethodParams<N extends MethodName> = z.output<Methods[N]['input']>;
export type MethodOutput<N extends MethodName> = z.output<Methods[N]['output']>;
